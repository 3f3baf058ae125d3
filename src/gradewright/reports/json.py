"""Reports as JSON, in the schema of `docs/reference/report-json.md`, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from gradewright.model.report import Feedback, Outcome, Report, Separation, StepSummary, TestResult, Visibility
from gradewright.model.run import Ending, EndingKind, Role, Usage
from gradewright.reports.audience import shown_to

SCHEMA = 1  # goes up when a reader of older documents would misread a newer one


def as_json(report: Report, *, staff: bool = True) -> dict[str, Any]:
    """The report as a JSON object; with `staff=False`, only what a student may see."""
    report = shown_to(report, staff=staff)
    return {
        "schema": SCHEMA,
        "outcome": report.outcome.value,
        "points": number(report.points),
        "max_points": number(report.max_points),
        "separation": report.separation.value,
        "messages": list(report.messages),
        "feedback": asdict(report.feedback),
        "tests": [_test(test) for test in report.tests],
        "staff_notes": list(report.staff_notes),
        "steps": [_step(step) for step in report.steps],
        **({"grading_data": report.grading_data} if report.grading_data else {}),
    }


def from_json(document: Mapping[str, Any]) -> Report:
    """The report that `as_json` was given, for staff. Raises `KeyError`, `TypeError` or `ValueError` if it was not."""
    if document["schema"] != SCHEMA:
        raise ValueError(f"schema {document['schema']!r} is not {SCHEMA}")
    return Report(
        outcome=Outcome(document["outcome"]),
        points=_fraction(document["points"]),
        max_points=_fraction(document["max_points"]),
        separation=Separation(document["separation"]),
        messages=tuple(document["messages"]),
        feedback=Feedback(**document["feedback"]),
        tests=tuple(_read_test(test) for test in document["tests"]),
        staff_notes=tuple(document["staff_notes"]),
        steps=tuple(_read_step(step) for step in document["steps"]),
        grading_data=document.get("grading_data", ""),
    )


def number(value: Fraction) -> int | float:
    """An integer if it is one, else the nearest decimal number."""
    return value.numerator if value.denominator == 1 else float(value)


def _fraction(value: float) -> Fraction:
    return Fraction(str(value))


def _test(test: TestResult) -> dict[str, Any]:
    return {
        "name": test.name,
        "group": test.group,
        "visibility": test.visibility.value,
        "when_published": test.when_published,
        "passed": test.passed,
        "points": number(test.points),
        "max_points": number(test.max_points),
        "verdict": test.verdict,
        "message": test.message,
        "expected": test.expected,
        "actual": test.actual,
        "diff": test.diff,
        "hint": test.hint,
        "usage": test.usage and asdict(test.usage),
    }


def _read_test(test: Mapping[str, Any]) -> TestResult:
    changed = {
        "visibility": Visibility(test["visibility"]),
        "when_published": Visibility(later) if (later := test.get("when_published")) else None,
        "points": _fraction(test["points"]),
        "max_points": _fraction(test["max_points"]),
        "usage": test["usage"] and Usage(**test["usage"]),
    }
    return TestResult(**{**test, **changed})


def _step(step: StepSummary) -> dict[str, Any]:
    return {
        "name": step.name,
        "role": step.role.value,
        "ending": {**asdict(step.ending), "kind": step.ending.kind.value},
        "usage": asdict(step.usage),
        "sandbox": step.sandbox,
        "enforcement": dict(step.enforcement),
        "stdout": step.stdout,
        "stderr": step.stderr,
    }


def _read_step(step: Mapping[str, Any]) -> StepSummary:
    ending = {**step["ending"], "kind": EndingKind(step["ending"]["kind"])}
    changed = {"role": Role(step["role"]), "ending": Ending(**ending), "usage": Usage(**step["usage"])}
    return StepSummary(**{**step, **changed})
