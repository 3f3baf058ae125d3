"""Whether files have changed since they were read."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

GRANULE = 2.0  # seconds: the coarsest clock of a file system

State = tuple[int, int, int] | None  # None: it is not there


class Watch:
    """The state of files when somebody began to read them.

    A file that had just been written then may be written once more without getting another time: on such a file
    `changed` says yes once more when the clock must have moved on.
    """

    def __init__(self, paths: Iterable[Path], begun: float) -> None:
        """`begun` is when reading began, in seconds since the epoch."""
        self._paths = [os.fspath(path) for path in paths]
        self._states = list(map(_state, self._paths))
        fresh = any(state and begun - GRANULE <= state[0] / 1e9 <= begun + GRANULE for state in self._states)
        self._doubtful_until = time.monotonic() + GRANULE if fresh else None

    def changed(self) -> bool:
        if self._doubtful_until is not None and time.monotonic() > self._doubtful_until:
            return True
        return list(map(_state, self._paths)) != self._states


def _state(path: str) -> State:
    try:
        status = os.stat(path)  # noqa: PTH116  (asked at every request, so it must be quick)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
