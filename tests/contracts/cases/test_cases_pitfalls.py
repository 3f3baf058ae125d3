"""What an author is told before students meet the grader."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradewright.contracts.cases import Cases
from gradewright.model.course import Exercise
from gradewright.model.problem import Severity

FINE = """
language = "python"
[[cases]]
expected = "1"
[[cases]]
expected = "2"
group = "private"
"""


def test_a_good_grader_has_no_pitfalls(make_exercise: Callable[..., Exercise]) -> None:
    assert Cases().check(make_exercise(FINE).grader) == []


@pytest.mark.parametrize(
    ("more", "id", "severity"),
    [
        ("[defaults]\npoints = 0\n", "no-points", Severity.WARNING),
        ("[[cases]]\n", "checks-nothing", Severity.WARNING),
        ('[[cases]]\ncompare = "exact"\nexpected = "1"\n', "no-final-newline", Severity.WARNING),
        ('[[cases]]\ncompare = "numbers"\nexpected = "one"\n', "no-numbers", Severity.WARNING),
        ('[defaults]\nvisibility = "everybody"\n', "all-visible", Severity.INFO),
    ],
)
def test_a_pitfall_is_found(make_exercise: Callable[..., Exercise], more: str, id: str, severity: Severity) -> None:
    (problem,) = Cases().check(make_exercise(FINE + more).grader)
    assert (problem.id, problem.severity) == (id, severity)
    assert problem.remedy


def test_support_that_hides_what_students_send_is_found(make_exercise: Callable[..., Exercise]) -> None:
    exercise = make_exercise('support = "given"\n' + FINE, {"given/main.py": ""})
    (problem,) = Cases().check(exercise.grader)
    assert problem.id == "support-hides-submission"
    assert "main.py" in problem.message
