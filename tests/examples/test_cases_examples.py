"""The example graders give their sample submissions exactly what `expected.json` beside them says."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradewright.autograder import Autograder
from gradewright.contracts.cases import Cases
from gradewright.model.course import Exercise
from gradewright.model.report import Report
from gradewright.reports.json import number
from gradewright.settings import Settings

GRADERS = Path(__file__).parents[2] / "examples" / "graders"
TOOLS = {"c": ["gcc"], "cpp": ["g++"], "java": ["javac"], "javascript": ["node"]}  # that tests of a language need


def examples() -> Iterator[Any]:
    for file in sorted(GRADERS.glob("*/grader.toml")):
        source = tomllib.loads(file.read_text())
        if source["contract"] == "cases":
            for name, expected in json.loads((file.parent / "expected.json").read_text()).items():
                marks = [pytest.mark.needs(*TOOLS.get(source["language"], []))]
                yield pytest.param(file.parent, name, expected, id=f"{file.parent.name}/{name}", marks=marks)


@pytest.fixture(scope="module", params=["bubblewrap", pytest.param("namespaces", marks=pytest.mark.needs("root"))])
def autograder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Autograder:
    state = tmp_path_factory.mktemp("state")
    return Autograder(Settings(sandbox=request.param, state_dir=state, cache_dir=state / "cache"))


def report_on(autograder: Autograder, grader: Path, submission: Path) -> Report:
    """With a warm Python where there is one, so that programs meet both."""
    opened = replace(autograder.open_grader(str(grader)), warm_python=())
    exercise = Exercise(id=grader.name, grader=opened)
    with autograder.submission(submission) as sent:
        return autograder.grade(exercise, sent)


@pytest.mark.parametrize(("grader", "submission", "expected"), list(examples()))
def test_a_submission_gets_what_it_should(
    autograder: Autograder, grader: Path, submission: str, expected: dict[str, Any]
) -> None:
    report = report_on(autograder, grader, grader / "submissions" / submission)
    assert {
        "outcome": report.outcome.value,
        "points": number(report.points),
        "verdicts": {test.name: test.verdict for test in report.tests},
    } == expected


@pytest.mark.parametrize("grader", sorted({param.values[0] for param in examples()}), ids=lambda path: path.name)
def test_an_example_shows_what_is_right_and_hides_no_mistake(autograder: Autograder, grader: Path) -> None:
    problems = Cases().check(autograder.open_grader(str(grader)))
    assert [problem for problem in problems if problem.severity != "info"] == []
    expected = json.loads((grader / "expected.json").read_text())
    assert set(expected) == {path.name for path in (grader / "submissions").iterdir()}
    assert len({case["points"] for case in expected.values()}) > 1
