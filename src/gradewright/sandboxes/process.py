"""Sandboxes whose init is a descendant of ours: the line to it is a pair of pipes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from gradewright.errors import SandboxError
from gradewright.sandboxes.cgroups import Group
from gradewright.sandboxes.line import DescriptorLine

COMPLAINT_BYTES = 4096


class ProcessLine(DescriptorLine):
    """A `watch.Line` to a child process, whose descendants are in `group` if there is one."""

    def __init__(self, child: subprocess.Popen[bytes], group: Group | None) -> None:
        assert child.stdin and child.stdout and child.stderr
        super().__init__(child.stdin.fileno(), child.stdout.fileno())
        self._child = child
        self._group = group
        self._err = child.stderr.fileno()
        os.set_blocking(self._err, False)

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
