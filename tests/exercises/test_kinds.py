"""What each kind of exercise makes of what students send (A+ spec 2.2-2.8, 3.3, 6)."""

from __future__ import annotations

import json
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest

from gradewright import plugins
from gradewright.errors import AuthorError
from gradewright.exercises import kinds
from gradewright.exercises.records import Answer, Context, Received, Status, Upload, Visit

CONTEXT = Context(exercise="x", secret="ours", ajax_key="key")
STUDENT = Visit(uid="7")
GRADER = {"container": {"image": "grader:1", "mount": "x", "cmd": "/exercise/run.sh"}}


def upload(name: str = "any") -> Upload:
    return Upload(path=Path("/nowhere", name), size=0, original_name="../../etc/passwd")


def send(
    config: dict[str, Any], files: dict[str, Upload] | None = None, visit: Visit = STUDENT, **fields: str | list[str]
) -> Answer:
    values = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in fields.items()}
    received = Received(fields=values, files=files or {})
    return kinds.kind(config["view_type"]).receive(config, visit, received, CONTEXT)


def wrong(config: dict[str, Any]) -> list[str]:
    return [problem.key for problem in kinds.check(config)]


@pytest.mark.parametrize(
    ("original", "name"),
    [
        ("access.types.stdasync.acceptFiles", "accept-files"),
        ("access.types.stdasync.acceptPost", "accept-post"),
        ("access.types.stdasync.acceptGitAddress", "accept-git-address"),
        ("access.types.stdasync.acceptGitUser", "accept-git-user"),
        ("access.types.stdasync.acceptGeneralForm", "accept-general-form"),
        ("access.types.stdsync.acceptGeneralForm", "accept-general-form"),
        ("access.types.stdsync.createForm", "create-form"),
        ("access.types.stdsync.comparePostValues", "compare-post-values"),
        ("access.types.stdsync.noGrading", "no-grading"),
        ("access.types.stdsync.noSubmission", "no-submission"),
        ("access.types.auth.md5Authentication", "md5-authentication"),
        ("access.types.ajax.storeSubmission", "ajax"),
    ],
)
def test_the_dotted_names_of_the_original_are_aliases(original: str, name: str) -> None:
    assert kinds.kind(original).name == kinds.kind(name).name == name


def test_every_kind_is_registered_under_its_name() -> None:
    assert [kinds.kind(name).name for name in plugins.names("exercise_kinds")] == plugins.names("exercise_kinds")
    assert set(kinds.BY_ORIGINAL_NAME.values()) <= set(plugins.names("exercise_kinds"))


def test_an_unknown_kind_is_told_with_a_suggestion() -> None:
    with pytest.raises(AuthorError, match="Did you mean create-form"):
        kinds.kind("create-from")
    [problem] = kinds.check({"view_type": "acess.types.stdsync.createForm"})
    assert problem.key == "view_type"
    assert wrong({"title": "x"}) == ["view_type"]
    assert wrong({"view_type": ".views.quiz"}) == []


FILES = {
    "view_type": "accept-files",
    "files": [{"field": "a", "name": "src/a.py"}, {"field": "b", "name": "b.py", "required": False}],
    **GRADER,
}


def test_files_are_stored_under_the_names_of_the_exercise() -> None:
    first, second = upload("1"), upload("2")
    answer = send(FILES, {"a": first, "b": second, "other": upload()})
    assert (answer.status, answer.queued, answer.files) == (
        Status.ACCEPTED,
        True,
        {"src/a.py": first, "b.py": second},
    )
    assert send(FILES, {"a": first}).files == {"src/a.py": first}


def test_a_required_file_must_be_sent() -> None:
    answer = send(FILES, {"b": upload()})
    assert answer.status is Status.REJECTED
    assert not answer.queued
    assert answer.result == {"missing_files": True, "missing": ("src/a.py",)}


def test_the_number_of_files_is_required() -> None:
    optional = [{"field": name, "name": name, "required": False} for name in "abc"]
    config = {**FILES, "files": optional, "required_number_of_files": 2}
    assert send(config, {"a": upload()}).status is Status.REJECTED
    assert send(config, {"a": upload(), "c": upload()}).queued


def test_a_page_without_files_takes_nothing() -> None:
    config = {"view_type": "accept-files"}
    assert wrong(config) == []
    assert send(config, {"a": upload()}).status is Status.SHOWN


