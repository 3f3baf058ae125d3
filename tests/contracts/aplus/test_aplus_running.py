"""Exercises as courses have them, in every sandbox, on the host's programs and on an image."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gradewright.model.report import Report, Separation
from gradewright.model.run import Root
from support.aplus import Case, GradeWith, cases, points


@pytest.mark.parametrize(
    "case", cases("capture", "testcases", "lines", "ends", "fails", "places", "commands", "hostile")
)
def test_the_report_is_as_expected(case: Case, root: Root, grade_with: GradeWith) -> None:
    check(grade_with(case.to_grade(root), case.sent()), case.expected)


def check(report: Report, expected: dict[str, Any]) -> None:
    assert report.outcome == expected["outcome"], report
    assert report.separation is Separation.SHARED
    if "points" in expected:
        assert points(report) == expected["points"]
    if "feedback" in expected:
        assert report.feedback.body == expected["feedback"]
    for text in expected.get("contains", ()):
        assert text in report.feedback.body
    for text in expected.get("never", ()):
        assert text not in report.feedback.body
    for kind, texts in (("messages", report.messages), ("notes", report.staff_notes)):
        for pattern in expected.get(kind, ()):
            assert any(re.search(pattern, text) for text in texts), texts
    data = json.loads(report.grading_data or "{}")
    assert expected.get("grading_data", {}).items() <= data.items()
