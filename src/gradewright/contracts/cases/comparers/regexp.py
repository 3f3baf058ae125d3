"""The whole output against a regular expression; blanks and newlines at its end do not count."""

from __future__ import annotations

from functools import lru_cache

from gradewright.contracts.cases.automaton import Automaton, UnfitPattern, compiled

MAX_BYTES = 256 * 1024  # of output; with the size of patterns this bounds the time


def regexp(expected: bytes, actual: bytes) -> str:
    if len(actual) > MAX_BYTES:
        return f"There is too much output: more than {MAX_BYTES // 1024} KiB."
    text = actual.decode("utf-8", "surrogateescape").replace("\r\n", "\n").rstrip()
    if _automaton(expected).fullmatch(text):
        return ""
    return "The output does not have the expected form." if text else "There is no output at all."


def why_unfit(pattern: bytes) -> str:
    """Why this cannot be a pattern; empty if it can."""
    try:
        _automaton(pattern)
    except UnfitPattern as error:
        return str(error)
    return ""


@lru_cache(maxsize=256)
def _automaton(pattern: bytes) -> Automaton:
    return compiled(pattern.decode("utf-8", "surrogateescape").replace("\r\n", "\n").rstrip("\n"))
