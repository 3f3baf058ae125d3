"""Exact numbers as authors and logs write them: `3`, `-2`, `0.25`, `.5`, `1/3`, `1e2` (queues 1.3, 1.5)."""

from __future__ import annotations

import re
from fractions import Fraction

LONGEST = 64  # characters
_NUMBER = re.compile(r"[+-]?(?:[0-9]+/0*[1-9][0-9]*|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE](?P<exponent>[+-]?[0-9]+))?)")


def rational(text: str, *, greatest_exponent: int) -> Fraction:
    """The number in a text. Raises `ValueError` with a sentence that continues "The number ..."."""
    word = text.strip()
    if len(word) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters")
    found = _NUMBER.fullmatch(word)
    if found is None:
        raise ValueError("must be like 3, -2, 0.25, 1/3 or 1e2")
    if abs(int(found["exponent"] or 0)) > greatest_exponent:
        raise ValueError(f"has an exponent beyond {greatest_exponent}")
    return Fraction(word)


def exponent(text: str) -> int:
    """The size of the exponent of an accepted number, which is what makes calculating with it slow."""
    found = _NUMBER.fullmatch(text.strip())
    return abs(int(found["exponent"] or 0)) if found else 0
