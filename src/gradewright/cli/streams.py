"""The standard streams of our process, which may be closed, full, or read by nobody any more."""

from __future__ import annotations

import io
import os
import sys
from typing import Any, TextIO

from gradewright.errors import InfrastructureError

EXIT_UNREAD = 141  # what shells say of a program that SIGPIPE ended


class Unread(Exception):
    """Nobody reads on what we print, as in `| head`."""


def secure_streams() -> None:
    """Let printing raise `Unread` or `InfrastructureError` where it fails, and let nothing else be printed after that.

    A stream that was closed before we began leads nowhere: no other file takes its number.
    """
    for name in ("stdin", "stdout", "stderr"):  # in the order of their numbers, of which the lowest free one is taken
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r+", closefd=False))
    sys.stdout, sys.stderr = _secured(sys.stdout, "stdout"), _secured(sys.stderr, "stderr")


def _secured(stream: TextIO, name: str) -> TextIO:
    return io.TextIOWrapper(
        io.BufferedWriter(_Output(stream.fileno(), name)),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=name == "stderr" or stream.isatty(),
    )


class _Output(io.FileIO):
    """Fails once, and from then on swallows what is written: Python tries again when it ends."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__(number, "w", closefd=False)
        self._called = name
        self._lost = False

    def write(self, data: Any, /) -> int:
        if self._lost:
            return memoryview(data).nbytes
        try:
            return super().write(data)
        except BrokenPipeError:
            self._lost = True
            raise Unread from None
        except OSError as error:
            self._lost = True
            raise InfrastructureError(f"{self._called} cannot be written: {error.strerror}.") from None
