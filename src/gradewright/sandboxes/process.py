"""Sandboxes whose init is a descendant of ours: the line to it is a pair of pipes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import NamedTuple, Protocol

from gradewright.errors import SandboxError
from gradewright.sandboxes.group import Group
from gradewright.sandboxes.line import DescriptorLine

COMPLAINT_BYTES = 4096
TRIAL_SECONDS = 20


class Standard(NamedTuple):
    """Descriptors that are a process's stdin, stdout and stderr, or our ends of them."""

    stdin: int
    stdout: int
    stderr: int


class Child(Protocol):
    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int:
        """Raises `subprocess.TimeoutExpired`."""


class ProcessLine(DescriptorLine):
    """A `watch.Line` to a child process, whose descendants are in `group` if there is one."""

    def __init__(self, child: Child, ours: Standard, group: Group | None) -> None:
        super().__init__(ours.stdin, ours.stdout)
        self._child = child
        self._group = group
        self._err = ours.stderr
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
    with ExitStack() as stack:
        ours, theirs = _pipes()
        stack.callback(_close, ours.stdout, ours.stderr)
        hang_up = stack.enter_context(ExitStack())
        hang_up.callback(_close, ours.stdin)
        try:
            child = _start(argv, theirs, group)
        finally:
            _close(*theirs)
        stack.callback(_end, child)
        yield ProcessLine(child, ours, group)
        hang_up.close()
        _let_end(child)


def complaint_of(argv: Sequence[str], name: str) -> str | None:
    """What `argv` says when it is tried with an empty environment and fails, which may be nothing; None if it succeeds.

    Raises `SandboxError`, which speaks of `name`, if it does not start or does not end.
    """
    try:
        tried = subprocess.run(argv, capture_output=True, env={}, cwd="/", timeout=TRIAL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxError(f"Could not try {name}: {error}.") from error
    return tried.stderr.decode(errors="replace").strip() if tried.returncode != 0 else None


def _pipes() -> tuple[Standard, Standard]:
    """Our ends, and those of the child."""
    (their_in, our_in), (our_out, their_out), (our_err, their_err) = os.pipe(), os.pipe(), os.pipe()
    return Standard(our_in, our_out, our_err), Standard(their_in, their_out, their_err)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _start(argv: Sequence[str], theirs: Standard, group: Group | None) -> Child:
    if group and group.spawner:
        return group.spawner.start(argv, theirs)
    try:
        return subprocess.Popen(argv, stdin=theirs.stdin, stdout=theirs.stdout, stderr=theirs.stderr, env={})
    except OSError as error:
        raise SandboxError(f"Could not start {argv[0]}: {error.strerror}.") from error


def _let_end(child: Child) -> None:
    """The polite way out: init leaves when its line closes, and runtimes tidy up after themselves."""
    try:
        child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        child.kill()


def _end(child: Child) -> None:
    child.kill()
    child.wait()
