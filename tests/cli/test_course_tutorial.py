"""The tutorial of a course tells the truth: it is served, submitted to and changed as the page says."""

from __future__ import annotations

import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from cli.test_tutorial import BLOCK, DEGRADED, PAGES, commands

PAGE = PAGES / "course.md"
ADDRESS = "127.0.0.1:8080"
SECONDS = 60


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


def words_of(command: str) -> list[str]:
    program, *words = shlex.split(command)
    return [sys.executable, *([] if program == "python" else ["-m", program]), *words]


@contextmanager
def serving(command: str, expected: str) -> Iterator[None]:
    """The service of the page, once it has said what the page says."""
    log = Path("log")
    with log.open("wb") as output:
        process = subprocess.Popen(words_of(command), stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + SECONDS
        while expected not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def said(command: str) -> str:
    """What a command prints, without what only ordinary users are told."""
    done = subprocess.run(words_of(command), capture_output=True, text=True, timeout=SECONDS, check=False)
    lines = (done.stdout or done.stderr).splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(DEGRADED)).strip()


def test_the_tutorial_of_a_course_works_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    address = free_address()
    monkeypatch.setenv("GRADEWRIGHT_BIND", address)
    tried = []
    with ExitStack() as service:
        for block in BLOCK.finditer(PAGE.read_text().replace(ADDRESS, address)):
            if block["file"]:
                Path(block["file"]).parent.mkdir(parents=True, exist_ok=True)
                Path(block["file"]).write_text(block["text"].lstrip("\n"))
                continue
            for command, expected in commands(block["text"]):
                tried.append(command)
                if " serve " in command:
                    service.enter_context(serving(command, expected.removesuffix("...\n")))
                else:
                    assert said(command) == expected.strip(), command
    assert sum(command == "python send.py" for command in tried) == 2
