"""The class that the rest of the system knows; the work is done by the functions of the other files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from gradewright.contracts.harness.config import FILE, read_config
from gradewright.contracts.harness.planning import make_plan
from gradewright.contracts.harness.reading import read_run
from gradewright.contracts.harness.records import HarnessSettings
from gradewright.contracts.harness.resources import links
from gradewright.errors import AuthorError
from gradewright.model.problem import Problem
from gradewright.model.report import Separation
from gradewright.model.run import MIB, Limits
from gradewright.tables import SHARED_KEYS, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gradewright.model.course import Exercise, Grader
    from gradewright.model.report import Report
    from gradewright.model.run import FinishedRun, RunPlan
    from gradewright.model.submission import Submission

NEEDED = {  # file: what to do if it is not there
    FILE: "Write one with a section [config] and at least: filename = NAME",
    "Makefile": "Write one with the targets compile and run.",
}


class Harness:
    """Parts with a config and a Makefile, as the harness for Coursera's queues graded them."""

    name: ClassVar[str] = "harness"
    limits: ClassVar[Limits] = Limits(memory_bytes=1024 * MIB, processes=256, disk_bytes=256 * MIB)
    separation: ClassVar[Separation] = Separation.SHARED

    def settings(self, table: Mapping[str, Any], directory: Path) -> HarnessSettings:
        """What the config of a part says; its Makefile must be there, and no link may lead out of the directory."""
        Table(table, (), elsewhere=SHARED_KEYS).finish("A part of the harness is configured in its config file.")
        problems = links(directory)
        problems += [
            Problem(id="missing-file", message="There is no such file.", remedy=remedy, file=name)
            for name, remedy in NEEDED.items()
            if not (directory / name).is_file()
        ]
        if problems:
            raise AuthorError("This part cannot be used.", problems)
        return read_config((directory / FILE).read_bytes())

    def plan(self, exercise: Exercise, submission: Submission) -> RunPlan:
        return make_plan(exercise, _settings(exercise.grader), submission)

    def read(self, exercise: Exercise, run: FinishedRun) -> Report:
        return read_run(_settings(exercise.grader), run)

    def check(self, grader: Grader) -> Sequence[Problem]:
        return _settings(grader).warnings


def _settings(grader: Grader) -> HarnessSettings:
    return cast("HarnessSettings", grader.settings)
