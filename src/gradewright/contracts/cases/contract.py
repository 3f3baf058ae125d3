"""The class that the rest of the system knows; the work is done by the functions of the other files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from gradewright.contracts.cases.pitfalls import pitfalls
from gradewright.contracts.cases.planning import make_plan
from gradewright.contracts.cases.reading import read_run
from gradewright.contracts.cases.records import Settings
from gradewright.contracts.cases.settings import read_settings
from gradewright.model.report import Separation
from gradewright.model.run import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gradewright.model.course import Exercise, Grader
    from gradewright.model.problem import Problem
    from gradewright.model.report import Report
    from gradewright.model.run import FinishedRun, RunPlan
    from gradewright.model.submission import Submission


class Cases:
    """Cases of input and expected output, tried on the student's program and compared outside of its sandbox."""

    name: ClassVar[str] = "cases"
    limits: ClassVar[Limits] = Limits(wall_seconds=10)  # of each case, where grader.toml does not say
    separation: ClassVar[Separation] = Separation.SEPARATED

    def settings(self, table: Mapping[str, Any], directory: Path) -> Settings:
        return read_settings(table, directory)

    def plan(self, exercise: Exercise, submission: Submission) -> RunPlan:
        return make_plan(exercise.grader, _settings(exercise.grader), submission)

    def read(self, exercise: Exercise, run: FinishedRun) -> Report:
        return read_run(_settings(exercise.grader), run)

    def check(self, grader: Grader) -> Sequence[Problem]:
        return pitfalls(_settings(grader))


def _settings(grader: Grader) -> Settings:
    return cast("Settings", grader.settings)
