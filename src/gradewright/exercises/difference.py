"""Show how much of a right answer a student has got, without showing the rest."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import takewhile

MAX_MATCHED = 200  # characters of either text; matching takes the cube of that at worst


def kept(value: str, correct: str, *, fold_case: bool) -> str:
    """The right answer with "-" in place of every character that has no counterpart in the value."""
    ours, theirs = (_folded(correct), _folded(value)) if fold_case else (correct, value)
    if max(len(ours), len(theirs)) > MAX_MATCHED:
        start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False)))
        return correct[:start] + "-" * (len(correct) - start)
    shown = ["-"] * len(correct)
    for block in SequenceMatcher(None, theirs, ours, autojunk=False).get_matching_blocks():
        shown[block.b : block.b + block.size] = correct[block.b : block.b + block.size]
    return "".join(shown)


def _folded(text: str) -> str:
    """In lower case, with as many characters as before."""
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)
