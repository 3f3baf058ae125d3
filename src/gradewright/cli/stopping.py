"""Stop in good order when we are asked to."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradewright.autograder import Autograder

STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stoppable(autograder: Autograder) -> Iterator[Event]:
    """An event that ^C sets, together with the end of every running step; a second ^C is one that kills."""
    stopped = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        stopped.set()
        autograder.cancel()

    before = {number: signal.signal(number, stop) for number in STOPPING_SIGNALS}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
