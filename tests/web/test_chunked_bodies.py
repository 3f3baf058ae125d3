"""Requests of which nobody says beforehand how long they are: their bodies come in chunks."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing

import httpx2
import pytest

from support.waiting import eventually
from web.conftest import FRONT_END, Server, serving
from web.pages import parse, read

QUERY = {"submission_url": FRONT_END}
TOKEN = {"Authorization": "Bearer secret"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LIMIT = 3_000_000


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = {"GRADEWRIGHT_UPLOAD_BYTES": str(LIMIT), "GRADEWRIGHT_CONFIGURE_TOKEN": "secret"}
    with serving(tmp_path_factory.mktemp("chunked"), **limits) as server:
        yield server


def multipart(**parts: bytes) -> bytes:
    """A body with these parts; what is called by the name of a file of the exercise is one."""
    body = b""
    for name, content in parts.items():
        filename = b'; filename="f"' if name in ("first", "files") else b""
        head = b'--b\r\nContent-Disposition: form-data; name="' + name.encode() + b'"' + filename
        body += head + b"\r\n\r\n" + content + b"\r\n"
    return body + b"--b--\r\n"


def pieces(body: bytes, size: int) -> Iterator[bytes]:
    for begin in range(0, len(body), size):
        yield body[begin : begin + size]


def post(server: Server, path: str, body: bytes, headers: dict[str, str], *, size: int = 50_000) -> httpx2.Response:
    """The answer to a body that is sent in chunks of this size."""
    response = server.post(path, params=QUERY, content=pieces(body, size), headers=headers)
    assert response.request.headers["Transfer-Encoding"] == "chunked"
    return response


def nothing_arrives(server: Server) -> bool:
    return not list((server.data / "incoming").iterdir())


def answer_to(server: Server, head: bytes, body: bytes) -> tuple[int, str]:
    """Status and page for bytes as they are, after which the client says no more."""
    url = httpx2.URL(server.url)
    with closing(socket.create_connection((url.host, url.port or 80), timeout=30)) as connection:
        connection.sendall(
            head + b"Host: localhost\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\nConnection: close\r\n\r\n" + body
        )
        connection.shutdown(socket.SHUT_WR)
        said = b""
        while data := connection.recv(65536):
            said += data
    first, _, page = said.partition(b"\r\n\r\n")
    return int(first.split(maxsplit=2)[1]), page.decode()


@pytest.mark.parametrize(("length", "size"), [(0, 9), (10, 1), (10, 10_000), (2_900_000, 100_000)])
def test_a_file_of_every_size_arrives_whole(small: Server, length: int, size: int) -> None:
    content = bytes(range(256)) * (length // 256) + b"x" * (length % 256)
    page = read(post(small, "/probe/files", multipart(first=content), MULTIPART, size=size))
    assert page.metas["status"] == "accepted"
    assert small.stored("probe", "files")["first.py"] == content
    eventually(lambda: nothing_arrives(small))


def test_a_form_without_files_is_read(small: Server) -> None:
    page = read(post(small, "/probe/post", b"answer.txt=caf%C3%A9", FORM, size=3))
    assert page.metas["status"] == "accepted"
    assert small.stored("probe", "post")["answer.txt"].decode() == "café"


def test_a_course_is_pushed(small: Server) -> None:
    fields = {"course_id": b"12", "version_id": b"v1", "course_key": b"pushed"}
    exercises = [{"key": "far", "spec": {"key": "far", "url": "https://elsewhere.example.org/far"}, "config": None}]
    body = multipart(**fields, exercises=json.dumps(exercises).encode())
    response = post(small, "/configure", body, {**MULTIPART, **TOKEN}, size=100)
    assert (response.status_code, list(response.json())) == (200, ["far"])


def test_a_view_of_the_course_reads_a_body_of_any_type(small: Server) -> None:
    views = (
        "from django.http import HttpResponse\n\n\ndef echo(request, *args):\n    return HttpResponse(request.body)\n"
    )
    index = "name: Echo\nmodules: [{key: m, children: [{key: e, category: c, max_submissions: 1, config: e.yaml}]}]\n"
    small.course("echo", {"index.yaml": index, "e.yaml": "title: E\nview_type: .echoing.echo\n", "echoing.py": views})
    assert post(small, "/echo/e", b'{"a": 1}', {"Content-Type": "application/json"}, size=2).json() == {"a": 1}


@pytest.mark.parametrize(
    "body", [multipart(first=b"x" * LIMIT), multipart(other=b"x" * LIMIT)], ids=["a file", "a field"]
)
def test_what_is_too_large_is_rejected_as_with_a_length(small: Server, body: bytes) -> None:
    before = list((small.data / "submissions").rglob("*"))
    page = read(post(small, "/probe/files", body, MULTIPART))
    assert page.metas["status"] == "rejected"
    assert "too large: more than the 2.9 MiB that are allowed" in page.text
    assert list((small.data / "submissions").rglob("*")) == before
    eventually(lambda: nothing_arrives(small))


def test_a_form_that_is_too_large_is_rejected(small: Server) -> None:
    page = read(post(small, "/probe/post", b"answer.txt=" + b"x" * LIMIT, FORM))
    assert page.metas["status"] == "rejected"
    assert "too large" in page.text


def test_the_connection_goes_on_after_a_body_in_chunks(small: Server) -> None:
    url = httpx2.URL(small.url)
    with closing(socket.create_connection((url.host, url.port or 80), timeout=30)) as connection:
        connection.sendall(
            b"POST /probe/post HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\n3\r\nx=y\r\n0\r\n\r\n"
            b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        said = b""
        while data := connection.recv(65536):
            said += data
    assert said.count(b"HTTP/1.1 200 OK") == 2
    assert said.endswith(b"ok")


BEGUN = b'--b\r\nContent-Disposition: form-data; name="first"; filename="f"\r\n\r\n' + b"x" * 200_000
CHUNK = b"%x\r\n%s\r\n" % (len(BEGUN), BEGUN)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        CHUNK,
        CHUNK + b"ffff\r\nonly so much",
        CHUNK + b"not a size\r\n",
        CHUNK + b"-5\r\nxxxxx\r\n0\r\n\r\n",
        CHUNK + b"3\r\nxxxxx\r\n0\r\n\r\n",
        CHUNK + b"0\r\n",
        CHUNK + b"0\r\nno trailer\r\n\r\n",
        CHUNK + b"1" * 20_000,
    ],
    ids=["nothing", "no end", "half a chunk", "no size", "negative", "size", "half an end", "trailer", "long line"],
)
@pytest.mark.parametrize("path", [b"/probe/files", b"/ajax/probe/active", b"/configure", b"/test-result"])
def test_a_body_that_breaks_off_or_makes_no_sense_is_told_and_keeps_nothing(
    small: Server, path: bytes, body: bytes
) -> None:
    before = list((small.data / "submissions").rglob("*"))
    head = b"POST " + path + b" HTTP/1.1\r\n" + (b"Authorization: Bearer secret\r\n" if path == b"/configure" else b"")
    status, page = answer_to(small, head, body)
    assert status == 400
    assert "did not arrive whole" in page
    assert list((small.data / "submissions").rglob("*")) == before
    eventually(lambda: nothing_arrives(small))
    assert small.get("/healthz").status_code == 200


def test_a_broken_body_is_an_error_and_no_rejection_for_the_front_end(small: Server) -> None:
    status, page = answer_to(small, b"POST /probe/files HTTP/1.1\r\n", CHUNK)
    assert (status, parse(page).metas["status"]) == (400, "error")
