"""What is wrong with the graders that exercises name, as far as it can be seen without any image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradewright import plugins
from gradewright.courses.aplus.exercise_files import place_of
from gradewright.courses.aplus.files import find_layout, read_document
from gradewright.courses.grader_file import NAME, load_grader
from gradewright.errors import AuthorError
from gradewright.model.course import Course, CourseExercise, Grader
from gradewright.model.problem import Problem
from gradewright.model.run import HostRoot

if TYPE_CHECKING:
    from gradewright.model.image import Image

CONTAINERS = "aplus"  # the contract of `container`
HOST = "host"  # the programs of this machine, instead of an image


class _ImageNeeded(Exception):
    """All else about a grader is well."""


def grader_problems(course: Course) -> Iterator[Problem]:
    """The findings about the graders of all exercises, in those of their default language."""
    layout = None if course.broken else find_layout(course.directory)
    for exercise in course.exercises.values():
        if layout is None or exercise.broken:
            continue
        document = read_document(layout, course.directory / exercise.file)
        told = {problem.key for problem in exercise.problems}
        for problem in _problems(course, exercise):
            if problem.file:
                yield problem
            elif problem.key not in told:
                yield replace(problem, file=exercise.file, line=document.line(place_of(problem.key)))


def _problems(course: Course, exercise: CourseExercise) -> Sequence[Problem]:
    _, version = exercise.version(exercise.language)
    grader, container = version.get("grader"), version.get("container")
    try:
        if isinstance(grader, str):
            return _of_directory(course, grader)
        return _of_container(course, container) if isinstance(container, Mapping) else ()
    except _ImageNeeded:
        return ()


def _of_container(course: Course, container: Mapping[str, Any]) -> Sequence[Problem]:
    contract = plugins.contract(CONTAINERS)
    try:
        settings = contract.settings(container, course.directory)
    except AuthorError as error:
        return [replace(problem, key=f"container.{problem.key}") for problem in error.problems]
    if container.get("image") != HOST:
        return ()
    grader = Grader(
        contract=CONTAINERS, root=HostRoot(), directory=course.directory, limits=contract.limits, settings=settings
    )
    return [replace(problem, key=f"container.{problem.key}") for problem in contract.check(grader)]


def _of_directory(course: Course, name: str) -> Sequence[Problem]:
    directory = course.directory / name
    if not (directory / NAME).is_file():
        return ()  # a package, or an image
    try:
        grader = load_grader(directory, find_image=_find_no_image)
        problems: Sequence[Problem] = plugins.contract(grader.contract).check(grader)
    except AuthorError as error:
        problems = error.problems or [Problem(id="wrong-grader", message=error.message, remedy=error.remedy)]
    return [replace(problem, file=f"{name.rstrip('/')}/{problem.file or NAME}") for problem in problems]


def _find_no_image(reference: str) -> Image:
    raise _ImageNeeded(reference)
