"""`gradewright serve` as a process, over a course of programs to grade."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from gradewright.testing import served

GRADEWRIGHT = Path(sys.executable).with_name("gradewright")
ENOUGH_SECONDS = 60.0

INDEX = """\
name: Programs
modules:
  - {key: m, children: [{key: greet, config: greet.yaml, max_submissions: 0}]}
"""
GREET = """\
title: Greet
view_type: access.types.stdasync.acceptFiles
max_points: 10
grader: greeter
files: [{field: file1, name: greet.py}]
"""
GREETER = """\
contract = "cases"
language = "python"
files = ["greet.py"]
limits = { wall_seconds = 30 }

[[cases]]
name = "greets"
points = 10
expected = "hello"
"""
RIGHT = b"print('hello')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served(served.Served):
    @property
    def exercise(self) -> str:
        return f"{self.url}/programs/greet"

    def descendants(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait; returns the exit code."""
        self.process.send_signal(number)
        return int(self.process.wait(ENOUGH_SECONDS))


def course_of_programs(courses: Path) -> Path:
    """Written below `courses`; returns the directory of the course."""
    course = courses / "programs"
    (course / "greeter").mkdir(parents=True)
    (course / "index.yaml").write_text(INDEX)
    (course / "greet.yaml").write_text(GREET)
    (course / "greeter" / "grader.toml").write_text(GREETER)
    return course


@contextmanager
def serving(place: Path, *words: str, **variables: str) -> Iterator[Served]:
    """The service with these options and settings; whatever is left of it in the end is killed."""
    if not (place / "courses").exists():
        course_of_programs(place / "courses")
    settings = {"GRADEWRIGHT_STATE_DIR": str(place / "state"), "GRADEWRIGHT_LEASE_SECONDS": "2", **variables}
    family: Sequence[psutil.Process] = []
    try:
        with served.serving(place, *words, courses=place / "courses", **settings) as it:
            found = Served(url=it.url, process=it.process, courses=it.courses, data=it.data, log=it.log)
            yield found
            family = found.descendants() if it.process.poll() is None else []
    finally:
        for left in family:
            if left.is_running():
                left.kill()


def wait_for_process(name: str, served: Served) -> psutil.Process:
    """A descendant that runs a program of this name."""
    deadline = time.monotonic() + ENOUGH_SECONDS
    while time.monotonic() < deadline:
        for process in served.descendants():
            try:
                if any(name in word for word in process.cmdline()):
                    return process
            except psutil.NoSuchProcess:
                continue
        time.sleep(0.02)
    raise AssertionError(f"{name} never ran:\n{served.log.read_text()}")


def attempts(served: Served) -> list[tuple[str, str, int, str]]:
    """(submission, state, tries, state of its delivery) of every attempt, from the database itself."""
    import sqlite3

    query = """
        SELECT a.submission_id, a.state, a.tries, COALESCE(d.state, '')
        FROM gradewright_attempt a LEFT JOIN gradewright_delivery d ON d.attempt_id = a.id ORDER BY a.id
    """
    connection = sqlite3.connect(served.data / "gradewright.sqlite3", timeout=30)
    try:
        return [(str(id), str(state), int(tries), str(news)) for id, state, tries, news in connection.execute(query)]
    finally:
        connection.close()


def run(*words: str, served: Served) -> subprocess.CompletedProcess[str]:
    """A command of gradewright on the data of a service."""
    environment = {
        **os.environ,
        "GRADEWRIGHT_DATA_DIR": str(served.data),
        "GRADEWRIGHT_COURSES_DIR": str(served.data.parent / "courses"),
    }
    return subprocess.run([GRADEWRIGHT, *words], env=environment, capture_output=True, text=True, check=False)
