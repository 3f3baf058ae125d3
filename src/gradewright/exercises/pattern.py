"""Regular expressions of authors against texts of students, so that none keeps the service busy.

A pattern must be one of Python's own `re`, as in course files so far; it is checked with that when a course is loaded.
It is matched by the `regex` library, which reads the same language and, unlike `re`, can be told when to give up. The
two differ in what they take for a letter among superscripts and combining marks, and in nothing else that we know of.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regex import Pattern

SECONDS = 0.5  # for one text; a pattern that needs longer tries too many ways


def why_unfit(pattern: str) -> str:
    """Why this is not a regular expression; empty if it is one."""
    import regex

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of `re`, about sets that may once mean something else
            re.compile(pattern)
        _compiled(pattern)
    except (re.error, regex.error, OverflowError, RecursionError) as error:
        return str(error) or "it is nested too deeply"
    return ""


def is_found(pattern: str, text: str) -> bool:
    """Whether the pattern matches anywhere in the text. Raises `TimeoutError` if that cannot be told in `SECONDS`."""
    return _compiled(pattern).search(text, timeout=SECONDS, concurrent=True) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Pattern[str]:
    import regex  # takes a while to import, and most forms have no pattern

    return regex.compile(pattern, regex.VERSION0)