@pytest.mark.parametrize("name", ["", ".", "/etc/passwd", "../x", "a/../b", "a\\b", "a\nb", "a/", "x" * 300])
@pytest.mark.parametrize("kind", ["accept-files", "accept-post"])
def test_unsafe_names_are_found_at_load(kind: str, name: str) -> None:
    entries = [{"field": "a", "name": name}]
    key = "files" if kind == "accept-files" else "fields"
    assert wrong({"view_type": kind, key: entries, **GRADER}) == [f"{key}[0].name"]


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ({"files": [{"name": "a"}]}, ["files[0].field"]),
        ({"files": [{"field": "a", "name": "a"}, {"field": "b", "name": "a"}]}, ["files[1].name"]),
        ({"files": [{"field": "a", "name": "a"}, {"field": "b", "name": "a/b"}]}, ["files[1].name"]),
        ({"files": [{"field": "a", "name": "lti.json"}], "lti": "x"}, ["files[0].name"]),
        ({"required_number_of_files": 3}, ["required_number_of_files"]),
        ({"container": None}, ["container"]),
    ],
)
def test_mistakes_of_authors_are_found_at_load(change: dict[str, Any], keys: list[str]) -> None:
    assert wrong(FILES | change) == keys
    assert wrong(FILES) == []


POST = {
    "view_type": "accept-post",
    "fields": [{"name": "answers/one.txt", "required": True}, {"name": "two", "title": "Two", "rows": 3}],
    **GRADER,
}


def test_texts_are_stripped_and_written() -> None:
    answer = send(POST, **{"answers/one.txt": " ä b\r\n", "three": "x"})
    assert answer.queued
    assert answer.files == {"answers/one.txt": "ä b".encode(), "two": b""}


def test_a_required_text_must_be_written() -> None:
    answer = send(POST, two="kept", **{"answers/one.txt": "  "})
    assert answer.status is Status.REJECTED
    assert [(field["name"], field["missing"], field["value"]) for field in answer.result["fields"]] == [
        ("answers/one.txt", True, ""),
        ("two", False, "kept"),
    ]


def test_fields_are_there_before_anything_is_sent() -> None:
    for kind in ("accept-post", "accept-general-form"):
        shown = kinds.kind(kind).show(POST | {"view_type": kind}, STUDENT, CONTEXT)
        assert [field["rows"] for field in shown.result["fields"]] == [6, 3]


def test_the_general_form_takes_both_and_queues_nothing_incomplete() -> None:
    config = {**POST, **FILES, "view_type": "access.types.stdsync.acceptGeneralForm"}
    complete = send(config, {"a": upload()}, **{"answers/one.txt": "x"})
    assert set(complete.files) == {"answers/one.txt", "two", "src/a.py"}
    no_text = send(config, {"a": upload()})
    assert (no_text.status, no_text.queued, no_text.result["missing_files"]) == (Status.REJECTED, False, False)
    too_few = send(config | {"required_number_of_files": 2}, {"a": upload()}, **{"answers/one.txt": "x"})
    assert (too_few.status, too_few.queued, too_few.result["missing_files"]) == (Status.REJECTED, False, True)


HOST = "gitlab.example.org"


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (f"git@{HOST}:group/name.git", f"git@{HOST}:group/name.git"),
        (f"https://{HOST}/group/name", f"git@{HOST}:group/name.git"),
        (f"http://{HOST}/deep/group/name.git", f"git@{HOST}:group/name.git"),
        (f" https://{HOST}/group/name/ ", f"git@{HOST}:group/name.git"),
        (f"https://{HOST}/name", None),
        ("https://elsewhere.example.org/group/name", None),
        (f"https://{HOST}.evil.example/group/name", None),
        (f"https://{HOST}@evil.example/group/name", None),
        (f"git@{HOST}:", None),
        (f"git@{HOST}:-oProxyCommand=x", None),
        ("https://[::1/group/name", None),
    ],
)
def test_addresses_on_a_gitlab(sent: str, stored: str | None) -> None:
    answer = send({"view_type": "accept-git-address", "require_gitlab": HOST, **GRADER}, git=sent)
    if stored is None:
        assert (answer.status, answer.result["invalid_address"]) == (Status.ERROR, True)
    else:
        assert (answer.queued, answer.files) == (True, {"gitsource": stored.encode()})


