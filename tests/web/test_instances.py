"""What staff see of a personalised exercise: every instance, and the exercise with each (A+ spec 5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from web.conftest import FRONT_END, Server, serving
from web.pages import read
from web.test_tokens import READ, WRITE, bearing, guarded, token

__all__ = ["guarded"]

PERSONAL = """
title: Personal
view_type: access.types.stdasync.acceptPost
personalized: true
max_submissions_before_regeneration: 3
generator: {cmd: [x]}
generated_files: [{file: task.txt, key: task, content_in_template: true}]
fields: [{name: answer}]
container: {image: host, mount: e, cmd: run}
"""
INSTANCES = {f"personalized_exercises/e/{number}/task.txt": f"number {number}" for number in range(5)}


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Known to the world, with a token for who pushes courses."""
    name = {"GRADEWRIGHT_BASE_URL": "https://grader.example.org", "GRADEWRIGHT_CONFIGURE_TOKEN": "of the staff"}
    with serving(tmp_path_factory.mktemp("public"), **name) as server:
        yield server


def test_staff_see_all_instances_with_all_their_files(server: Server) -> None:
    text = server.get("/instances/probe/personal").text
    for number in range(4):
        assert f'href="{server.url}/probe/personal?instance={number}"' in text
        assert f'href="{server.url}/instances/probe/personal/{number}/secret.txt"' in text
    assert f'href="{server.url}/instances/probe/personal"' in server.get("/probe/").text


@pytest.mark.parametrize("asks", [{"headers": {"X-Requested-With": "XMLHttpRequest"}}, {"params": {"format": "json"}}])
def test_the_same_for_programs(server: Server, asks: dict[str, dict[str, str]]) -> None:
    told = server.get("/instances/probe/personal", **asks).json()
    assert (told["course"], told["exercise"]) == ("probe", "personal")
    assert [each["number"] for each in told["instances"]] == [0, 1, 2, 3]
    third = told["instances"][2]
    assert third["url"] == f"{server.url}/probe/personal?instance=2"
    assert [file["name"] for file in third["files"]] == ["numbers.txt", "secret.txt"]
    shown = server.get(third["files"][0]["url"])
    assert shown.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (shown.text, len(shown.content)) == ("numbers of instance 2\n", third["files"][0]["size"])


def test_staff_open_the_exercise_with_any_instance(one_exercise: Callable[..., str], server: Server) -> None:
    path = one_exercise(PERSONAL, **INSTANCES)
    for number in range(5):
        page = read(server.get(path, params={"instance": str(number)}))
        assert f"number {number}" in page.text
        assert page.metas.get("status") != "error"


def test_what_staff_send_is_queued_with_the_instance_and_told_to_no_front_end(
    one_exercise: Callable[..., str], server: Server
) -> None:
    path = one_exercise(PERSONAL, **INSTANCES)
    query = {"instance": "3", "submission_url": FRONT_END, "uid": "7", "ordinal_number": "2"}
    page = read(server.post(path, params=query, data={"answer": "x"}))
    assert page.metas["status"] == "accepted"
    assert server.stored(*path.strip("/").split("/")) == {"answer": b"x"}


@pytest.mark.parametrize(
    "path",
    [
        "/instances/probe/files",
        "/instances/probe/nothing",
        "/instances/nothing/personal",
        "/instances/probe/personal/9/numbers.txt",
        "/instances/probe/personal/0/nothing.txt",
        "/instances/probe/personal/0/..%2F..%2F..%2Findex.yaml",
        "/instances/probe/files/0/numbers.txt",
        "/probe/personal?instance=9",
        "/probe/personal?instance=../0",
    ],
)
def test_what_is_not_there(server: Server, path: str) -> None:
    assert server.get(path).status_code == 404


def test_no_instances_yet(one_exercise: Callable[..., str], server: Server) -> None:
    course, exercise = one_exercise(PERSONAL).strip("/").split("/")
    assert f"gradewright course generate {course} {exercise}" in server.get(f"/instances/{course}/{exercise}").text


ADDRESSES = ["/instances/probe/personal", "/instances/probe/personal/0/secret.txt", "/probe/personal?instance=0&uid=1"]


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "10.1.2.3"},
        {"Forwarded": "for=10.1.2.3"},
        {"X-Real-IP": "10.1.2.3"},
        {"Host": "grader.example.org"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_what_came_through_a_proxy_is_not_from_this_machine(server: Server, path: str, headers: dict[str, str]) -> None:
    assert server.get(path, headers=headers).status_code == 403


@pytest.mark.parametrize("path", ADDRESSES)
def test_the_token_of_the_staff_opens_them(public: Server, path: str) -> None:
    assert public.get(path).status_code == 403
    assert public.get(path, headers=bearing("another")).status_code == 403
    assert public.get(path, headers=bearing("of the staff")).status_code == 200
    assert public.get("/probe/personal", params={"uid": "1"}).status_code == 200
    assert "/instances/" not in public.get("/probe/").text
    assert "/instances/" in public.get("/probe/", headers=bearing("of the staff")).text


def test_where_tokens_are_asked_for_they_must_allow_to_write(guarded: Server) -> None:
    index = "name: C\nmodules: [{key: m, children: [{key: e, category: c, max_submissions: 1, config: p.yaml}]}]\n"
    guarded.course("9", {"index.yaml": index, "p.yaml": PERSONAL, **INSTANCES})
    for path in ("/instances/9/e", "/instances/9/e/0/task.txt", "/9/e?instance=0"):
        assert guarded.get(path).status_code == 401
        assert guarded.get(path, headers=bearing(token(("instance", READ, {"id": 9})))).status_code == 403
    may = bearing(token(("instance", READ, {"id": 9}), ("instance", WRITE, {"id": 9})))
    assert json.loads(guarded.get("/instances/9/e?format=json", headers=may).text)["exercise"] == "e"
    assert "number 4" in guarded.get("/9/e?instance=4", headers=may).text
