"""Whether an answer is right and what it earns (A+ spec 2.8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from gradewright.exercises.asked import AskedQuestion, AskedRow
from gradewright.exercises.compare import compare
from gradewright.exercises.judged import Hint
from gradewright.exercises.questions import Correctness, Question, QuestionKind
from gradewright.exercises.records import Received
from gradewright.exercises.validation import values_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What became of a question or a row of a table."""

    ok: bool
    points: Fraction
    max_points: Fraction
    values: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()  # of the comparison
    rows: tuple[Mark, ...] = ()


def mark(asked: AskedQuestion, received: Received, *, ungraded: bool) -> Mark:
    """The mark of a question; with `ungraded` every answer is right."""
    question = asked.question
    values = values_of(question.kind, asked.name, received)
    if question.kind.is_table:
        return _table(asked, received, ungraded=ungraded)
    if ungraded or question.kind in (QuestionKind.STATIC, QuestionKind.FILE):
        return _all_or_nothing(question.points, True, values)
    if question.kind.is_text:
        compared = compare(question.comparison, values[0] if values else "")
        return _all_or_nothing(question.points, compared.ok, values, compared.hints)
    marks = {option.value: option.correctness for option in asked.options}
    if question.kind.takes_many and question.partial_points:
        return _partial(question, marks, values)
    return _all_or_nothing(question.points, is_right(question.kind, marks, values), values)


def is_right(kind: QuestionKind, marks: Mapping[str, Correctness], values: Collection[str]) -> bool:
    """Whether the chosen options are the right ones."""
    if kind.takes_one:
        return any(marks.get(value, Correctness.WRONG) is not Correctness.WRONG for value in values)
    return not wrong_decisions(marks, values)


def wrong_decisions(marks: Mapping[str, Correctness], values: Collection[str]) -> list[str]:
    """Values of the options that were chosen and should not have been, or the other way round."""
    return [
        value
        for value, correctness in marks.items()
        if correctness is not Correctness.NEUTRAL and (value in values) != (correctness is Correctness.CORRECT)
    ]


def _all_or_nothing(points: Fraction, ok: bool, values: tuple[str, ...], hints: tuple[Hint, ...] = ()) -> Mark:
    return Mark(ok=ok, points=points if ok else Fraction(0), max_points=points, values=values, hints=hints)


def _partial(question: Question, marks: Mapping[str, Correctness], values: tuple[str, ...]) -> Mark:
    """With n options that count, each wrong decision costs 2/n of the points; what is left is cut to whole points."""
    wrong = len(wrong_decisions(marks, values))
    half = Fraction(sum(each is not Correctness.NEUTRAL for each in marks.values()), 2)
    if not wrong:
        return _all_or_nothing(question.points, True, values)
    points = max(int(question.points * (half - wrong) / half), 0)
    return Mark(ok=False, points=Fraction(points), max_points=question.points, values=values)


def _table(asked: AskedQuestion, received: Received, *, ungraded: bool) -> Mark:
    """A table's own points are given in any case; each row earns its own."""
    rows = tuple(_row(asked, row, received, ungraded=ungraded) for row in asked.rows)
    return Mark(
        ok=all(row.ok for row in rows),
        points=asked.question.points + sum((row.points for row in rows), Fraction(0)),
        max_points=asked.question.max_points,
        values=tuple(dict.fromkeys(value for row in rows for value in row.values)),
        rows=rows,
    )


def _row(asked: AskedQuestion, row: AskedRow, received: Received, *, ungraded: bool) -> Mark:
    kind = asked.question.kind
    values = values_of(kind, row.name, received)
    ok = ungraded or is_right(kind, row_marks(asked.question, row), values)
    return _all_or_nothing(row.row.points, ok, values)


def row_marks(question: Question, row: AskedRow) -> Mapping[str, Correctness]:
    """What the options of a table mean in one of its rows."""
    return dict(zip((option.value for option in question.options), row.row.correctness, strict=True))
