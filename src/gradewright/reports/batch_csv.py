"""A batch as a table for spreadsheets, one submission a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from gradewright.reports.batch import Batch, BatchEntry, labelled, summarise
from gradewright.reports.json import number
from gradewright.reports.numbers import tenths
from gradewright.reports.table import harmless
from gradewright.reports.words import PASSED

HEADS = ("submission", "outcome", "points", "max_points", "percent", "seconds", "message")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n")

Cell = str | int | float | None


def batch_as_csv(batch: Batch) -> Iterator[str]:
    """The lines of the table: the columns of HEADS, then the points of each test, or its verdict if it gives none."""
    tests = list(summarise(batch.entries).tests)
    yield _line([*HEADS, *(f"test: {name}" for name in tests)])
    for entry in batch.entries:
        yield _line(_row(entry, tests))


def _row(entry: BatchEntry, tests: list[str]) -> list[Cell]:
    report, time = entry.graded, round(entry.seconds, 3)
    if report is None:
        return [entry.submission, entry.outcome, None, None, None, time, entry.reason, *[None] * len(tests)]
    share = tenths(report.points, report.max_points) / 10 if report.max_points else None
    scores: dict[str, Cell] = {
        label: number(test.points) if test.max_points else PASSED[test.passed] for label, test in labelled(report)
    }
    return [
        entry.submission,
        entry.outcome,
        number(report.points),
        number(report.max_points),
        share,
        time,
        entry.reason,
        *map(scores.get, tests),
    ]


def _line(cells: list[Cell]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([_inert(cell) if isinstance(cell, str) else cell for cell in cells])
    return line.getvalue()


def _inert(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula or for several rows: students choose file names."""
    shown = harmless(text)
    return f"'{shown}" if shown.startswith(FORMULA_STARTS) else shown
