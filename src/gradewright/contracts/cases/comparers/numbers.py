"""Word by word, but numbers may differ by a tolerance.

All arithmetic is exact. A word counts as a number only while it is short and its exponent small, so that no output can
make the comparison slow; a longer one must be equal letter by letter.
"""

from __future__ import annotations

import re
from fractions import Fraction

from gradewright.contracts.cases.comparers.tokens import difference_in_words

NUMBER = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
LONGEST = 64  # bytes of a number
DEFAULT_TOLERANCE = Fraction(1, 10**6)


def numbers(
    expected: bytes, actual: bytes, *, absolute: Fraction = DEFAULT_TOLERANCE, relative: Fraction = DEFAULT_TOLERANCE
) -> str:
    """Two numbers agree if they differ by no more than `absolute`, or than `relative` of the expected one."""
    wanted, got = expected.split(), actual.split()
    pairs = zip(wanted, got, strict=False)
    shorter = min(len(wanted), len(got))
    at = next((i for i, (left, right) in enumerate(pairs) if not _agree(left, right, absolute, relative)), shorter)
    if at == len(wanted) == len(got):
        return ""
    sentence = difference_in_words(wanted, got, at)
    if at < shorter and as_number(wanted[at]) is not None and as_number(got[at]) is not None:
        return f"{sentence} That is more than the tolerance allows."
    return sentence


def as_number(word: bytes) -> Fraction | None:
    """The exact value of a word, or None if it is not to be taken as a number."""
    if len(word) > LONGEST or not NUMBER.fullmatch(word):
        return None
    return Fraction(word.decode())


def _agree(expected: bytes, actual: bytes, absolute: Fraction, relative: Fraction) -> bool:
    if expected == actual:
        return True
    wanted, got = as_number(expected), as_number(actual)
    if wanted is None or got is None:
        return False
    return abs(wanted - got) <= max(absolute, relative * abs(wanted))
