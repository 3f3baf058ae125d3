"""Time limits on calls, nested as the calls are.

When a limit passes, `TimeUp` is raised in the main thread. It is no `Exception`, so that `except Exception` does not
catch it; code that catches everything meets it again and again, and `Limit.passed` stays true whatever the code does.
"""

import signal
import threading
from time import monotonic  # by name: code under test may replace time.monotonic

TYPE_CHECKING = False  # importing `typing` costs time at each start
if TYPE_CHECKING:
    from typing import Callable, List, Optional

AGAIN_SECONDS = 0.25  # between two attempts to get through to code that caught the first


class TimeUp(BaseException):
    """The time is up; whoever set the limit says so in his own words."""


class Limit:
    """`begin()` it, run something, `end()` it in any case; then `passed` tells whether it took too long."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.ends = 0.0
        self.passed = False

    def begin(self) -> None:
        self.ends = monotonic() + self.seconds
        _in_force.append(self)
        _arm()

    def end(self) -> None:
        if self in _in_force:
            _in_force.remove(self)
            self.passed = self.passed or monotonic() >= self.ends
            _arm()


_in_force: "List[Limit]" = []
_handler_before: "object" = None
announce: "Optional[Callable[[Optional[float]], None]]" = None
"""Told the seconds until the nearest limit whenever that changes: 0 when it passes, None when there is none."""


def _arm() -> None:
    """Set the alarm to the nearest limit. Elsewhere than in the main thread there are no alarms, only `passed`."""
    left = max(min(limit.ends for limit in _in_force) - monotonic(), 0.001) if _in_force else None
    if threading.current_thread() is threading.main_thread():
        _set_alarm(left)
    if announce:
        announce(left)


def _set_alarm(left: "Optional[float]") -> None:
    global _handler_before
    if left is None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, _handler_before or signal.SIG_DFL)  # type: ignore[arg-type]
        _handler_before = None
        return
    before = signal.signal(signal.SIGALRM, _ring)
    _handler_before = _handler_before if before is _ring else before
    signal.setitimer(signal.ITIMER_REAL, left, AGAIN_SECONDS)


def _ring(signum: int, frame: object) -> None:
    now = monotonic()
    late = [limit for limit in _in_force if limit.ends <= now]
    first_time = [limit for limit in late if not limit.passed]
    for limit in late:
        limit.passed = True
    if first_time and announce:
        announce(0)
    if late:
        raise TimeUp
