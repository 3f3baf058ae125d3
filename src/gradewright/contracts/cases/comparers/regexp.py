"""The whole output against a regular expression; blanks and newlines at its end do not count.

The pattern is the author's but the text is the student's, and a pattern that looks harmless can be kept busy for years
by forty characters. So matching has a time limit, which Python's own `re` does not know and the `regex` library does.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regex import Pattern

MAX_BYTES = 256 * 1024  # of output
SECONDS = 2.0  # for matching; what needs more is a pattern that tries too many ways, not a large text


def regexp(expected: bytes, actual: bytes) -> str:
    if len(actual) > MAX_BYTES:
        return f"There is too much output: more than {MAX_BYTES // 1024} KiB."
    text = _text(actual).rstrip()
    try:
        matched = _pattern(expected).fullmatch(text, timeout=SECONDS, concurrent=True)
    except TimeoutError:
        return f"The output could not be compared with the expected form within {SECONDS:g} seconds."
    if matched:
        return ""
    return "The output does not have the expected form." if text else "There is no output at all."


def why_unfit(pattern: bytes) -> str:
    """Why this cannot be a pattern; empty if it can."""
    import regex

    try:
        _pattern(pattern)
    except (regex.error, OverflowError) as error:
        return f"it is not a regular expression: {error}"
    return ""


@lru_cache(maxsize=256)
def _pattern(pattern: bytes) -> Pattern[str]:
    import regex

    return regex.compile(_text(pattern).rstrip("\n"))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
