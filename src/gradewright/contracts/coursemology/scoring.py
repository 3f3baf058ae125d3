"""Points and correctness (coursemology 3.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gradewright.contracts.coursemology.records import CoursemologySettings, TestCase, TestType


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    maximum: Fraction
    each: Fraction  # for a test case that counts
    points: Fraction


def score(settings: CoursemologySettings, passed: Mapping[TestCase, bool]) -> Score:
    """Every test case that counts has the same weight; if there is none, everybody gets the maximum."""
    counting = [ok for case, ok in passed.items() if settings.counts(case.type)]
    if not counting:
        maximum = Fraction(1) if settings.maximum_grade is None else settings.maximum_grade
        return Score(maximum=maximum, each=Fraction(0), points=maximum)
    maximum = Fraction(len(counting)) if settings.maximum_grade is None else settings.maximum_grade
    each = maximum / len(counting)
    return Score(maximum=maximum, each=each, points=each * sum(counting))


def is_correct(passed: Mapping[TestCase, bool]) -> bool:
    """Whether every public and private test case passed; evaluation tests do not matter."""
    return all(ok for case, ok in passed.items() if case.type is not TestType.EVALUATION)


def hinted(passed: Mapping[TestCase, bool]) -> TestCase | None:
    """The failing test case whose hint students see: the first public one, else the first private one."""
    failing = sorted((case for case, ok in passed.items() if not ok), key=lambda case: case.identifier)
    return _first(failing, TestType.PUBLIC) or _first(failing, TestType.PRIVATE)


def _first(cases: Sequence[TestCase], type: TestType) -> TestCase | None:
    return next((case for case in cases if case.type is type), None)
