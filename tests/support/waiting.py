"""What happens soon, but not at once."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil

ENOUGH_SECONDS = 20.0


def eventually(holds: Callable[[], object]) -> None:
    """Wait until it holds; fails after 20 seconds."""
    deadline = time.monotonic() + ENOUGH_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"it did not happen within {ENOUGH_SECONDS:g} seconds"
        time.sleep(0.02)


def has_ended(pid: int) -> bool:
    """Also if nobody has asked how: process 1 of some containers never does."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
