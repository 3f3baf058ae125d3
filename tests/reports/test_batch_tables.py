"""Many reports as tables for terminals, spreadsheets and programs."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings

from gradewright.model.report import Outcome, Report, TestResult
from gradewright.reports.batch import Batch, summarise
from gradewright.reports.batch_csv import batch_as_csv
from gradewright.reports.batch_json import batch_as_json
from gradewright.reports.batch_text import batch_as_text
from support.reports import MIXED, PERFECT, RIGHT, batch, batches, entry

EXPECTED = Path(__file__).parent / "expected"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def table_of(some: Batch) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(batch_as_csv(some)), newline="")))


def test_the_table_reads_as_expected() -> None:
    assert "".join(batch_as_text(MIXED)) == (EXPECTED / "batch.txt").read_text()


def test_the_spreadsheet_reads_as_expected() -> None:
    assert "".join(batch_as_csv(MIXED)) == (EXPECTED / "batch.csv").read_text()


def test_what_was_not_reached_is_counted() -> None:
    assert "".join(batch_as_text(batch(unfinished=3))) == "0 submissions: none graded. 3 not reached.\n"


@settings(deadline=None)
@given(batches)
def test_no_cell_is_a_formula(some: Batch) -> None:
    rows = list(csv.reader(io.StringIO("".join(batch_as_csv(some)), newline="")))
    dangerous = [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS)]
    assert dangerous == []


@settings(deadline=None)
@given(batches)
def test_every_submission_has_a_row_with_every_column(some: Batch) -> None:
    rows = list(csv.reader(io.StringIO("".join(batch_as_csv(some)), newline="")))
    assert len(rows) == 1 + len(list(some.entries))
    assert len({len(row) for row in rows}) == 1


def test_tests_are_columns_even_if_only_some_submissions_have_them() -> None:
    other = Report(outcome=Outcome.GRADED, tests=(TestResult(name="new", passed=True),))
    rows = table_of(batch(entry("a"), entry("b", other)))
    assert [(row["test: adds"], row["test: new"]) for row in rows] == [("2", ""), ("", "passed")]


def test_tests_of_the_same_name_stay_apart() -> None:
    twice = Report(outcome=Outcome.GRADED, points=Fraction(4), max_points=Fraction(4), tests=(RIGHT, RIGHT))
    assert table_of(batch(entry("a", twice)))[0]["test: adds #2"] == "2"


def test_the_document_holds_summary_and_reports() -> None:
    document = json.loads("".join(batch_as_json(MIXED)))
    assert document["summary"]["outcomes"] == {"graded": 2, "rejected": 1, "grader-broken": 1, "not-graded": 1}
    assert document["summary"]["mean_percent"] == 75
    assert document["summary"]["tests"]["adds"] == {"passed": 2, "failed": 0, "not_judged": 0, "max_points": 2}
    assert [item["submission"] for item in document["submissions"]] == ["ada", "bob.zip", "eve.zip", "mallory", "zoe"]
    assert document["submissions"][0]["report"]["points"] == 2
    assert document["submissions"][4] == {
        "submission": "zoe",
        "outcome": "not-graded",
        "seconds": 0.25,
        "fault": "The sandbox is gone.\nTry again.",
        "report": None,
    }


@settings(deadline=None)
@given(batches)
def test_every_document_is_json(some: Batch) -> None:
    document = json.loads("".join(batch_as_json(some)))
    assert len(document["submissions"]) == document["summary"]["count"]


def test_full_points_count_in_the_last_bin_and_none_in_the_first() -> None:
    shares = [Report(outcome=Outcome.GRADED, points=Fraction(p), max_points=Fraction(10)) for p in (0, 9, 10, 10)]
    assert summarise([entry("x", report) for report in shares]).bins() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 3]


def test_points_above_the_maximum_do_not_break_the_distribution() -> None:
    bonus = Report(outcome=Outcome.GRADED, points=Fraction(12), max_points=Fraction(10))
    assert summarise([entry("x", bonus)]).bins()[-1] == 1


def test_a_grader_without_points_has_no_mean() -> None:
    assert summarise([entry("x", Report(outcome=Outcome.GRADED))]).mean is None
    assert summarise([entry("x", PERFECT)]).mean == 100
