"""Outcomes and verdicts in words, the same in every renderer."""

from __future__ import annotations

from gradewright.model.report import Outcome, Report, TestResult, Visibility
from gradewright.reports.numbers import percent, points

OUTCOMES = {
    Outcome.GRADED: "Graded",
    Outcome.REJECTED: "Rejected",
    Outcome.GRADER_BROKEN: "Grader broken",
}
EXPLAINED = {
    Outcome.GRADED: "",
    Outcome.REJECTED: "The submission cannot be graded as it was sent.",
    Outcome.GRADER_BROKEN: "The grader broke its contract, so there is no grade; its author must mend it.",
}
PASSED = {True: "passed", False: "failed", None: "not judged"}
SEEN = {
    Visibility.EVERYBODY: "everything",
    Visibility.QUESTION: "all but what came out",
    Visibility.STAFF: "name, verdict and points",
    Visibility.HIDDEN: "nothing",
}


def seen(test: TestResult) -> str:
    """What students see of a test: "nothing, and once grades are published all but what came out"."""
    now = SEEN[test.visibility]
    return now if test.when_published is None else f"{now}, and once grades are published {SEEN[test.when_published]}"


def verdict(test: TestResult) -> str:
    return test.verdict or PASSED[test.passed]


def result(report: Report) -> str:
    """The outcome in one line: "7.5 of 10 points (75 %)"."""
    if report.outcome is not Outcome.GRADED:
        return EXPLAINED[report.outcome]
    share = percent(report.points, report.max_points)
    return f"{points(report.points)} of {points(report.max_points)} points" + (f" ({share})" if share else "")


def failures(report: Report, most: int | None = None) -> str:
    """What went wrong, by verdict, with the names of at most so many tests each: "wrong-output: adds and 2 more"."""
    by_verdict: dict[str, list[str]] = {}
    for test in report.tests:
        if not test.passed:
            by_verdict.setdefault(verdict(test), []).append(test.name)
    return "; ".join(f"{word}: {_listed(names, most)}" for word, names in by_verdict.items())


def _listed(names: list[str], most: int | None) -> str:
    if most is None or len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"
