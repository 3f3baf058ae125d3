"""`@timeout_decorator.timeout(seconds)`, as the package of this name on PyPI has it (coursemology 5.2).

A late call fails even if the code in it caught whatever the alarm raised. Under `xmlrunner` a test that still does not
end is killed.
"""

import functools
import os
import pickle
import select
import signal
import sys
from time import monotonic

from xmlrunner.deadline import Limit

TYPE_CHECKING = False  # importing `typing` costs time at each start
if TYPE_CHECKING:
    from typing import Any, Callable, List, Optional, Type

__all__ = ["TimeoutError", "timeout"]


class TimeoutError(AssertionError):
    """An `AssertionError`, so that a late test has failed, and is not in error."""

    def __init__(self, value: object = "Timed Out") -> None:
        super().__init__(value)
        self.value = value

    def __str__(self) -> str:
        return repr(self.value)


def timeout(
    seconds: "Optional[float]" = None,
    use_signals: bool = True,
    timeout_exception: "Type[BaseException]" = TimeoutError,
    exception_message: "Optional[str]" = None,
) -> "Callable[[Callable[..., Any]], Callable[..., Any]]":
    """Let a call of the decorated function take `seconds` at most; `timeout=` in the call says it for that call.

    Without seconds there is no limit. With `use_signals=False` the call runs in a process of its own, where it cannot
    change anything here, and its result must be picklable; this works in any thread.
    """

    def decorate(function: "Callable[..., Any]") -> "Callable[..., Any]":
        @functools.wraps(function)
        def limited(*args: "Any", **kwargs: "Any") -> "Any":
            allowed = kwargs.pop("timeout", seconds)
            if not allowed:
                return function(*args, **kwargs)
            call = functools.partial(function, *args, **kwargs)
            try:
                return (_with_alarm if use_signals else _in_child)(call, allowed)
            except _LateError as late:
                where = late.__cause__
            message = () if exception_message is None else (exception_message,)
            raise timeout_exception(*message) from where

        return limited

    return decorate


class _LateError(Exception):
    """The call took too long; its cause is what happened in the call then."""


def _with_alarm(call: "Callable[[], Any]", seconds: float) -> "Any":
    limit = Limit(seconds)
    try:
        limit.begin()
        value = call()
    except BaseException as problem:
        limit.end()
        if limit.passed:
            raise _LateError from problem
        raise
    finally:
        limit.end()
    if limit.passed:
        raise _LateError
    return value


def _in_child(call: "Callable[[], Any]", seconds: float) -> "Any":
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(call, writing)
    os.close(writing)
    try:
        answer = _read(reading, monotonic() + seconds)
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if not answer:
        raise RuntimeError("The process of the call ended without an answer.")
    succeeded, value = pickle.loads(answer)  # noqa: S301 - it comes from a copy of this process
    if succeeded:
        return value
    raise value


def _answer(call: "Callable[[], Any]", writing: int) -> None:
    """Send what became of the call, and end this process."""
    try:
        try:
            answer = pickle.dumps((True, call()))
        except Exception as problem:
            answer = pickle.dumps((False, problem))
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(0)


def _read(pipe: int, ends: float) -> bytes:
    parts: List[bytes] = []
    while select.select([pipe], [], [], max(0, ends - monotonic()))[0]:
        part = os.read(pipe, 65536)
        if not part:
            return b"".join(parts)
        parts.append(part)
    raise _LateError
