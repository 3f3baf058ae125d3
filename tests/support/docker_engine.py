"""A container engine of the tests' own: shared by all test processes of this checkout, ended by the last of them.

It keeps its images below `.cache/`, so they are loaded once; it touches neither the host's engine nor its network.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import docker

SOCKET = "docker.sock"
PID = "docker.pid"
START_SECONDS = 60


@contextmanager
def docker_engine(cache: Path) -> Iterator[str]:
    """The engine's address. Fails if none can be started here."""
    home = cache / "docker"
    home.mkdir(parents=True, exist_ok=True)
    runtime = Path("/run", f"gradewright-tests-{hashlib.sha256(bytes(home)).hexdigest()[:12]}")
    runtime.mkdir(exist_ok=True)
    with (runtime / "door").open("w") as door, (runtime / "users").open("w") as users:
        with _alone(door):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not _answers(runtime):
                _start(home, runtime)
        try:
            yield f"unix://{runtime / SOCKET}"
        finally:
            with _alone(door):
                fcntl.flock(users, fcntl.LOCK_UN)
                with suppress(BlockingIOError):  # somebody else still uses it
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _stop(runtime)


@contextmanager
def _alone(door: IO[str]) -> Iterator[None]:
    fcntl.flock(door, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(door, fcntl.LOCK_UN)


def _answers(runtime: Path) -> bool:
    with suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.connect(str(runtime / SOCKET))
        line.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
        return line.recv(64).startswith(b"HTTP/1.0 200")
    return False


def _start(home: Path, runtime: Path) -> None:
    log = home / "dockerd.log"
    (runtime / PID).unlink(missing_ok=True)  # of one that was killed
    command = [
        "/usr/sbin/dockerd",
        *("--host", f"unix://{runtime / SOCKET}", "--pidfile", str(runtime / PID)),
        *("--data-root", str(home / "data"), "--exec-root", str(runtime / "exec")),
        *("--bridge=none", "--iptables=false", "--ip6tables=false"),
    ]
    with log.open("w") as file:
        engine = subprocess.Popen(command, stdout=file, stderr=file, start_new_session=True)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(runtime):
        assert engine.poll() is None and time.monotonic() < deadline, f"dockerd did not start:\n{log.read_text()}"
        time.sleep(0.05)
    engine.returncode = 0  # another process may be the one that ends it
    client = docker.DockerClient(base_url=f"unix://{runtime / SOCKET}")
    client.containers.prune()  # of sessions that were killed
    client.volumes.prune()
    client.close()


def _stop(runtime: Path) -> None:
    pid = int((runtime / PID).read_text())
    os.kill(pid, signal.SIGTERM)
    while _is_running(pid):
        with suppress(ChildProcessError):  # it is another's child
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.05)


def _is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
