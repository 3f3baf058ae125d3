"""Sandboxes whose init is a descendant of ours: the line to it is a pair of pipes."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from gradewright.errors import SandboxError
from gradewright.sandboxes.cgroups import Group

CHUNK = 1 << 18
COMPLAINT_BYTES = 4096


class ProcessLine:
    """A `watch.Line` to a child process, whose descendants are in `group` if there is one."""

    def __init__(self, child: subprocess.Popen[bytes], group: Group | None) -> None:
        assert child.stdin and child.stdout and child.stderr
        self._child = child
        self._group = group
        self._in, self._out, self._err = child.stdin.fileno(), child.stdout.fileno(), child.stderr.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._err, False)
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(self._out, select.POLLIN)
        self._writable.register(self._in, select.POLLOUT)

    def receive(self, timeout: float) -> bytes | None:
        return os.read(self._out, CHUNK) if self._readable.poll(timeout * 1000) else None

    def send(self, data: bytes, timeout: float) -> None:
        left = memoryview(data)
        deadline = time.monotonic() + timeout
        while left:
            if not self._writable.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise SandboxError(f"The sandbox does not listen. {self.complaint()}".strip())
            try:
                left = left[os.write(self._in, left) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                self._broken()
                return

    def _broken(self) -> None:
        """Nobody listens. If init said why before it left, the reader will find that; else there is nothing to read."""
        if not self._readable.poll(1000):
            raise SandboxError(f"The sandbox is gone. {self.complaint()}".strip())

    def destroy(self) -> None:
        self._child.kill()
        if self._group:
            self._group.kill()

    def complaint(self) -> str:
        try:
            return os.read(self._err, COMPLAINT_BYTES).decode(errors="replace").strip()
        except BlockingIOError:
            return ""


@contextmanager
def process_line(argv: Sequence[str], group: Group | None) -> Iterator[ProcessLine]:
    """Start `argv` with an empty environment; when the block ends, however it does, the process is dead and reaped."""
    pipe = subprocess.PIPE
    try:
        child = subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, env={}, bufsize=0)
    except OSError as error:
        raise SandboxError(f"Could not start {argv[0]}: {error.strerror}.") from error
    try:
        yield ProcessLine(child, group)
        _hang_up(child)
    finally:
        _end(child)


def _hang_up(child: subprocess.Popen[bytes]) -> None:
    """The polite way out: init leaves when its line closes, and runtimes tidy up after themselves."""
    assert child.stdin
    child.stdin.close()
    try:
        child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        child.kill()


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream:
            stream.close()
