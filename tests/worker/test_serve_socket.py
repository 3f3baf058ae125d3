"""`gradewright serve` on a socket in the file system, behind a web server on the same machine."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import time
from pathlib import Path

import httpx2

from support.serving import GRADEWRIGHT, course_of_programs

READY_SECONDS = 30.0


def start(place: Path, path: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "GRADEWRIGHT_DATA_DIR": str(place / "data"), "GRADEWRIGHT_BIND": f"unix:{path}"}
    return subprocess.Popen([GRADEWRIGHT, "serve"], env=environment, cwd=place, stderr=subprocess.PIPE, text=True)


def is_ready(path: Path) -> bool:
    """Whether somebody listens, and answers."""
    with socket.socket(socket.AF_UNIX) as caller:
        if caller.connect_ex(str(path)):
            return False
    with httpx2.Client(transport=httpx2.HTTPTransport(uds=str(path))) as client:
        return client.get("http://localhost/readyz").status_code == 200


def test_other_users_reach_it_and_a_second_service_does_not_take_it_away(tmp_path: Path) -> None:
    course_of_programs(tmp_path / "courses")
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as of_a_killed_service:
        of_a_killed_service.bind(str(path))
    first = start(tmp_path, path)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not is_ready(path):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert stat.S_IMODE(path.stat().st_mode) == 0o666
        _, said = start(tmp_path, path).communicate(timeout=READY_SECONDS)
        assert f"Cannot listen on unix:{path}: Address already in use." in said
        assert is_ready(path)
    finally:
        first.terminate()
        first.communicate()
