"""A grader written in a few lines of TOML, and ways to plan and to read with it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from gradewright.contracts.cases import Cases
from gradewright.model.course import Exercise, Grader
from gradewright.model.report import Report
from gradewright.model.run import Limits, RunPlan
from gradewright.tables import finite
from gradewright.testing import Answer, run_plan_with, submission_in

MakeExercise = Callable[..., Exercise]
Plan = Callable[..., RunPlan]
Read = Callable[..., Report]

ONE_CASE = """
run = ["python3", "main.py"]
[[cases]]
name = "one"
expected = "42"
"""


@pytest.fixture
def author(tmp_path: Path) -> Path:
    """The grader's directory."""
    directory = tmp_path / "grader"
    directory.mkdir()
    return directory


@pytest.fixture
def make_exercise(author: Path) -> MakeExercise:
    def make(source: str, files: Mapping[str, str] | None = None, limits: Limits = Cases.limits) -> Exercise:
        if files:
            submission_in(author, files)
        settings = Cases().settings(tomllib.loads(source, parse_float=finite), author)
        return Exercise(id="e", grader=Grader(contract="cases", directory=author, settings=settings, limits=limits))

    return make


@pytest.fixture
def plan(make_exercise: MakeExercise, tmp_path: Path) -> Plan:
    """The plan for a grader and a submission of these files."""

    def make(source: str, submission: Mapping[str, str] | None = None, **changes: object) -> RunPlan:
        sent = submission_in(tmp_path / "sent", submission or {"main.py": "print(42)\n"})
        return Cases().plan(make_exercise(source, **changes), sent)

    return make


@pytest.fixture
def read(make_exercise: MakeExercise, tmp_path: Path) -> Read:
    """The report on a run whose steps were answered so; a case's step is named by its case."""

    def make(source: str, answers: Mapping[str, Answer], **changes: object) -> Report:
        exercise = make_exercise(source, **changes)
        sent = submission_in(tmp_path / "sent", {"main.py": "", "main.c": ""})
        return Cases().read(exercise, run_plan_with(Cases().plan(exercise, sent), answers))

    return make
