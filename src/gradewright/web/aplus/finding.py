"""Courses and exercises that addresses name."""

from __future__ import annotations

from django.http import Http404

from gradewright.model.course import Course, CourseExercise
from gradewright.service import service


def course_of(key: str) -> Course:
    """Raises `Http404` if there is none."""
    course = service().catalog.course(key)
    if course is None:
        raise Http404(f"There is no course {key}.")
    return course


def exercise_of(course_key: str, key: str) -> tuple[Course, CourseExercise]:
    """Raises `Http404` if there is no such course, or none of its indexes lists the exercise."""
    course = course_of(course_key)
    exercise = service().catalog.exercise(course, key)
    if exercise is None:
        raise Http404(f"There is no exercise {key} in the course {course_key}.")
    return course, exercise
