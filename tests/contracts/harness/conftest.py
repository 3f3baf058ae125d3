"""A part written in a few lines, and ways to plan and to read with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from gradewright.contracts.harness import Harness
from gradewright.contracts.harness.planning import GRADE, MAKEFILE, REFUSE
from gradewright.model.course import Exercise, Grader
from gradewright.model.report import Report
from gradewright.model.run import RunPlan, StepResult
from gradewright.testing import exited, run_plan_with, submission_in
from support.harness import DATABASE, MINIMAL, MakeExercise, Plan, Read


@pytest.fixture
def make_exercise(tmp_path: Path) -> MakeExercise:
    """An exercise whose part has this config."""

    def make(config: str = MINIMAL) -> Exercise:
        part = tmp_path / "14"
        submission_in(part, {"config": config, "Makefile": "compile:\n\ttrue\nrun:\n\ttrue\n"})
        settings = Harness().settings({}, part)
        grader = Grader(contract="harness", directory=part, settings=settings, limits=Harness.limits, digest="sha256:0")
        return Exercise(id="14", grader=grader)

    return make


@pytest.fixture
def plan(make_exercise: MakeExercise, tmp_path: Path) -> Plan:
    """The plan for a part with this config and a submission of these files."""

    def make(config: str = MINIMAL, files: Mapping[str, str | bytes] | None = None) -> RunPlan:
        sent = submission_in(tmp_path / "ada", files or {"hw.py": "print(42)\n"})
        return Harness().plan(make_exercise(config), sent)

    return make


@pytest.fixture
def read(make_exercise: MakeExercise, plan: Plan) -> Read:
    """The report if the Makefile is this and the run of both targets gave this."""

    def make(
        answer: StepResult,
        config: str = MINIMAL,
        *,
        makefile: StepResult | None = None,
        refused: StepResult | None = None,
        files: Mapping[str, str | bytes] | None = None,
    ) -> Report:
        answers = {MAKEFILE: makefile or exited(DATABASE), GRADE: answer, REFUSE: refused or exited()}
        return Harness().read(make_exercise(config), run_plan_with(plan(config, files), answers))

    return make
