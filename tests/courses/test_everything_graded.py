"""The containers of the example course grade what students send, on the programs of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gradewright.autograder import Autograder
from gradewright.courses.aplus.graders import CONTAINERS, HOST
from gradewright.courses.aplus.loading import load_course
from gradewright.model.course import Course, Exercise, Grader
from gradewright.model.run import HostRoot
from gradewright.settings import Settings

EVERYTHING = Path(__file__).parents[2] / "examples/courses/everything"
INSTANCE = EVERYTHING / "personalized_exercises/secret-number/1"
ADDRESS = "git@gitlab.example.org:ada/course.git"
SAMPLES: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {  # exercise: (all points, none)
    "hello": ({"hello.py": 'print("Hello, world!")'}, {"hello.py": "1 / 0"}),
    "essay": ({"essay.txt": "one two three four five"}, {"essay.txt": "too short"}),
    "letters": ({"to.txt": "Ada", "letter.txt": "Dear Ada"}, {"to.txt": "Ada", "letter.txt": "Dear Bob"}),
    "repository": ({"gitsource": ADDRESS}, {"gitsource": "git@example.org:ada/course.git"}),
    "fork": ({"gitsource": ADDRESS}, {"gitsource": ""}),
    "function": ({"data.json": '{"code": "def f(): pass"}'}, {"data.json": '{"code": "def"}'}),
    "secret-number": ({"answer.txt": (INSTANCE / "sum.txt").read_text()}, {"answer.txt": "-1"}),
}


@pytest.fixture(scope="module")
def course() -> Course:
    course = load_course(EVERYTHING)
    assert course is not None
    return course


@pytest.fixture(scope="module")
def autograder(state_directory: Path) -> Autograder:
    return Autograder(Settings(sandbox="bubblewrap", state_dir=state_directory))


def exercise_of(course: Course, key: str, autograder: Autograder) -> Exercise:
    container = course.exercises[key].versions["en"]["container"]
    contract = autograder.contract(CONTAINERS)
    settings = contract.settings(container, course.directory)
    grader = Grader(
        contract=CONTAINERS, root=HostRoot(), directory=course.directory, limits=contract.limits, settings=settings
    )
    return Exercise(id=key, grader=grader)


def test_there_are_samples_for_every_container(course: Course) -> None:
    containers = {key: each.versions["en"].get("container") for key, each in course.exercises.items()}
    assert {key for key, container in containers.items() if container} == set(SAMPLES)
    assert all(container["image"] == HOST for container in containers.values() if container)


@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
@pytest.mark.parametrize("key", SAMPLES)
def test_containers_grade(course: Course, autograder: Autograder, tmp_path: Path, key: str, right: bool) -> None:
    for name, text in SAMPLES[key][not right].items():
        (tmp_path / name).write_text(text)
    exercise = exercise_of(course, key, autograder)
    with autograder.submission(tmp_path) as sent:
        report = autograder.grade(exercise, replace(sent, instance=INSTANCE) if key == "secret-number" else sent)
    most = course.exercises[key].versions["en"]["max_points"]
    assert (report.outcome.value, report.points, report.max_points) == ("graded", most if right else 0, most)
