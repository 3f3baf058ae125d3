"""A course directory becomes a course, all of it at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gradewright.courses.aplus.exercise_files import load_exercise
from gradewright.courses.aplus.index_file import load_index
from gradewright.model.course import Course


def load_course(directory: Path, *, thorough: bool = False) -> Course | None:
    """None if the directory holds no index. What its author must mend is among the problems; nothing is raised.

    If `thorough`, files that are named and not there are told too.
    """
    index = load_index(directory.absolute(), thorough=thorough)
    if index is None:
        return None
    course = index.course
    exercises = {
        key: load_exercise(course.key, listed, index.layout, course.language, thorough=thorough).exercise
        for key, listed in index.listed.items()
    }
    return replace(course, exercises=exercises)
