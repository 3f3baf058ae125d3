"""Points, exactly."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from gradewright.model.report import Report


def scale(report: Report, max_points: Fraction | None) -> Report:
    """The report with its points scaled to what the exercise gives, if the exercise does not leave it to the grader."""
    if max_points is None or report.max_points in (0, max_points):
        return report
    factor = max_points / report.max_points
    tests = tuple(
        replace(test, points=test.points * factor, max_points=test.max_points * factor) for test in report.tests
    )
    return replace(report, points=report.points * factor, max_points=max_points, tests=tests)
