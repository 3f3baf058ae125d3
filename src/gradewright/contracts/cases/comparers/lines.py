"""Line by line; blanks at the ends of lines and blank lines at the end do not count."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from gradewright.contracts.cases.comparers.tokens import remark_on_surplus
from gradewright.contracts.cases.showing import counted, first_difference, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence


def lines(expected: bytes, actual: bytes) -> str:
    return difference_in_lines(stripped_lines(expected), stripped_lines(actual))


def stripped_lines(data: bytes) -> list[bytes]:
    """The lines of which only what counts is left."""
    result = [line.rstrip() for line in data.split(b"\n")]
    while result and not result[-1]:
        result.pop()
    return result


def difference_in_lines(expected: Sequence[bytes], actual: Sequence[bytes]) -> str:
    if expected == actual:
        return ""
    if not actual:
        return "There is no output at all."
    at = first_difference(expected, actual)
    number = at + 1
    if at == len(actual):
        return f"Line {number} is missing: expected {quoted(expected[at])} after {counted(at, 'line')}."
    if at == len(expected):
        return f"There is too much output: line {number}, {quoted(actual[at])}, should not be there."
    sentence = f"Line {number} differs: expected {quoted(expected[at])}, got {quoted(actual[at])}."
    return f"{sentence} {_remark(expected, actual)}".rstrip()


def _remark(expected: Sequence[bytes], actual: Sequence[bytes]) -> str:
    """What explains all differences at once, if something simple does."""
    if all(wanted.split() == got.split() for wanted, got in zip_longest(expected, actual, fillvalue=b"")):
        return "Only the blanks differ."
    if [line.lower() for line in expected] == [line.lower() for line in actual]:
        return "Only capital and small letters differ."
    return remark_on_surplus(expected, actual)
