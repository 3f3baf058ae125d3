"""Word by word; how many blanks and newlines are between the words does not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradewright.contracts.cases.showing import counted, first_difference, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence


def tokens(expected: bytes, actual: bytes) -> str:
    wanted, got = expected.split(), actual.split()
    if wanted == got:
        return ""
    sentence = difference_in_words(wanted, got, first_difference(wanted, got))
    return f"{sentence} {remark_on_surplus(wanted, got)}".rstrip()


def difference_in_words(expected: Sequence[bytes], actual: Sequence[bytes], at: int) -> str:
    if not actual:
        return "There is no output at all."
    number = at + 1
    if at == len(actual):
        return f"Word {number} is missing: expected {quoted(expected[at])} after {counted(at, 'word')}."
    if at == len(expected):
        return f"There are too many words: word {number}, {quoted(actual[at])}, should not be there."
    return f"Word {number} differs: expected {quoted(expected[at])}, got {quoted(actual[at])}."


def remark_on_surplus(expected: Sequence[bytes], actual: Sequence[bytes]) -> str:
    """Programs that greet, ask and explain are what beginners send most."""
    if expected and b" ".join(expected) in b" ".join(actual):
        return "What is expected is there, but nothing else should be printed: no question, no explanation."
    return ""