@pytest.mark.parametrize(
    ("sent", "accepted"),
    [
        ("https://git.example.org/a.git", True),
        ("ssh://git@git.example.org:22/a/b", True),
        ("git@git.example.org:a/b.git", True),
        ("git://git.example.org/a", True),
        ('git@git.example.org:a"b', False),
        ("git@git.example.org:a;b", False),
        ("--upload-pack=touch /tmp/x", False),
        ("/etc", False),
        ("file:///etc", False),
        ("../../x", False),
        ("ext::sh -c touch% /tmp/x", False),
        ("https://-x/a", False),
        ("https://git.example.org/a\nb", False),
        ("https://git.example.org/" + "a" * 3000, False),
    ],
)
def test_addresses_anywhere(sent: str, accepted: bool) -> None:
    answer = send({"view_type": "accept-git-address", **GRADER}, git=sent)
    assert answer.queued is accepted
    assert answer.status is (Status.ACCEPTED if accepted else Status.REJECTED)


def test_a_blank_address_shows_the_page_again() -> None:
    assert send({"view_type": "accept-git-address", **GRADER}, git="  ").status is Status.SHOWN


GIT_USER = {"view_type": "accept-git-user", "git_address": "git@g.example:$USER/c.git", **GRADER}


def test_a_git_user_is_signed() -> None:
    shown = kinds.kind("accept-git-user").show(GIT_USER, STUDENT, CONTEXT).result
    assert send(GIT_USER, user=shown["user"], hash=shown["hash"]).files == {"gitsource": b"git@g.example:7/c.git"}
    for forged in ({"user": "8", "hash": shown["hash"]}, {"user": "8"}, {"user": "7", "hash": "0"}):
        answer = send(GIT_USER, **forged)
        assert (answer.status, answer.http_status, answer.queued) == (Status.REJECTED, 403, False)


def test_the_sample_of_a_form_signs_no_user() -> None:
    fields = [{"type": "text", "key": str(number)} for number in range(8)]
    form = {"view_type": "create-form", "max_points": 1, "fieldgroups": [{"fields": fields, "pick_randomly": 1}]}
    for ordinal in range(1, 40):
        asked = kinds.kind("create-form").show(form, Visit(uid="7", ordinal=ordinal), CONTEXT).result["asked"]
        assert not send(GIT_USER, user=asked.hidden["_sample"], hash=asked.hidden["_checksum"]).queued


def test_a_git_user_may_be_typed_in_where_nobody_is_known() -> None:
    assert send(GIT_USER, visit=Visit(), user="ann").queued
    assert send(GIT_USER, visit=Visit(), user="../x").status is Status.REJECTED
    assert wrong(GIT_USER | {"git_address": "git@g.example:c.git"}) == ["git_address"]


COMPARE = {
    "view_type": "compare-post-values",
    "max_points": 10,
    "template": "./page.html",
    "values": {
        "x": {"accept": ["1", "2"], "points": 4},
        "y": {"accept": [True], "points": 3},
        "z": {"accept": [False], "points": -2},
    },
}


@pytest.mark.parametrize(
    ("sent", "points", "failed"),
    [
        ({"x": "1", "y": "any"}, 5, []),
        ({"x": "3", "y": "any"}, 1, ["x"]),
        ({"x": "1"}, 2, ["y"]),
        ({"x": "1", "y": "any", "z": "1"}, 7, ["z"]),
        ({}, 0, ["x", "y"]),
    ],
)
def test_compared_values(sent: dict[str, str], points: int, failed: list[str]) -> None:
    answer = send(COMPARE, **sent)
    assert (answer.status, answer.points, answer.result["failed"]) == (Status.ACCEPTED, points, failed)
    assert answer.result["received"] == {name: sent.get(name, False) for name in "xyz"}


def test_compared_values_without_points_or_rules() -> None:
    assert send(COMPARE | {"values": {"x": {"accept": ["1"]}, "note": None}}, x="1").points == 10
    assert send(COMPARE | {"values": {"x": {"accept": ["1"]}}}, x="2").points == 0
    assert send({key: COMPARE[key] for key in COMPARE if key != "values"}, x="2").points == 0
    assert send(COMPARE | {"values": {"x": {"accept": ["1"], "points": 99}}}, x="1").points == 10
    assert wrong({"view_type": "compare-post-values", "values": {"x": {"accept": "1"}}}) == [
        "max_points",
        "template",
        "values.x.accept",
    ]


def test_pages_that_grade_nothing() -> None:
    assert send({"view_type": "no-grading", "template": "./x.html"}, x="1") == Answer(status=Status.SHOWN)
    assert wrong({"view_type": "no-grading"}) == ["template"]
    assert send({"view_type": "no-submission", "max_points": 5}).status is Status.SHOWN
    assert wrong({"view_type": "no-submission"}) == ["max_points"]
    md5_page = {"view_type": "access.types.auth.md5Authentication", "auth_secret": "s", "template": "./x.html"}
    assert send(md5_page).result == {"user": "7", "hash": md5(b"s7").hexdigest()}
    assert wrong({"view_type": "md5-authentication"}) == ["auth_secret", "template"]


