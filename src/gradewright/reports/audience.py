"""What of a report its reader may see, as a function from report to report."""

from __future__ import annotations

from dataclasses import replace

from gradewright.model.report import Outcome, Report, TestResult, Visibility

NOT_YOUR_FAULT = (
    "The grader of this exercise failed, so your submission could not be judged. This is not your fault; "
    "please tell the people who run the course."
)


def shown_to(report: Report, *, staff: bool, published: bool = False) -> Report:
    """The report as its reader may see it: whole for staff; for students without what only staff may see.

    `published` says whether the grades of the exercise are, which may show students more.
    """
    return report if staff else for_student(report, published=published)


def for_student(report: Report, *, published: bool = False) -> Report:
    """The report without notes and steps for staff, and without the details of tests that only staff may see."""
    messages = (NOT_YOUR_FAULT,) if report.outcome is Outcome.GRADER_BROKEN else report.messages
    now = (_at_this_time(test, published) for test in report.tests)
    tests = tuple(_test_for_student(test) for test in now if test.visibility is not Visibility.HIDDEN)
    return replace(report, messages=messages, tests=tests, staff_notes=(), steps=(), grading_data="")


def _at_this_time(test: TestResult, published: bool) -> TestResult:
    if test.when_published is None:
        return test
    return replace(test, visibility=test.when_published if published else test.visibility, when_published=None)


def _test_for_student(test: TestResult) -> TestResult:
    if test.visibility is Visibility.EVERYBODY:
        return test
    if test.visibility is Visibility.QUESTION:
        return replace(test, actual="", diff="", usage=None)
    return TestResult(
        name=test.name,
        group=test.group,
        visibility=test.visibility,
        passed=test.passed,
        points=test.points,
        max_points=test.max_points,
        verdict=test.verdict,
    )
