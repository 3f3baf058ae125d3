"""The example packages give their sample submissions what `expected.json` beside them says, in every sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradewright.autograder import Autograder
from gradewright.model.course import Exercise, Grader
from gradewright.model.image import Image
from gradewright.model.machine import Machine
from gradewright.model.run import ImageRoot
from gradewright.reports.json import number
from gradewright.settings import Settings
from support.fixtures import SANDBOXES

PACKAGES = Path(__file__).parents[2] / "examples" / "packages"
TOOLS = {  # that tests of a package need
    "gcd-cpp": ["g++", "/usr/include/gtest/gtest.h"],
    "ring-java": ["javac", "/usr/share/java/testng.jar"],
}


def submissions() -> Iterator[Any]:
    for file in sorted(PACKAGES.glob("*/expected.json")):
        name = file.parent.name
        marks = [pytest.mark.needs("make", *TOOLS.get(name, []))]
        for submission, expected in json.loads(file.read_text()).items():
            yield pytest.param(file.parent, submission, expected, id=f"{name}/{submission}", marks=marks)


@pytest.fixture(scope="module", params=SANDBOXES)
def autograder(request: pytest.FixtureRequest, state_directory: Path, machine: Machine) -> Autograder:
    """One for each sandbox, which remembers the author's own run of each package."""
    return Autograder(Settings(sandbox=request.param, state_dir=state_directory, cache_dir=machine.cache_dir))


@pytest.mark.parametrize(("example", "submission", "expected"), list(submissions()))
def test_packages_on_every_sandbox(
    autograder: Autograder, example: Path, submission: str, expected: dict[str, Any]
) -> None:
    place = example if (example / "grader.toml").exists() else example / "package"
    assert result(autograder, autograder.open_grader(str(place)), example / "submissions" / submission) == expected


@pytest.mark.parametrize(("example", "submission", "expected"), list(submissions()))
@pytest.mark.needs("root")
def test_packages_with_a_warm_python(
    state_directory: Path, machine: Machine, example: Path, submission: str, expected: dict[str, Any]
) -> None:
    autograder = Autograder(Settings(sandbox="namespaces", state_dir=state_directory, cache_dir=machine.cache_dir))
    place = example if (example / "grader.toml").exists() else example / "package"
    grader = replace(autograder.open_grader(str(place)), warm_python=())
    assert result(autograder, grader, example / "submissions" / submission) == expected


@pytest.mark.parametrize("name", ["median-legacy", "roman-python"])
@pytest.mark.needs("root", "mmdebstrap")
def test_packages_in_an_image(autograder: Autograder, debian_image: Image, name: str) -> None:
    example = PACKAGES / name
    grader = replace(autograder.open_grader(str(example / "package")), root=ImageRoot(image=debian_image))
    expected = json.loads((example / "expected.json").read_text())
    for submission in ("right.py", "odd-only.py" if name == "median-legacy" else "without-subtraction.py"):
        assert result(autograder, grader, example / "submissions" / submission) == expected[submission]


def result(autograder: Autograder, grader: Grader, submission: Path) -> dict[str, Any]:
    with autograder.submission(submission) as sent:
        report = autograder.grade(Exercise(id="e", grader=grader), sent)
    return {
        "outcome": report.outcome.value,
        "points": number(report.points),
        "verdicts": {test.name: test.verdict for test in report.tests},
    }


def test_every_sample_has_its_expected_result() -> None:
    for example in PACKAGES.iterdir():
        expected = json.loads((example / "expected.json").read_text())
        assert set(expected) == {path.name for path in (example / "submissions").iterdir()}
