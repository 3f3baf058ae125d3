"""A person at a terminal: types to a program and reads what it shows."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import ioctl

PATIENCE_SECONDS = 30


class Person:
    def __init__(self, process: int, terminal: int) -> None:
        self._process = process
        self._terminal = terminal
        self.seen = ""

    def types(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def resizes(self, rows: int, columns: int) -> None:
        ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
        os.kill(self._process, signal.SIGWINCH)

    def waits_for(self, text: str) -> str:
        """Everything up to and with `text`; it is not seen again."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in self.seen:
            assert time.monotonic() < deadline, f"{text!r} did not come; seen: {self.seen!r}"
            assert self._reads(), f"the program ended before {text!r} came; seen: {self.seen!r}"
        before, _, self.seen = self.seen.partition(text)
        return before + text

    def waits_for_the_end(self) -> int:
        """The exit code; what was shown last is in `seen`."""
        while self._reads():
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])

    def _reads(self) -> bool:
        if not select.select([self._terminal], [], [], 0.1)[0]:
            return True
        try:
            data = os.read(self._terminal, 65536)
        except OSError:  # EIO: the last process has closed it
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)


@contextmanager
def person_at_terminal(*argv: str, rows: int = 24, columns: int = 80) -> Iterator[Person]:
    """`argv` is run with our Python, in a terminal of its own."""
    process, terminal = pty.fork()
    if process == 0:
        os.execv(sys.executable, [sys.executable, *argv])
    try:
        ioctl(terminal, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
        yield Person(process, terminal)
    finally:
        os.close(terminal)
        with suppress(ChildProcessError):  # it has been waited for
            os.waitpid(process, 0)
