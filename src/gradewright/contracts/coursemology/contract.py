"""The class that the rest of the system knows; the work is done by the functions of the other files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from gradewright.contracts.coursemology import planning
from gradewright.contracts.coursemology.reading import read_run
from gradewright.contracts.coursemology.settings import read_settings
from gradewright.model.report import Separation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gradewright.contracts.coursemology.records import CoursemologySettings
    from gradewright.model.course import Exercise, Grader
    from gradewright.model.problem import Problem
    from gradewright.model.report import Report
    from gradewright.model.run import FinishedRun, Limits, RunPlan
    from gradewright.model.submission import Submission


class Coursemology:
    """Packages of Coursemology's evaluator: a Makefile whose targets test what lies in submission/."""

    name: ClassVar[str] = "coursemology"
    limits: ClassVar[Limits] = planning.LIMITS
    separation: ClassVar[Separation] = Separation.SHARED

    def settings(self, table: Mapping[str, Any], directory: Path) -> CoursemologySettings:
        return read_settings(table, directory)

    def plan(self, exercise: Exercise, submission: Submission) -> RunPlan:
        return planning.make_plan(exercise.grader, settings_of(exercise.grader), submission)

    def read(self, exercise: Exercise, run: FinishedRun) -> Report:
        return read_run(settings_of(exercise.grader), run)

    def check(self, grader: Grader) -> Sequence[Problem]:
        return settings_of(grader).package.warnings


def settings_of(grader: Grader) -> CoursemologySettings:
    return cast("CoursemologySettings", grader.settings)
