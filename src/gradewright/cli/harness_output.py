"""Rows of the harness as text, as the original printed them (queues 1.7), as JSON and as CSV; pure functions."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradewright.reports.table import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gradewright.cli.harness_work import Row

FORMATS = ("text", "json", "csv")
COLUMNS = ("part", "student", "status", "raw", "score", "max", "seconds", "feedback", "message")
LARGEST = Fraction(10) ** 300
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n")


def render(form: str, rows: Iterable[Row]) -> Iterator[str]:
    """The rows in one of FORMATS, piece by piece as they come."""
    return {"json": as_json, "csv": as_csv}.get(form, as_text)(rows)


def as_text(rows: Iterable[Row]) -> Iterator[str]:
    part = None
    for row in rows:
        if row.part != part:
            part = row.part
            yield f"* {part}\n"
        yield f"** {row.student}\n"
        yield _verdict(row)


def _verdict(row: Row) -> str:
    message = f"Not graded: {harmless(' '.join(row.grading.messages))}\n" if not row.graded else ""
    if row.scored is None:
        return message
    return f"{message}Score: {row.scored:.2f}\n{_ended(harmless(row.grading.feedback))}"


def _ended(text: str) -> str:
    return f"{text}\n" if text and not text.endswith("\n") else text


def as_json(rows: Iterable[Row]) -> Iterator[str]:
    """An array with one object a line, for programs that read all at once and for those that read lines."""
    opening = "[\n"
    for row in rows:
        yield opening + json.dumps(record(row), ensure_ascii=False)
        opening = ",\n"
    yield "[]\n" if opening == "[\n" else "\n]\n"


def as_csv(rows: Iterable[Row]) -> Iterator[str]:
    yield _line(COLUMNS)
    for row in rows:
        values = record(row)
        yield _line([_inert(values[column]) for column in COLUMNS])


def record(row: Row) -> dict[str, Any]:
    """One submission. Without a grade, raw and score are null."""
    grading = row.grading
    return {
        "part": row.part,
        "student": row.student,
        "status": grading.status.value,
        "raw": _number(grading.raw) if row.graded else None,
        "score": row.scored,
        "max": row.maximum,
        "feedback": grading.feedback,
        "message": " ".join(grading.messages),
        "seconds": round(row.seconds, 3),
    }


def _number(value: Fraction) -> float | None:
    """As a program reads it; None if it is beyond all numbers that programs read."""
    return float(value) if abs(value) < LARGEST else None


def _line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _inert(value: object) -> object:
    """So that no spreadsheet takes a text for a formula: students write feedback, too."""
    if not isinstance(value, str):
        return value
    return f"'{harmless(value)}" if value.startswith(FORMULA_STARTS) else harmless(value)
