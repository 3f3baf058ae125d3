"""What a teacher reads in the terminal."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings

from gradewright.model.report import Feedback, Outcome, Report
from gradewright.reports import as_text, coloured
from gradewright.reports.numbers import percent, points, size
from support.reports import BROKEN, HOSTILE, PARTLY_RIGHT, PERFECT, REJECTED, RIGHT, WRONG, reports

EXPECTED = Path(__file__).parent / "expected"


@pytest.mark.parametrize("staff", [True, False], ids=["staff", "student"])
@pytest.mark.parametrize(
    ("name", "report"), [("partly-right", PARTLY_RIGHT), ("rejected", REJECTED), ("broken", BROKEN)]
)
def test_a_report_reads_as_expected(name: str, report: Report, staff: bool) -> None:
    reader = "staff" if staff else "student"
    assert as_text(report, staff=staff) == (EXPECTED / f"{name}.{reader}.txt").read_text()


@pytest.mark.parametrize("report", [PARTLY_RIGHT, BROKEN])
def test_students_see_nothing_that_is_for_staff(report: Report) -> None:
    assert "SECRET" in as_text(report)
    assert "SECRET" not in as_text(report, staff=False)


@settings(deadline=None)
@given(reports)
def test_nothing_can_command_the_terminal(report: Report) -> None:
    commands = {c for c in as_text(report) if unicodedata.category(c) in ("Cc", "Cf") and c not in "\n\t"}
    assert commands == set()


def test_columns_line_up_with_wide_and_combining_characters() -> None:
    named = [replace(RIGHT, name=name) for name in ("日本", "e\u0301te\u0301", "plain")]
    lines = as_text(replace(PERFECT, tests=tuple(named))).splitlines()[3:]
    assert [line.split("passed")[0] for line in lines] == ["日本   ", "e\u0301te\u0301    ", "plain  "]


def test_colour_only_adds_colour() -> None:
    painted = as_text(PARTLY_RIGHT, paint=coloured)
    assert "\x1b[32m" in painted
    without = painted
    for code in ("1", "2", "31", "32", "0"):
        without = without.replace(f"\x1b[{code}m", "")
    assert without == as_text(PARTLY_RIGHT)


def test_without_a_diff_expected_and_actual_are_shown() -> None:
    text = as_text(replace(PERFECT, tests=(replace(WRONG, diff=""),)))
    assert "Expected:\n    -1\n    -2\n" in text
    assert "Actual:\n    -1\n    2\n" in text


def test_long_texts_are_cut_and_say_so() -> None:
    text = as_text(replace(PERFECT, tests=(replace(WRONG, diff="x\n" * 100),)))
    assert "... and 60 more lines" in text


def test_rich_feedback_is_shown_as_text() -> None:
    body = "<h1>Well <b>done</b></h1><script>no()</script><ul><li>one<li>two &lt; three</ul><pre>a\n  b</pre>"
    report = Report(outcome=Outcome.GRADED, feedback=Feedback(body=body, html=True))
    assert "  Well done\n  - one\n  - two < three\n  a\n    b\n" in as_text(report)


def test_hostile_feedback_stays_text() -> None:
    assert "\x1b" not in as_text(Report(outcome=Outcome.GRADED, feedback=Feedback(body=HOSTILE)))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(3), "3"),
        (Fraction(10), "10"),
        (Fraction(5, 2), "2.5"),
        (Fraction(1, 3), "0.33"),
        (Fraction(50, 3), "16.67"),
        (Fraction(1, 8), "0.13"),
        (Fraction(1, 200), "0.01"),
        (Fraction(1, 50), "0.02"),
        (Fraction(1001, 1000), "1"),
    ],
)
def test_points_have_at_most_two_decimals_and_halves_go_up(value: Fraction, shown: str) -> None:
    assert points(value) == shown


@pytest.mark.parametrize(
    ("value", "of", "shown"),
    [(1, 1, "100 %"), (1, 3, "33.3 %"), (1999, 2000, "99.9 %"), (0, 5, "0 %"), (1, 0, "")],
)
def test_only_full_points_are_a_hundred_percent(value: int, of: int, shown: str) -> None:
    assert percent(Fraction(value), Fraction(of)) == shown


def test_sizes_are_readable() -> None:
    assert [size(None), size(8 << 20), size(3 << 30)] == ["", "8.0 MiB", "3.0 GiB"]
