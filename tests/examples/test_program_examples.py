"""The example graders that are programs, of A+ and Coursera, give what `expected.json` beside them says."""

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
    if tomllib.loads(file.read_text())["contract"] in ("aplus", "coursera")
]


def samples() -> Iterator[Any]:
    for grader in OURS:
        for name, expected in json.loads((grader / "expected.json").read_text()).items():
            yield pytest.param(grader, name, expected, id=f"{grader.name}/{name}")


@pytest.fixture(scope="module")
def autograder(state_directory: Path) -> Autograder:
    return Autograder(Settings(sandbox="bubblewrap", state_dir=state_directory))


def grade(autograder: Autograder, grader: Path, submission: str, *arguments: str) -> Report:
    exercise = Exercise(id=grader.name, grader=autograder.open_grader(str(grader)), arguments=arguments)
    with autograder.submission(grader / "submissions" / submission) as sent:
        return autograder.grade(exercise, sent)


def test_there_is_an_example_of_each_kind() -> None:
    assert [grader.name for grader in OURS] == ["aplus-double", "coursera-host", "coursera-v1-sum", "coursera-v2-essay"]


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


def test_the_part_to_grade_is_told_by_arguments(autograder: Autograder) -> None:
    sum_ = GRADERS / "coursera-v1-sum"
    assert "of 2 tests passed" in grade(autograder, sum_, "right.py", "userId", "u", "partId", "largest").feedback.body
    assert grade(autograder, sum_, "right.py", "partId", "product").outcome.value == "grader-broken"


def test_what_a_student_wrote_is_shown_as_text_on_the_page(autograder: Autograder) -> None:
    feedback = grade(autograder, GRADERS / "coursera-v2-essay", "forger.txt").feedback
    assert feedback.html
    assert "&lt;script&gt;" in feedback.body
    assert "<script>" not in feedback.body
