"""Doubles of what contracts and sandboxes meet.

    sandbox = FakeSandbox({"compile": exited(), "case one": exited(b"42\\n")})
    report = grade(exercise, submission_in(tmp_path, {"main.c": "..."}), MyContract(), sandbox, slot_in(tmp_path))

`run_plan_with(plan, answers)` gives what `Contract.read` takes, when that is all that a test wants to try.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from gradewright.grading.grade import Conduct, carry_out
from gradewright.model.run import (
    Box,
    Ending,
    EndingKind,
    FinishedRun,
    OutputFile,
    RunPlan,
    Slot,
    Step,
    StepResult,
    Usage,
)
from gradewright.model.submission import Submission

Answer = StepResult | Callable[[Step, Box], StepResult]  # to a step; a function looks at what the step was given


class FakeSandbox:
    """Runs nothing: answers each step by its name, and remembers in `ran` what it was given.

    A step without an answer exits with code 0 and prints nothing.
    """

    name: ClassVar[str] = "fake"

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers = dict(answers or {})
        self.ran: list[tuple[Step, Box]] = []

    def unavailable(self) -> str | None:
        return None

    def run(self, step: Step, box: Box) -> StepResult:
        self.ran.append((step, box))
        answer = self.answers.get(step.name, exited())
        result = answer if isinstance(answer, StepResult) else answer(step, box)
        return replace(result, step=step.name, sandbox=self.name)

    def sweep(self, slot: Slot) -> None:
        pass


def exited(
    stdout: bytes = b"", *, code: int = 0, stderr: bytes = b"", files: Mapping[str, bytes] | None = None
) -> StepResult:
    """The result of a program that ended by itself and left these files."""
    outputs = tuple(OutputFile(path=path, data=data) for path, data in (files or {}).items())
    ending = Ending(kind=EndingKind.EXITED, exit_code=code)
    return StepResult(step="", ending=ending, stdout=stdout, stderr=stderr, outputs=outputs, usage=Usage())


def ended(
    kind: EndingKind, *, signal: int | None = None, detail: str = "", stdout: bytes = b"", stderr: bytes = b""
) -> StepResult:
    """The result of a program that was stopped, or never started."""
    return StepResult(step="", ending=Ending(kind=kind, signal=signal, detail=detail), stdout=stdout, stderr=stderr)


def run_plan_with(plan: RunPlan, answers: Mapping[str, Answer] | None = None) -> FinishedRun:
    """The finished run of a plan whose steps were answered so; a step whose needs did not succeed is skipped."""
    return carry_out(plan, FakeSandbox(answers), slot_in(Path("/nowhere")), Conduct())


def submission_in(directory: Path, files: Mapping[str, str | bytes]) -> Submission:
    """A submission of these files, written below `directory`."""
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Submission(id="submission", directory=directory, files=tuple(sorted(files)))


def slot_in(directory: Path) -> Slot:
    """A slot for a sandbox that needs none."""
    return Slot(number=0, directory=directory, first_uid=200_000)
