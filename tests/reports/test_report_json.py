"""Reports as data for other programs."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

from gradewright.model.report import Report
from gradewright.reports import as_json, from_json
from support.reports import BROKEN, PARTLY_RIGHT, PERFECT, reports


@settings(deadline=None)
@given(reports)
def test_a_report_comes_back_as_it_was(report: Report) -> None:
    assert from_json(json.loads(json.dumps(as_json(report)))) == report


def test_points_are_numbers() -> None:
    third = replace(PERFECT, points=Fraction(1, 3), max_points=Fraction(4))
    assert as_json(third)["points"] == 1 / 3
    assert json.dumps(as_json(third)["max_points"]) == "4"


@pytest.mark.parametrize("report", [PARTLY_RIGHT, BROKEN])
def test_students_get_nothing_that_is_for_staff(report: Report) -> None:
    assert "SECRET" in json.dumps(as_json(report))
    assert "SECRET" not in json.dumps(as_json(report, staff=False))


def test_students_still_get_verdict_and_points_of_hidden_tests() -> None:
    hidden = as_json(PARTLY_RIGHT, staff=False)["tests"][2]
    assert (hidden["name"], hidden["passed"], hidden["max_points"]) == ("large input", None, 1)


def test_a_student_is_told_that_a_broken_grader_is_not_their_fault() -> None:
    assert "not your fault" in as_json(BROKEN, staff=False)["messages"][0]


@pytest.mark.parametrize("damage", [{"schema": 99}, {"outcome": "splendid"}, {"tests": [{}]}, {"points": "many"}])
def test_what_is_not_a_report_is_refused(damage: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        from_json({**as_json(PERFECT), **damage})
