"""Lend the user's terminal to a sandbox, through one of our own, so that it cannot type into the real one."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from fcntl import ioctl
from typing import NoReturn

from gradewright.errors import MissingError
from gradewright.model.run import Ending, EndingKind, Step, StepResult

WINDOW_SIZE_BYTES = 8  # struct winsize


def insist_on_terminal() -> None:
    """Raises `MissingError` unless we were started from a terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise MissingError(
            "This needs a terminal, and there is none here.",
            remedy="Run it from an interactive shell; in scripts use `gradewright grade local` instead.",
        )


def step_in_terminal(step: Step, argv: Sequence[str], *, sandbox: str) -> StepResult:
    """Run `argv`, which starts the sandbox of this name for the step, in the user's terminal.

    Raises `MissingError` if there is none.
    """
    ending = Ending(kind=EndingKind.EXITED, exit_code=_run(argv))
    return StepResult(step=step.name, ending=ending, sandbox=sandbox)


def _run(argv: Sequence[str]) -> int:
    """Run `argv` with an empty environment and return its exit code."""
    insist_on_terminal()
    ours, theirs = pty.openpty()
    try:
        child = subprocess.Popen(argv, stdin=theirs, stdout=theirs, stderr=theirs, env={}, start_new_session=True)
        os.close(theirs)
        try:
            with raw_terminal(lambda: copy_window_size(ours)):
                relay(ours)
        finally:
            if child.poll() is None:
                child.terminate()
        return child.wait()
    finally:
        os.close(ours)


@contextmanager
def raw_terminal(resize: Callable[[], None]) -> Iterator[None]:
    """Every key goes to the sandbox, ^C included; `resize` is called at first and when the window's size changes.

    Should the terminal be closed, or we be told to end, we leave in good order, so that the sandbox ends as well.
    """
    before = termios.tcgetattr(sys.stdin)
    handlers = {signal.SIGWINCH: lambda *_: resize(), signal.SIGHUP: _leave, signal.SIGTERM: _leave}
    previous = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        resize()
        tty.setraw(sys.stdin)
        yield
    finally:
        with suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
        for number, handler in previous.items():
            signal.signal(number, handler)


def _leave(number: int, frame: object) -> NoReturn:
    sys.exit(128 + number)


def copy_window_size(ours: int) -> None:
    ioctl(ours, termios.TIOCSWINSZ, ioctl(sys.stdin, termios.TIOCGWINSZ, bytes(WINDOW_SIZE_BYTES)))


def window_size() -> tuple[int, int]:
    """Rows and columns of the user's terminal."""
    columns, rows = os.get_terminal_size(sys.stdin.fileno())
    return rows, columns


def relay(ours: int) -> None:
    """Copy keys and output until the sandbox closes its side."""
    keys, screen = sys.stdin.fileno(), sys.stdout.fileno()
    sources = [ours, keys]
    while True:
        for source in select.select(sources, [], [])[0]:
            try:
                data = os.read(source, 65536)
            except OSError:  # EIO: the last process on the other side is gone
                return
            if source == keys:
                os.write(ours, data) if data else sources.remove(keys)
            elif not data:
                return
            else:
                os.write(screen, data)
