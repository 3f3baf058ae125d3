"""The example graders of A+ give their sample submissions exactly what `expected.json` beside them says."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradewright.autograder import Autograder
from gradewright.cli.main import run
from gradewright.model.course import Exercise
from gradewright.model.report import Report
from gradewright.settings import Settings

GRADERS = Path(__file__).parents[2] / "examples" / "graders"
OURS = [
    file.parent
    for file in sorted(GRADERS.glob("*/grader.toml"))
    if tomllib.loads(file.read_text())["contract"] == "aplus"
]


def samples() -> Iterator[Any]:
    for grader in OURS:
        for name, expected in json.loads((grader / "expected.json").read_text()).items():
            yield pytest.param(grader, name, expected, id=f"{grader.name}/{name}")


@pytest.fixture(scope="module")
def autograder(state_directory: Path) -> Autograder:
    return Autograder(Settings(sandbox="bubblewrap", state_dir=state_directory))


def grade(autograder: Autograder, grader: Path, submission: str) -> Report:
    exercise = Exercise(id=grader.name, grader=autograder.open_grader(str(grader)))
    with autograder.submission(grader / "submissions" / submission) as sent:
        return autograder.grade(exercise, sent)


def test_there_is_an_example_of_each_kind() -> None:
    assert [grader.name for grader in OURS] == ["aplus-double"]


@pytest.mark.parametrize(("grader", "submission", "expected"), list(samples()))
def test_a_submission_gets_what_it_should(
    autograder: Autograder, grader: Path, submission: str, expected: dict[str, Any]
) -> None:
    report = grade(autograder, grader, submission)
    assert report.messages == ()
    assert {"outcome": report.outcome.value, "points": float(report.points)} == expected


@pytest.mark.parametrize("grader", OURS, ids=lambda path: path.name)
def test_every_sample_has_its_expected_result(grader: Path) -> None:
    expected = json.loads((grader / "expected.json").read_text())
    assert set(expected) == {path.name for path in (grader / "submissions").iterdir()}


@pytest.mark.parametrize("grader", OURS, ids=lambda path: path.name)
def test_sanity_finds_nothing_to_mend(grader: Path, state_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADEWRIGHT_STATE_DIR", str(state_directory))
    assert run(["-qq", "sanity", "--skip-environment", "--strict", str(grader)]) == 0
