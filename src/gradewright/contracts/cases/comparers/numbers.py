"""Word by word, but numbers may differ by a tolerance.

All arithmetic is exact. A word counts as a number only while it is short and its exponent small, so that no output can
make the comparison slow; a longer one must be equal letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial

from gradewright.contracts.cases.comparers.tokens import difference_in_words

NUMBER = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
LONGEST = 64  # bytes of a number
ABSOLUTE = Fraction(1, 10**6)
RELATIVE = Fraction(1, 10**9)

Agree = Callable[[bytes, bytes], bool]


def numbers(expected: bytes, actual: bytes, *, absolute: Fraction = ABSOLUTE, relative: Fraction = RELATIVE) -> str:
    """Two numbers agree if they differ by no more than `absolute`, or than `relative` of the expected one."""
    wanted, got = expected.split(), actual.split()
    agree = partial(_agree, absolute=absolute, relative=relative)
    at = _first_difference(wanted, got, agree)
    if at == len(wanted) == len(got):
        return ""
    return f"{difference_in_words(wanted, got, at)} {_remark(wanted, got, at, agree)}".rstrip()


def _first_difference(wanted: Sequence[bytes], got: Sequence[bytes], agree: Agree) -> int:
    pairs = enumerate(zip(wanted, got, strict=False))
    return next((i for i, pair in pairs if not agree(*pair)), min(len(wanted), len(got)))


def _remark(wanted: Sequence[bytes], got: Sequence[bytes], at: int, agree: Agree) -> str:
    numbers_got = [word for word in got if as_number(word) is not None]
    if numbers_got and _first_difference(wanted, numbers_got, agree) == len(wanted) == len(numbers_got):
        return "The numbers are right, but nothing else should be printed: no question, no explanation."
    if at < len(got) and at < len(wanted) and as_number(wanted[at]) is not None and as_number(got[at]) is not None:
        return "That is more than the tolerance allows."
    return ""


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
