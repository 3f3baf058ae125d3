"""The end of a service that still answers a request that never ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import psutil
import pytest

from gradewright.testing.served import Served, free_port, wait_until_it_answers
from support.waiting import eventually, has_ended

PROGRAM = """
from gradewright.cli import serve_processes
from gradewright.cli.main import main

prepare = serve_processes.prepare

def prepare_to_hurry(settings, *, quiet):
    prepare(settings, quiet=quiet)
    from gradewright.cli import serve_parts
    serve_parts.DRAIN_SECONDS = serve_parts.LAST_SECONDS = 1
    serve_parts.REQUEST_SECONDS = 2

serve_processes.prepare = prepare_to_hurry
main()
"""
INDEX = """\
name: Course
modules: [{key: m, children: [{key: endless, config: endless.yaml}, {key: blocked, config: blocked.yaml}]}]
"""
VIEWS = """\
import re
from pathlib import Path

BEGUN = Path(__file__).with_name("begun")

def endless(request, course, exercise, post_url):
    BEGUN.touch()
    while True:
        pass

def blocked(request, course, exercise, post_url):
    BEGUN.touch()
    re.match("(a+)+$", "a" * 60 + "b")  # no other thread runs meanwhile
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A service that lets requests end for a second, over a course whose views do not end."""
    course = tmp_path / "courses" / "course"
    course.mkdir(parents=True)
    (course / "index.yaml").write_text(INDEX)
    (course / "views.py").write_text(VIEWS)
    for key in ("endless", "blocked"):
        (course / f"{key}.yaml").write_text(f"title: T\nview_type: .views.{key}\n")
    bind, log = f"127.0.0.1:{free_port()}", tmp_path / "log"
    options = ["--courses", "courses", "--data", "data", "--workers", "0", "--web-workers", "1", "--bind", bind]
    with log.open("wb") as opened:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "serve", *options],
            env={**os.environ, "GRADEWRIGHT_STATE_DIR": str(tmp_path / "state")},
            cwd=tmp_path,
            stdout=opened,
            stderr=opened,
        )
    found = Served(url=f"http://{bind}", process=process, courses=course.parent, data=tmp_path / "data", log=log)
    family: list[psutil.Process] = []
    try:
        wait_until_it_answers(found)
        family = psutil.Process(process.pid).children(recursive=True)
        yield found
    finally:
        process.kill()
        process.wait()
        for each in family:
            if each.is_running():
                each.kill()


def ask(served: Served, exercise: str) -> socket.socket:
    """A connection whose request is being answered."""
    url = httpx2.URL(served.url)
    connection = socket.create_connection((url.host, url.port or 80))
    connection.sendall(f"GET /course/{exercise} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    eventually((served.courses / "course" / "begun").exists)
    return connection


def test_a_request_that_never_ends_is_given_up(served: Served) -> None:
    with closing(ask(served, "endless")):
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(20) == 0
    assert "requests were given up, because they did not end in time" in served.log.read_text()
    with socket.create_server(("127.0.0.1", httpx2.URL(served.url).port or 0)):
        pass  # nobody listens there any more


def test_what_holds_up_a_process_ends_with_the_service(served: Served) -> None:
    with closing(ask(served, "blocked")):
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(20) == 0


def test_what_holds_up_a_process_does_not_outlive_its_parent(served: Served) -> None:
    [parent] = psutil.Process(served.process.pid).children()
    [answering] = parent.children()
    with closing(ask(served, "blocked")):
        parent.kill()
        eventually(lambda: has_ended(answering.pid))
