"""Read what is drawn by lot, and see that there is enough to draw from (A+ spec 2.8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradewright.exercises.questions import Correctness, Draw, Option, Structure
from gradewright.exercises.scalars import count, flag, sequence, text
from gradewright.tables import Table

STRUCTURED = "structured-randomized"


def group_draw(table: Table, questions: int) -> Draw | None:
    """Which questions of a group are drawn; None: all are shown."""
    if "pick_randomly" not in table:
        return None
    picked = table.read("pick_randomly", count, 1)
    _check_enough(table, "pick_randomly", picked, questions, "questions in the group")
    return Draw(count=picked, resample=table.read("resample_after_attempt", flag, True))


def option_draw(table: Table, options: Sequence[Option]) -> Draw | None:
    """Which options of a question are drawn; None: all are shown."""
    resample = table.read("resample_after_attempt", flag, True)
    if STRUCTURED in table:
        structure = _structure(table, {option.value for option in options})
        return Draw(structure=structure, resample=resample) if structure else None
    if "randomized" not in table:
        return None
    drawn = table.read("randomized", count, 1)
    _check_enough(table, "randomized", drawn, len(options), "options")
    correct_count = table.read("correct_count", count, None)
    if correct_count is not None:
        right = sum(option.correctness is Correctness.CORRECT for option in options)
        _check_enough(table, "correct_count", correct_count, min(right, drawn), "correct options to draw")
        if drawn - correct_count > len(options) - right:
            what = f"leaves {drawn - correct_count} to draw of {len(options) - right} options that are not correct."
            table.refuse("correct_count", what, "Raise it, or add options.", id="wrong-value")
    return Draw(count=drawn, correct_count=correct_count, resample=resample)


def _check_enough(table: Table, key: str, wanted: int, there: int, what: str) -> None:
    if wanted < 1 and key != "correct_count":
        table.refuse(key, "must be at least 1.", "Leave it out to show all.", id="wrong-value")
    if wanted > there:
        table.refuse(
            key, f"is {wanted}, but the number of {what} is {there}.", "Lower it or add some.", id="wrong-value"
        )


def _structure(table: Table, values: set[str]) -> Structure | None:
    def convert(node: Any) -> Structure:
        if len(sequence(node)) != 2:
            raise ValueError("must be a list of two: how many, and the list to draw them from")
        wanted, members = count(node[0]), sequence(node[1])
        if wanted > len(members):
            raise ValueError(f"draws {wanted} of {len(members)}")
        return wanted, tuple(convert(each) if isinstance(each, list | tuple) else value(each) for each in members)

    def value(each: Any) -> str:
        if text(each) not in values:
            raise ValueError(f"names the option {text(each)!r}, which is not there")
        return text(each)

    return table.read(STRUCTURED, convert, None)
