"""The seams: every Protocol that a variant implements, and nothing else. All are synchronous."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol

from gradewright.model.course import Exercise, Grader
from gradewright.model.problem import Problem
from gradewright.model.report import Report, Separation
from gradewright.model.run import Box, FinishedRun, Limits, RunPlan, Slot, Step, StepResult
from gradewright.model.submission import Submission


class Contract(Protocol):
    """How a grader expects its input and gives its verdict. Pure: no clock, no network, no disk but the run's files."""

    name: ClassVar[str]
    limits: ClassVar[Limits]  # of a grader whose author says nothing
    separation: ClassVar[Separation]  # between the student's program and what judges it, whatever the grader

    def settings(self, table: Mapping[str, Any], directory: Path) -> object:
        """What `grader.toml` says beyond what all contracts share, as a frozen record of this contract's own.

        Raises `AuthorError` with every problem found. `directory` is where the author's files lie.
        """

    def plan(self, exercise: Exercise, submission: Submission) -> RunPlan:
        """The steps to run. Raises `SubmissionRejected` if the submission cannot be graded at all."""

    def read(self, exercise: Exercise, run: FinishedRun) -> Report:
        """The verdict. Never raises for anything that a student or a grader did."""

    def check(self, grader: Grader) -> Sequence[Problem]:
        """What an author should mend before students meet it (serves `sanity`)."""


class Sandbox(Protocol):
    """Where a step runs. Knows nothing of courses, points or students."""

    name: ClassVar[str]

    def unavailable(self) -> str | None:
        """Why this sandbox cannot be used here and the command that mends it, or None if it can."""

    def run(self, step: Step, box: Box) -> StepResult:
        """Run one step to its end and leave nothing behind. Raises `SandboxError` if the sandbox itself failed."""

    def sweep(self, slot: Slot) -> None:
        """Remove whatever a killed process of ours left of a run in this slot."""
