"""Clients that are slow or too many, and the others who want to be served meanwhile."""

from __future__ import annotations

import resource
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx2
import pytest

from gradewright.cli import serve_connections
from gradewright.cli.serve_connections import HELD_BYTES, MOST_CONNECTIONS, PacedUnreader, whole_bytes
from support.serving import Served, serving

POST = b"POST /programs/greet HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("slow"), "--workers", "0", "--web-workers", "1") as found:
        yield found


def client(served: Served, sent: bytes) -> socket.socket:
    url = httpx2.URL(served.url)
    connection = socket.create_connection((url.host, url.port or 80), timeout=30)
    connection.sendall(sent)
    return connection


def status_of(served: Served, path: str = "/healthz") -> int:
    return httpx2.get(served.url + path, timeout=8, trust_env=False).status_code


def answer_to(connection: socket.socket) -> bytes:
    """Everything until the service closes the connection."""
    said = b""
    while data := connection.recv(65536):
        said += data
    return said


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n",
        POST + b"Content-Length: 1000\r\n\r\n--b",
        POST + b"Content-Length: 1000000\r\n\r\n--b",
        POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n--",
        POST + b"Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n",
    ],
    ids=["silent", "head", "small body", "large body", "chunks", "waits to be told"],
)
def test_slow_clients_keep_nobody_else_waiting(served: Served, sent: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(closing(client(served, sent)))
        assert status_of(served) == 200
        assert status_of(served, "/programs/greet") == 200


def test_a_request_may_come_in_pieces_and_others_behind_it(served: Served) -> None:
    with closing(client(served, b"GET /healthz HTTP/1.1\r\nHo")) as connection:
        connection.sendall(b"st: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /readyz HT")
        connection.sendall(b"TP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        said = answer_to(connection)
    assert said.count(b"HTTP/1.1 200 OK") == 3
    assert said.endswith(b"}")


@pytest.mark.parametrize("size", [10, HELD_BYTES - 1, HELD_BYTES, HELD_BYTES + 1, 5_000_000])
def test_a_body_of_every_size_arrives_whole(served: Served, size: int) -> None:
    content = b"x" * size
    files = {"file1": ("greet.py", content)}
    query = {"submission_url": "http://127.0.0.1:9/"}
    page = httpx2.post(served.exercise, params=query, files=files, trust_env=False, timeout=30)
    assert '<meta name="status" value="accepted">' in page.text
    stored = (served.data / "submissions" / "programs" / "greet").glob("*/user/greet.py")
    assert content in [path.read_bytes() for path in stored]


def test_who_comes_when_there_are_too_many_is_told(served: Served) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    with ExitStack() as stack:
        for _ in range(MOST_CONNECTIONS):
            stack.enter_context(closing(client(served, b"")))
        said = answer_to(stack.enter_context(closing(client(served, b""))))
    assert said.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: " in said
    assert b"too many connections" in said


def test_who_is_silent_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "0") as served, closing(client(served, b"")):
        assert status_of(served) == 200
        assert served.end() == 0


def test_who_is_slower_than_the_pace_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"x" * 100)
        assert PacedUnreader(ours).chunk() == b"x" * 100
        monkeypatch.setattr(serve_connections, "SILENT_SECONDS", -1)
        theirs.sendall(b"x" * 100)
        with pytest.raises(TimeoutError):
            PacedUnreader(ours).chunk()


@pytest.mark.parametrize(
    ("received", "size"),
    [
        (b"", None),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", None),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27),
        (b"GET / HTTP/1.1\r\n\r\nGET / HT", 18),
        (b"POST / HTTP/1.1\r\ncontent-length: 5 \r\n\r\n12", 44),
        (b"POST / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 9\r\n\r\n", sys.maxsize),
        (b"POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n", sys.maxsize),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", sys.maxsize),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", sys.maxsize),
    ],
)
def test_the_size_of_a_request_is_known_from_its_head(received: bytes, size: int | None) -> None:
    assert whole_bytes(received) == size
