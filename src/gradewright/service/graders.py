"""An exercise of a course, as its author wrote it, becomes one that the engine grades."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradewright.contracts.aplus import HOST, AplusSettings, within
from gradewright.errors import AuthorError
from gradewright.model.course import Course, CourseExercise, Exercise, Grader
from gradewright.model.problem import Problem
from gradewright.model.run import HostRoot, ImageRoot

if TYPE_CHECKING:
    from gradewright.autograder import Autograder


def exercise_to_grade(autograder: Autograder, course: Course, exercise: CourseExercise, language: str) -> Exercise:
    """What grades submissions of this exercise in this language.

    `container` is the contract of A+, which has its own scale of points (A+ spec 4.4). `grader` names any other grader:
    a directory or package of the course, an image, or a mapping of an image, its contract and what a grader.toml would
    say to it; its points are scaled to the exercise's. Raises `AuthorError` if the author has to mend it.
    """
    if not exercise.versions:
        raise AuthorError(f"The exercise {exercise.key} is broken.", exercise.problems)
    _, config = exercise.version(language)
    id = f"{course.key}/{exercise.key}"
    if said := config.get("grader"):
        most = config.get("max_points")
        return Exercise(
            id=id, grader=_grader(autograder, course, said), max_points=None if most is None else Fraction(str(most))
        )
    if isinstance(config.get("container"), dict):
        return Exercise(id=id, grader=_container(autograder, course, config["container"]))
    raise AuthorError(f"Nothing says what grades {id}.", remedy="Add the key container, or grader.")


def is_exclusive(config: Mapping[str, Any]) -> bool:
    """Whether nothing else may run on the machine while this is graded (A+ spec 4.2)."""
    container = config.get("container")
    return isinstance(container, dict) and container.get("require_constant_environment") is True


def refused(config: Mapping[str, Any]) -> Iterator[Problem]:
    """What an exercise asks for that is granted only where the setting `allow_privileged` says so."""
    container = config.get("container")
    if isinstance(container, dict) and container.get("privileged") is True:
        yield Problem(
            id="privileged-refused",
            message="The container asks for the rights of root on the machine, which this service does not grant.",
            remedy="Take `privileged` out, or ask whoever runs the service for the setting `allow_privileged`.",
            key="container.privileged",
        )


def _container(autograder: Autograder, course: Course, table: Mapping[str, Any]) -> Grader:
    contract = autograder.contract("aplus")
    asked = contract.settings(table, course.directory)
    assert isinstance(asked, AplusSettings)
    if not asked.image:
        raise AuthorError("The container has no image.", remedy='Name one, or "host" for the programs of this machine.')
    root = HostRoot() if asked.image == HOST else ImageRoot(image=autograder.images.find(asked.image), writable=True)
    settings = within(asked, contract.limits)
    return Grader(contract="aplus", root=root, directory=course.directory, limits=contract.limits, settings=settings)


def _grader(autograder: Autograder, course: Course, said: object) -> Grader:
    if isinstance(said, str):
        place = (course.directory / said).resolve()
        inside = place.is_relative_to(course.directory.resolve()) and place.exists()
        return autograder.open_grader(str(place) if inside else said)
    if not isinstance(said, dict) or not isinstance(said.get("image"), str):
        remedy = "Name a directory of the course, or a mapping of an image."
        raise AuthorError("`grader` names no grader.", remedy=remedy)
    table = {key: value for key, value in said.items() if key not in ("image", "contract")}
    image = autograder.find_image(said["image"])
    return autograder.image_grader(image, str(said.get("contract", "coursera")), table)
