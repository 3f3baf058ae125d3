"""Courses with mistakes: each is found with its file, line and key, all at once, and the rest of the course goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradewright.cli.course_check import problems_of
from gradewright.courses.aplus.loading import load_course
from gradewright.model.course import Course

DATA = Path(__file__).parent / "data"
CASES = sorted(path.name for path in DATA.iterdir())


def course_of(case: str) -> Course:
    course = load_course(DATA / case, thorough=True)
    assert course is not None
    return course


@pytest.mark.parametrize("case", CASES)
def test_every_mistake_is_found_where_it_is(case: str) -> None:
    found = [
        f"{each.severity} {each.file}:{each.line or ''}:{each.key} {each.id}" for each in problems_of(course_of(case))
    ]
    assert found == json.loads((DATA / case / "expected.json").read_text())


@pytest.mark.parametrize("case", CASES)
def test_every_mistake_is_told_in_sentences(case: str) -> None:
    for problem in problems_of(course_of(case)):
        assert problem.message.endswith("."), problem
        assert str(DATA) not in str(problem)


def test_a_broken_exercise_does_not_take_the_course_down() -> None:
    exercises = course_of("exercise-files").exercises
    assert [key for key, exercise in exercises.items() if not exercise.broken] == ["fine", "twice"]
    assert exercises["both"].problems and exercises["both"].versions == {}
