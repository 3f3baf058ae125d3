"""Stop in good order when we are asked to."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
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

    with _handled(STOPPING_SIGNALS, stop):
        yield stopped


@contextmanager
def ending() -> Iterator[Event]:
    """An event that SIGTERM sets, and nothing else happens: what runs may end; a second SIGTERM is one that kills."""
    asked = Event()

    def end(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        asked.set()

    with _handled((signal.SIGTERM,), end):
        yield asked


@contextmanager
def _handled(numbers: Iterable[signal.Signals], handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
