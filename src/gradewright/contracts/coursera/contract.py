"""The class that the rest of the system knows; the work is done by the functions of the other files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from gradewright.contracts.coursera.check import check
from gradewright.contracts.coursera.plan import plan
from gradewright.contracts.coursera.read import read
from gradewright.contracts.coursera.settings import LIMITS, CourseraSettings, settings
from gradewright.model.report import Separation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gradewright.model.course import Exercise, Grader
    from gradewright.model.problem import Problem
    from gradewright.model.report import Report
    from gradewright.model.run import FinishedRun, Limits, RunPlan
    from gradewright.model.submission import Submission


class Coursera:
    """Grader images of Coursera, and host programs that keep to the same contract."""

    name: ClassVar[str] = "coursera"
    limits: ClassVar[Limits] = LIMITS
    separation: ClassVar[Separation] = Separation.SHARED

    def settings(self, table: Mapping[str, Any], directory: Path) -> CourseraSettings:
        return settings(table, directory)

    def plan(self, exercise: Exercise, submission: Submission) -> RunPlan:
        return plan(exercise, submission)

    def read(self, exercise: Exercise, run: FinishedRun) -> Report:
        return read(exercise, run)

    def check(self, grader: Grader) -> Sequence[Problem]:
        return check(grader)
