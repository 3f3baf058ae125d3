"""What is sent to exercises over HTTP, and what becomes of it (A+ spec 2, 4.2, 9)."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from web.conftest import FRONT_END, Server
from web.pages import read

QUERY = {"submission_url": FRONT_END, "post_url": "https://plus.example.org/send", "uid": "5", "ordinal_number": "1"}
RIGHT = {"r1": "b", "d1": "y", "c1": ["a", "b"], "r2": "b", "r3": "b", "t1": "hello", "t2": "42", "t3": "0.5"}


def test_accept_files_stores_files_under_the_names_of_the_author(server: Server) -> None:
    files = {"first": ("../../etc/passwd", b"print(1)\x00\xff"), "extra": ("x", b"ignored")}
    page = read(server.post("/probe/files", params=QUERY, files=files))
    assert page.metas["status"] == "accepted"
    assert page.metas["wait"] == "1"
    assert "points" not in page.metas
    assert server.stored("probe", "files") == {"first.py": b"print(1)\x00\xff"}


def test_accept_files_rejects_what_lacks_a_required_file(server: Server) -> None:
    page = read(server.post("/probe/files", params=QUERY, files={"second": ("b.py", b"2")}))
    assert page.metas["status"] == "rejected"
    assert "required file is missing" in page.text


def test_accept_files_rejects_fewer_than_the_required_number(one_exercise: Callable[..., str], server: Server) -> None:
    path = one_exercise(
        "title: T\nview_type: access.types.stdasync.acceptFiles\nmax_points: 1\nrequired_number_of_files: 2\n"
        "files: [{field: a, name: a, required: false}, {field: b, name: b, required: false}]\n"
        "container: {image: host, mount: e, cmd: run}\n"
    )
    assert read(server.post(path, params=QUERY, files={"a": ("a", b"1")})).metas["status"] == "rejected"
    both = {"a": ("a", b"1"), "b": ("b", b"")}
    assert read(server.post(path, params=QUERY, files=both)).metas["status"] == "accepted"


def test_accept_post_strips_and_writes_each_field(server: Server) -> None:
    page = read(server.post("/probe/post", params=QUERY, data={"answer.txt": "  forty-two \n"}))
    assert page.metas["status"] == "accepted"
    assert server.stored("probe", "post") == {"answer.txt": b"forty-two", "notes/why.txt": b""}


def test_accept_post_rejects_an_empty_required_field(server: Server) -> None:
    page = read(server.post("/probe/post", params=QUERY, data={"answer.txt": "  ", "notes/why.txt": "because"}))
    assert page.metas["status"] == "rejected"


@pytest.mark.parametrize(
    ("address", "status", "stored"),
    [
        ("git@gitlab.example.org:me/work.git", "accepted", "git@gitlab.example.org:me/work.git"),
        ("https://gitlab.example.org/me/work", "accepted", "git@gitlab.example.org:me/work.git"),
        ("https://gitlab.example.org/deep/er/me/work.git", "accepted", "git@gitlab.example.org:me/work.git"),
        ("https://gitlab.example.org/work", "error", None),
        ("https://elsewhere.example.org/me/work", "error", None),
        ("--upload-pack=evil", "error", None),
        ("/etc", "error", None),
    ],
)
def test_accept_git_address_normalises(server: Server, address: str, status: str, stored: str | None) -> None:
    page = read(server.post("/probe/git", params=QUERY, data={"git": address}))
    assert page.metas["status"] == status
    if stored:
        assert server.stored("probe", "git") == {"gitsource": stored.encode()}


def test_accept_general_form_needs_its_fields_and_its_files(server: Server) -> None:
    only_text = server.post("/probe/general", params=QUERY, data={"text.txt": "x"})
    assert read(only_text).metas["status"] == "rejected"
    both = server.post("/probe/general", params=QUERY, data={"text.txt": "x"}, files={"file": ("f", b"\x01")})
    assert read(both).metas["status"] == "accepted"
    assert server.stored("probe", "general") == {"text.txt": b"x", "file.bin": b"\x01"}


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({}, "40"),
        ({"r1": "a"}, "35"),
        ({"c1": ["a"]}, "35"),
        ({"c1": ["a", "b", "c"]}, "35"),
        ({"t1": "  HELLO "}, "40"),
        ({"t2": "41"}, "35"),
        ({"t3": "0.5000000001"}, "40"),
        ({"t3": "0.51"}, "35"),
        ({"d1": "n", "r2": "a", "r3": "a"}, "25"),
    ],
)
def test_create_form_sums_points(server: Server, changes: dict[str, str | list[str]], points: str) -> None:
    page = read(server.post("/probe/form", params=QUERY, data={**RIGHT, **changes}))
    assert page.metas["status"] == "accepted"
    assert (page.metas["points"], page.metas["max-points"]) == (points, "40")


@pytest.mark.parametrize("fields", [{}, {"d1": "y"}, {"r1": "z"}, {"r1": "b", "t2": "many"}])
def test_create_form_rejects_what_cannot_be_judged(server: Server, fields: dict[str, str]) -> None:
    page = read(server.post("/probe/form", params=QUERY, data=fields))
    assert page.metas["status"] == "rejected"
    assert "points" not in page.metas


@pytest.mark.parametrize(("ordinal", "revealed"), [("2", False), ("3", True)])
def test_the_model_is_revealed_with_the_last_attempt(server: Server, ordinal: str, revealed: bool) -> None:
    query = {**QUERY, "ordinal_number": ordinal, "max_submissions": "3"}
    text = server.post("/probe/form", params=query, data={**RIGHT, "r1": "a"}).text
    assert ("quiz1-icon-correct" in text) is revealed
    assert ("data-aplus-once" in text) is revealed


def test_a_tampered_checksum_is_rejected(server: Server) -> None:
    page = read(server.get("/probe/random", params=QUERY))
    name = next(name for name in page.names if name in "abc")
    fields = {key: page.fields[key]["value"] for key in ("_sample", "_checksum")} | {name: "y"}
    assert read(server.post("/probe/random", params=QUERY, data=fields)).metas["points"] == "10"
    for change in ({"_checksum": "0" * 32}, {"_sample": "2"}, {"_checksum": ""}):
        tampered = read(server.post("/probe/random", params=QUERY, data={**fields, **change}))
        assert tampered.metas["status"] == "rejected"
        assert "does not belong to these questions" in tampered.text


def test_a_group_with_group_errors_gives_all_or_nothing(one_exercise: Callable[..., str], server: Server) -> None:
    path = one_exercise(
        "title: T\nview_type: access.types.stdsync.createForm\nmax_points: 10\nfieldgroups:\n"
        "  - group_errors: true\n    fields:\n"
        "      - {type: text, key: a, title: A, correct: x, points: 5}\n"
        "      - {type: text, key: b, title: B, correct: y, points: 5}\n"
    )
    assert read(server.post(path, data={"a": "x", "b": "y"})).metas["points"] == "10"
    assert read(server.post(path, data={"a": "x", "b": "z"})).metas["points"] == "0"


@pytest.mark.parametrize("line", ["feedback: true", "status: enrollment", "status: enrollment_ext"])
def test_a_questionnaire_gives_full_points(one_exercise: Callable[..., str], server: Server, line: str) -> None:
    path = one_exercise(
        f"title: T\nview_type: access.types.stdsync.createForm\nmax_points: 10\n{line}\nfieldgroups:\n"
        "  - fields: [{type: text, key: a, title: A, correct: x, points: 10}]\n"
    )
    assert read(server.post(path, data={"a": "wrong"})).metas["points"] == "10"


@pytest.mark.parametrize(
    ("fields", "points"),
    [
        ({"x": "1", "y": "?"}, "7"),
        ({"x": "3", "y": "?"}, "3"),
        ({"x": "2"}, "4"),
        ({"x": "1", "y": "?", "z": "1"}, "7"),
    ],
)
def test_compare_post_values(server: Server, fields: dict[str, str], points: str) -> None:
    page = read(server.post("/probe/compare", data=fields))
    assert (page.metas["status"], page.metas["points"], page.metas["max-points"]) == ("accepted", points, "7")


def test_a_form_with_a_container_stores_its_data(one_exercise: Callable[..., str], server: Server) -> None:
    path = one_exercise(
        "title: T\nview_type: access.types.stdsync.createForm\nmax_points: 10\n"
        "container: {image: host, mount: e, cmd: run}\nfieldgroups:\n"
        "  - fields:\n"
        "      - {type: checkbox, key: c, title: C, options: [{label: A, value: a}, {label: B, value: b}]}\n"
        "      - {type: text, key: n, title: N, compare_method: int, correct: 3}\n"
    )
    page = read(server.post(path, params=QUERY, data={"c": ["a", "b"], "n": "7"}))
    assert page.metas["status"] == "accepted"
    assert "points" not in page.metas
    course = path.split("/")[1]
    data = json.loads(server.stored(course, "e")["data.json"])
    assert data == {
        "c": ["a", "b"],
        "n": 7,
        "__grader_lang": "en",
        "__aplus_post_url": "https://plus.example.org/send",
    }


def test_what_only_shows_something_takes_no_answer(server: Server) -> None:
    assert "Read this." in read(server.post("/probe/shown", data={"a": "b"})).text
    page = read(server.post("/probe/staff", data={"a": "b"}))
    assert page.metas.get("status") != "accepted"


def test_without_a_front_end_the_page_says_that_nobody_gets_the_result(server: Server) -> None:
    page = read(server.post("/probe/files", files={"first": ("a", b"no front end")}))
    assert page.metas["status"] == "accepted"
    assert "nobody will receive it" in page.text


@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/latest", "http://10.1.2.3/", "http://[::1]/", "file:///etc/passwd", "http://", "plain"],
)
def test_results_are_not_promised_to_addresses_of_ours(server: Server, address: str) -> None:
    response = server.post("/probe/post", params={"submission_url": address}, data={"answer.txt": f"for {address}"})
    assert read(response).metas["status"] == "error"


def test_lti_data_of_the_launch_is_stored(one_exercise: Callable[..., str], server: Server) -> None:
    path = one_exercise(
        "title: T\nview_type: access.types.stdasync.acceptPost\nmax_points: 1\nlti: Tool\n"
        "fields: [{name: a.txt, title: A}]\ncontainer: {image: host, mount: e, cmd: run}\n"
    )
    launch = {"user_id": "i5", "custom_student_id": "123", "oauth_nonce": "n"}
    assert read(server.post(path, params=QUERY, data={"a.txt": "x", **launch})).metas["status"] == "accepted"
    stored = json.loads(server.stored(path.split("/")[1], "e")["lti.json"])
    assert stored["user_id"] == "i5"
    assert stored["custom_student_id"] == "123"
    assert stored["lis_person_name_full"] is None
    assert set(stored) == {
        "user_id",
        "custom_student_id",
        "lis_person_name_full",
        "lis_person_name_given",
        "lis_person_name_family",
        "lis_person_contact_email_primary",
    }


def test_a_personalised_exercise_takes_nothing_from_nobody(server: Server) -> None:
    page = read(server.post("/probe/personal", params={"submission_url": FRONT_END}, files={"f": ("a", b"x")}))
    assert page.metas["status"] == "error"
    assert not (server.data / "submissions/probe/personal").exists()
    page = read(server.post("/probe/personal", params=QUERY, files={"f": ("a", b"x")}))
    assert page.metas["status"] == "accepted"
