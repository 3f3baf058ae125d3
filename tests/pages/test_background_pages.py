"""Pages of the kinds that a grader judges later, and of those that nobody judges (A+ spec 2.2-2.7, 4.2, 5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gradewright.exercises.records import Answer, Status, Upload
from gradewright.pages.exercise_page import exercise_page
from support.aplus_page import AplusPage, broken_references, parse, unlabelled
from support.scenes import answer, page, scene, sent, shown, with_files

CONTAINER = {"image": "i", "mount": "m", "cmd": "c"}
FILES = {
    "container": CONTAINER,
    "files": [
        {"field": "file1", "name": "src/<a>.py"},
        {"field": "file2", "name": "b.py", "required": False},
    ],
}
FIELDS = {
    "container": CONTAINER,
    "fields": [
        {"name": "why.txt", "title": "Why <i>so</i>?", "more": "<b>Explain.</b>", "required": True, "rows": 2},
        {"name": "notes/how it went.txt", "more": "Tell."},
    ],
}
FORM = "access/accept_files_form.html"
KINDS: dict[str, dict[str, Any]] = {
    "accept-files": FILES,
    "accept-post": FIELDS,
    "accept-general-form": {**FILES, **FIELDS},
    "accept-git-address": {"container": CONTAINER},
    "accept-git-user": {"container": CONTAINER, "git_address": "git@host.example:$USER/x.git"},
    "no-submission": {"max_points": 5},
}


def upload() -> Upload:
    return Upload(path=Path("/nowhere"), size=3)


@pytest.mark.parametrize("view_type", KINDS)
def test_every_field_has_a_label_and_every_reference_leads_somewhere(view_type: str) -> None:
    for found in (shown(view_type, KINDS[view_type]), sent(view_type, KINDS[view_type], {"x": "y"})):
        assert unlabelled(found.document) == []
        assert broken_references(found.document) == []


PROMPTS = {
    "accept-files": "Submit the files below",
    "accept-post": "Write your answer below",
    "accept-general-form": "Fill in the form below",
    "accept-git-address": "Submit the address of the repository",
    "accept-git-user": "Your repository is fetched and graded",
}


@pytest.mark.parametrize(("view_type", "prompt"), PROMPTS.items())
def test_instructions_take_the_place_of_the_prompt(view_type: str, prompt: str) -> None:
    assert prompt in shown(view_type, KINDS[view_type]).content.text
    with_own = shown(view_type, {**KINDS[view_type], "instructions": "<em>Read</em> this"})
    assert with_own.content.one("em").text == "Read"
    assert prompt not in with_own.content.text


def test_files() -> None:
    found = shown("accept-files", FILES, post_url="/post")
    assert found.form.attrs == {"method": "post", "action": "/post", "enctype": "multipart/form-data"}
    first, second = found.form.all("input", type_="file")
    assert ("required" in first.attrs, "required" in second.attrs) == (True, False)
    assert [each.text for each in found.form.all("label")] == ["src/<a>.py", "b.py (optional)"]


def test_without_files_nothing_can_be_sent() -> None:
    assert not shown("accept-files", {"container": CONTAINER}).content.all("form")


def test_files_that_are_missing_are_named() -> None:
    found = sent("accept-files", FILES, {}, {"file2": upload()})
    assert found.status == "rejected"
    assert found.alerts == ["Nothing was submitted: a required file is missing. src/<a>.py"]


@pytest.mark.parametrize(("number", "words"), [(1, "1 file is required"), (2, "2 files are required")])
def test_the_number_of_files_is_told(number: int, words: str) -> None:
    optional = [{**file, "required": False} for file in FILES["files"]]  # type: ignore[call-overload, attr-defined]
    config = {**FILES, "files": optional, "required_number_of_files": number}
    assert f"Submit at least {number} of these files." in shown("accept-files", config).content.text
    found = sent("accept-files", config, {})
    assert (found.status, words in found.alerts[0]) == ("rejected", True)


def test_texts() -> None:
    found = shown("accept-post", FIELDS)
    first, second = found.form.all("textarea")
    assert (first.attrs["rows"], second.attrs["rows"]) == ("2", "6")
    assert ("required" in first.attrs, "required" in second.attrs) == (True, False)
    assert found.form.one("i").text == "so"
    assert found.content.one(id=first.attrs["aria-describedby"].strip()).one("b").text == "Explain."
    assert "enctype" not in found.form.attrs


def test_a_text_that_is_missing_is_marked_and_the_others_are_kept() -> None:
    found = sent("accept-post", FIELDS, {"why.txt": " ", "notes/how it went.txt": "</textarea><x>"})
    assert found.status == "rejected"
    assert found.alerts == ["Nothing was submitted: a required field is empty."]
    empty, other = found.form.all("textarea")
    assert "is-invalid" in empty.attrs["class"]
    assert "must not be empty" in found.content.text
    assert "is-invalid" not in other.attrs["class"]
    assert found.fields["notes/how it went.txt"] == ["</textarea><x>"]


def test_texts_and_files_together() -> None:
    found = sent("accept-general-form", KINDS["accept-general-form"], {}, {})
    assert found.status == "rejected"
    assert len(found.alerts) == 2
    assert found.fields.keys() == {"why.txt", "notes/how it went.txt", "file1", "file2"}


def test_a_git_address() -> None:
    config = {"container": CONTAINER, "require_gitlab": "gitlab.example"}
    found = shown("accept-git-address", config)
    assert "https://gitlab.example/" in found.content.one("input", name="git").attrs["placeholder"]
    assert "Commit and push" in found.content.text
    assert "Commit" not in shown("accept-git-address", {**config, "no_git_reminder": True}).content.text


def test_a_git_address_that_cannot_be_used_is_kept() -> None:
    config = {"container": CONTAINER, "require_gitlab": "gitlab.example"}
    found = sent("accept-git-address", config, {"git": '"><x>'})
    assert found.status == "error"
    assert "not an address" in found.alerts[0]
    assert found.fields["git"] == ['"><x>']
    assert found.content.one("input", name="git").attrs["aria-invalid"] == "true"


def test_a_git_user_is_the_visitor_if_known() -> None:
    config = KINDS["accept-git-user"]
    assert shown("accept-git-user", config).fields == {"user": [""]}
    known = shown("accept-git-user", config, uid="17")
    assert known.fields["user"] == ["17"]
    assert known.fields["hash"][0]


@pytest.mark.parametrize(
    ("view_type", "values", "files"),
    [
        ("accept-files", {}, {"file1": upload()}),
        ("accept-post", {"why.txt": "so"}, {}),
        ("accept-general-form", {"why.txt": "so"}, {"file1": upload()}),
        ("accept-git-address", {"git": "https://git.example/me/work.git"}, {}),
        ("accept-git-user", {"user": "me"}, {}),
    ],
)
def test_what_is_accepted(view_type: str, values: dict[str, str], files: dict[str, Upload]) -> None:
    found = sent(view_type, KINDS[view_type], values, files, submission_url="https://aplus.example/s/1")
    assert (found.status, found.waits) == ("waiting", True)
    (alert,) = found.alerts
    assert "Your submission has been received." in alert
    assert not found.content.all("form")


def queued(config: dict[str, Any], **visit: Any) -> AplusPage:
    return page("accept-files", scene({**FILES, **config}, **visit), Answer(status=Status.ACCEPTED, queued=True))


def test_the_message_of_the_author_wins() -> None:
    found = queued({"accepted_message": "<p>Got <b>it</b>.</p>", "never_wait": True}, submission_url="u")
    assert found.content.one("b").text == "it"
    assert "has been received" not in found.content.text
    assert not found.waits


def test_without_an_address_for_the_result_there_is_a_warning() -> None:
    warning = queued({}).content.one(cls="alert-warning")
    assert warning.one("a").attrs["href"] == "https://grader.example/test-result"


def test_nothing_can_be_sent_where_staff_grade() -> None:
    found = shown("no-submission", KINDS["no-submission"])
    assert not found.content.all("form")
    assert "Nothing can be submitted here." in found.alerts[0]


def test_generated_files() -> None:
    it = with_files(
        scene(FILES, uid="1"),
        data={"file": "d<1>.csv", "url": "/d.csv", "allow_download": True, "url_in_template": True},
        text={"file": "t.txt", "content": "<x>1 & 2", "content_in_template": True},
        secret={"file": "s.txt", "url": "/s.txt", "url_in_template": True},
    )
    found = page("accept-files", it, answer("accept-files", it, {}))
    assert [each.attrs["href"] for each in found.content.all("a")] == ["/d.csv"]
    assert found.content.one("a").text == "Download d<1>.csv"
    assert found.content.one("pre").text == "<x>1 & 2"


def test_elements_of_two_exercises_on_one_page_do_not_clash() -> None:
    texts = [
        exercise_page(
            scene({**FILES, "title": title}), Answer(status=Status.SHOWN), template="access/accept_files_form.html"
        )
        for title in "ab"
    ]
    assert broken_references(parse("".join(texts))) == []
