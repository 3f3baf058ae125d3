"""Courses that a build service pushes (A+ spec 3.5)."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2
import pytest

from support.waiting import eventually
from web.conftest import Server, serving
from web.pages import read

TOKEN = {"Authorization": "Bearer secret of the builder"}


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    token = "secret of the builder"
    with serving(tmp_path_factory.mktemp("configure"), GRADEWRIGHT_CONFIGURE_TOKEN=token) as server:
        yield server


def archive(files: Mapping[str, str], *members: tarfile.TarInfo) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
        for member in members:
            tar.addfile(member)
    return stream.getvalue()


def exercise(title: str, **spec: Any) -> dict[str, Any]:
    config = {
        "en": {"title": title, "view_type": "access.types.stdsync.noGrading", "template": "./shown.html"},
        "fi": {"title": f"{title} fi", "view_type": "access.types.stdsync.noGrading", "template": "./shown.html"},
    }
    return {"key": "quiz", "spec": {"key": "quiz", "category": "c", "max_submissions": 5, **spec}, "config": config}


def push(
    server: Server, version: str, parts: list[Any], content: bytes | None = None, **fields: str
) -> httpx2.Response:
    data = {
        "course_id": "12",
        "course_key": "pushed",
        "version_id": version,
        "exercises": json.dumps(parts),
        "course_spec": json.dumps({"name": "Pushed", "lang": ["en", "fi"]}),
        **fields,
    }
    content = archive({"shown.html": "<p>shown</p>"}) if content is None else content
    return server.post("/configure", data=data, files={"files": ("files", content)}, headers=TOKEN)


def publish(server: Server, version: str) -> httpx2.Response:
    return server.post("/configure", data={"course_id": "12", "version_id": version, "publish": "true"}, headers=TOKEN)


def test_a_course_is_stored_then_published_and_both_may_be_repeated(open_server: Server) -> None:
    stored = push(open_server, "v1", [exercise("First")])
    assert stored.status_code == 200
    assert stored.json()["quiz"]["url"] == f"{open_server.url}/12/quiz"
    assert stored.json()["quiz"]["title"] == {"en": "First", "fi": "First fi"}
    assert push(open_server, "v1", [exercise("First")]).status_code == 200
    assert open_server.get("/12/quiz").status_code == 404
    for _ in range(2):
        assert (publish(open_server, "v1").status_code, publish(open_server, "v1").json()) == (200, [])
    assert "shown" in open_server.get("/12/quiz").text

    push(open_server, "v2", [exercise("Second")], archive({"shown.html": "<p>anew</p>"}))
    assert "shown" in open_server.get("/12/quiz").text
    publish(open_server, "v2")
    assert "anew" in open_server.get("/12/quiz").text
    assert open_server.get("/12/", headers={"X-Requested-With": "XMLHttpRequest"}).json()["course_name"] == "Pushed"
    publish(open_server, "v1")
    assert "shown" in open_server.get("/12/quiz").text


def test_old_versions_do_not_pile_up(open_server: Server) -> None:
    for number in range(8):
        push(open_server, f"n{number}", [exercise("Again")])
        publish(open_server, f"n{number}")
    kept = [path for path in (open_server.data / "pushed" / "12").iterdir() if path.suffix == ".files"]
    assert len(kept) <= 4
    assert read(open_server.get("/12/")).title == "Pushed"


def test_an_exercise_of_another_service_is_given_back_as_it_came(open_server: Server) -> None:
    other = {"key": "far", "spec": {"key": "far", "url": "https://elsewhere.example.org/far"}, "config": None}
    assert push(open_server, "far", [other]).json() == {"far": other["spec"]}


def test_an_unknown_version_cannot_be_published(open_server: Server) -> None:
    assert publish(open_server, "never").status_code == 404


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"course_id": "../12"}, "course_id"),
        ({"course_id": "probe"}, "course_id"),
        ({"course_id": ""}, "course_id"),
        ({"version_id": "../v1"}, "version_id"),
        ({"exercises": "{"}, "exercises"),
        ({"exercises": '{"a": 1}'}, "exercises"),
        ({"exercises": "[" * 100_000}, "exercises"),
        ({"exercises": '[{"key": "../x", "spec": {}, "config": {"en": {}}}]'}, "../x"),
        ({"exercises": '[{"key": "x", "spec": [], "config": {}}]'}, "exercises"),
        ({"course_spec": "[]"}, "course_spec"),
    ],
)
def test_what_makes_no_sense_is_named(open_server: Server, fields: dict[str, str], named: str) -> None:
    response = push(open_server, "bad", [exercise("Bad")], **fields)
    assert response.status_code == 400
    assert named in response.text


def link(name: str, target: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, target
    return info


@pytest.mark.parametrize(
    "content",
    [
        archive({"../../escaped.txt": "x"}),
        archive({"/tmp/escaped.txt": "x"}),
        archive({}, link("out", "/etc")),
        b"this is no archive",
        archive({"a": "x" * 2000})[:600],
    ],
)
def test_a_hostile_archive_leaves_nothing(open_server: Server, content: bytes) -> None:
    incoming = open_server.data / "incoming"
    eventually(lambda: not list(incoming.iterdir()))  # an upload is removed after the answer
    before = set(open_server.data.rglob("*"))
    response = push(open_server, "hostile", [exercise("Hostile")], content)
    assert response.status_code == 400
    eventually(lambda: not list(incoming.iterdir()))
    assert set(open_server.data.rglob("*")) == before
    assert publish(open_server, "hostile").status_code == 404


def test_a_course_of_the_machine_is_not_overwritten(open_server: Server) -> None:
    open_server.course("13", {"index.yaml": "name: Mine\nmodules: []\n"})
    push(open_server, "v", [exercise("Theirs")], course_id="13")
    refused = open_server.post("/configure", data={"course_id": "13", "version_id": "v", "publish": "1"}, headers=TOKEN)
    assert refused.status_code == 400
    assert read(open_server.get("/13/")).title == "Mine"


def test_only_who_has_the_token_may_push(open_server: Server, server: Server) -> None:
    fields = {"course_id": "12", "version_id": "v", "publish": "true"}
    assert open_server.post("/configure", data=fields).status_code == 401
    wrong = {"Authorization": "Bearer wrong"}
    assert open_server.post("/configure", data=fields, headers=wrong).status_code == 401
    assert open_server.get("/configure", headers=TOKEN).status_code == 405
    disabled = server.post("/configure", data=fields, headers={"Authorization": "Bearer"})
    assert disabled.status_code == 403
    assert "configure_token" in disabled.text