FORM = {
    "view_type": "create-form",
    "max_points": 10,
    "fieldgroups": [
        {
            "fields": [
                {"type": "checkbox", "key": "many", "options": [{"value": "a"}, {"value": "b"}]},
                {"type": "radio", "key": "one", "options": [{"value": "a"}]},
                {"type": "text", "key": "text"},
                {"type": "text", "key": "whole", "correct": 5, "compare_method": "int"},
                {"type": "text", "key": "decimal", "correct": 5, "compare_method": "float"},
                {"type": "file", "key": "file"},
                {"type": "static"},
                {
                    "type": "table-checkbox",
                    "options": [{"value": "a"}],
                    "rows": [{"key": "row"}],
                    "more_text": "Why?",
                },
            ]
        }
    ],
}


def test_a_form_without_a_container_is_judged_at_once() -> None:
    answer = send(FORM, many=["a"], whole="5")
    assert (answer.status, answer.queued, answer.max_points) == (Status.ACCEPTED, False, 10)
    assert answer.result["judged"].accepted
    assert not kinds.kind("create-form").in_background(FORM)


def test_a_form_with_a_container_is_queued_with_its_answers() -> None:
    file = upload()
    visit = Visit(uid="7", language="fi", post_url="https://front.example/x")
    answer = send(
        FORM | GRADER, {"file": file}, visit, many=["a", "b"], text=" ä ", whole="5", decimal="", row="a", row_more="so"
    )
    assert answer.queued
    assert answer.points is None
    assert answer.files["file"] == file
    data = answer.files["data.json"]
    assert isinstance(data, bytes)
    assert json.loads(data) == {
        "many": ["a", "b"],
        "one": "",
        "text": "ä",
        "whole": 5,
        "decimal": None,
        "row": ["a"],
        "row_more": "so",
        "__grader_lang": "fi",
        "__aplus_post_url": "https://front.example/x",
    }


def test_an_invalid_form_is_not_queued() -> None:
    answer = send(FORM | GRADER, one="z")
    assert (answer.status, answer.queued, answer.files) == (Status.REJECTED, False, {})
    assert answer.result["error_fields"] == ("one",)


def test_random_forms_vary_and_others_do_not() -> None:
    group = {**FORM["fieldgroups"][0], "pick_randomly": 1}
    assert kinds.kind("create-form").varies(FORM | {"fieldgroups": [group]})
    assert not kinds.kind("create-form").varies(FORM)


def test_the_model_of_a_form() -> None:
    model = kinds.kind("create-form").model(FORM)
    assert model is not None
    assert model.fields["whole"].values == ("5",)
    assert kinds.kind("accept-files").model(FILES) is None


def test_lti_launches_leave_their_six_values() -> None:
    values = {"user_id": "i7", "custom_student_id": "123", "lis_person_name_full": "Ann Ä", "roles": "Learner"}
    answer = send(FILES | {"lti": "grader"}, {"a": upload()}, **values)
    data = answer.files["lti.json"]
    assert isinstance(data, bytes)
    assert json.loads(data) == {
        "user_id": "i7",
        "custom_student_id": "123",
        "lis_person_name_full": "Ann Ä",
        "lis_person_name_given": None,
        "lis_person_name_family": None,
        "lis_person_contact_email_primary": None,
    }


def ajax(key: str = "key", **change: str) -> Answer:
    fields = {"submission_url": "https://a.example/1", "answer": "x%20y", "points": "3", "max_points": "5"} | change
    text = ":".join(fields[name] for name in ("submission_url", "answer", "points", "max_points"))
    return send({"view_type": "ajax"}, **{"checksum": md5(f"{key}{text}".encode()).hexdigest(), **fields})


def test_ajax_takes_what_is_signed() -> None:
    answer = ajax()
    assert (answer.status, answer.points, answer.max_points) == (Status.ACCEPTED, 3, 5)
    assert answer.result == {"submission_url": "https://a.example/1", "grading_data": "x y"}


def test_ajax_refuses_what_is_forged_or_missing() -> None:
    assert ajax(key="other").http_status == 403
    assert ajax(checksum="ä").http_status == 403
    assert send({"view_type": "ajax"}, points="3").http_status == 422
    for points in ("many", "-1", "1e99999999", "9" * 50):
        assert ajax(points=points).http_status == 422
