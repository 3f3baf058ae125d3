"""A course service of its own, for tests of courses and of front ends.

with serving(directory, courses=Path("courses"), GRADEWRIGHT_WEB_WORKERS="1") as served:
    page = front_end.load(f"{served.url}/course/exercise")
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

START_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """`gradewright serve` as a process."""

    url: str
    process: subprocess.Popen[bytes]
    courses: Path
    data: Path
    log: Path  # what it says


@contextmanager
def serving(place: Path, *options: str, courses: Path, **settings: str) -> Iterator[Served]:
    """`gradewright serve` on a free port of this machine, ready to answer; it is ended with the block.

    Its data and log are below `place`. `settings` are environment variables. A stand-in for a front end on this machine
    may be told of results. Raises `RuntimeError` with the log if it does not start.
    """
    bind = f"127.0.0.1:{free_port()}"
    served_at = {"GRADEWRIGHT_BIND": bind, "GRADEWRIGHT_DATA_DIR": str(place / "data")}
    served_at |= {"GRADEWRIGHT_COURSES_DIR": str(courses), "GRADEWRIGHT_SUBMISSION_HOSTS": "127.0.0.1"}
    log = place / "log"
    with log.open("wb") as opened:
        process = subprocess.Popen(
            [sys.executable, "-m", "gradewright", "serve", *options],
            env={**os.environ, **served_at, **settings},
            cwd=place,
            stdout=opened,
            stderr=opened,
        )
    served = Served(url=f"http://{bind}", process=process, courses=courses, data=place / "data", log=log)
    try:
        wait_until_it_answers(served)
        yield served
    finally:
        process.terminate()
        process.wait()


def wait_until_it_answers(served: Served) -> None:
    """Raises `RuntimeError` with the log if it does not within a minute."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and served.process.poll() is None:
        try:
            if httpx2.get(f"{served.url}/readyz", trust_env=False).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"the service did not start:\n{served.log.read_text()}")


def free_port() -> int:
    """A TCP port of this machine that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
