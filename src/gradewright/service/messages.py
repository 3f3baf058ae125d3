"""A report becomes what a front end is told."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, lcm

from gradewright.model.attempt import Delivery, Message
from gradewright.model.report import Outcome, Report

FINEST = 10_000  # parts of a point; finer ones are rounded, in the student's favour but never up to the maximum


def message(delivery: Delivery, report: Report | None, feedback: str) -> Message:
    """The news of an attempt; without a report, that there is no grade.

    What has no grade is an error for the front end, which then charges no attempt.
    """
    error = report is None or report.outcome is not Outcome.GRADED
    points, most = whole(report.points, report.max_points) if report and not error else (0, 0)
    return Message(
        attempt=delivery.attempt,
        submission=delivery.submission.id,
        address=delivery.submission.reply_to.address,
        points=points,
        max_points=most,
        feedback=feedback,
        error=error,
        grading_data=report.grading_data if report else "",
    )


def whole(points: Fraction, max_points: Fraction) -> tuple[int, int]:
    """Points and maximum as whole numbers of the same ratio, for front ends know no others: 5/2 of 10 is 5 of 20."""
    parts = lcm(points.denominator, max_points.denominator)
    if parts > FINEST:
        parts = FINEST
    most = floor(max_points * parts)
    share = ceil(points * parts) if points < max_points else most
    return max(0, min(share, most - 1 if points < max_points else most)), most
