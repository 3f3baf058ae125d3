"""Cases that a program of the author's decides: how it is run and what its answer means.

It gets three file names as words, in the order that is usual for such programs: the input of the case, the output of
the student's program, the expected output.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradewright.contracts.cases.environment import TEMPORARY, environment
from gradewright.contracts.cases.showing import tail, visible
from gradewright.contracts.untrusted_json import NotJson, RefusedJson, loads
from gradewright.model.run import (
    EXECUTABLE,
    EndingKind,
    FileIn,
    FromStep,
    HostFile,
    Inline,
    Limits,
    Role,
    Step,
    StepResult,
)

if TYPE_CHECKING:
    from gradewright.contracts.cases.records import Case, Judge
    from gradewright.model.course import Grader

JUDGE = "/judge"
INPUT, OUTPUT, EXPECTED = "case/input", "case/output", "case/expected"
ARGUMENTS = "case/arguments"  # one a line
FILES = "case/files"  # what the student's program wrote
ACCEPTED, REFUSED = 0, 1  # exit codes
ANSWER_KEYS = {"fraction", "message"}
MAX_MESSAGE = 4000  # characters


def judge_name(case: Case) -> str:
    """The name of the step that judges a case."""
    return f"judge {case.name}"


def judge_step(case: Case, judge: Judge, grader: Grader, run: str, work: str) -> Step:
    """The step that judges what the step `run` left."""
    inputs = {
        INPUT: case.stdin,
        OUTPUT: FromStep(run, "stdout"),
        EXPECTED: Inline(case.expected or b""),
        ARGUMENTS: Inline("".join(f"{argument}\n" for argument in case.arguments).encode()),
        **{f"{FILES}/{name}": FromStep(run, f"{work}/{name}") for name in case.expected_files},
    }
    programs = {name: HostFile(path) for name, path in judge.files.items()}
    return Step(
        name=judge_name(case),
        role=Role.JUDGE,
        root=grader.root,
        argv=(*judge.command, INPUT, OUTPUT, EXPECTED),
        env=environment(grader.root, {"PYTHONDONTWRITEBYTECODE": "1"}),
        cwd=JUDGE,
        scratch=(JUDGE, TEMPORARY),
        files=(
            *(FileIn(path=f"{JUDGE}/{name}", content=content) for name, content in inputs.items()),
            *(FileIn(path=f"{JUDGE}/{name}", content=content, mode=EXECUTABLE) for name, content in programs.items()),
        ),
        limits=replace(Limits(), **judge.limits),
        needs=(run,),
        success=frozenset({ACCEPTED, REFUSED}),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a judge program said, or why it cannot be used."""

    fraction: Fraction = Fraction(0)
    message: str = ""  # for the student
    fault: str = ""  # for the author; then there is no verdict


def answer(result: StepResult) -> Answer:
    if result.ending.kind is not EndingKind.EXITED or result.ending.exit_code not in (ACCEPTED, REFUSED):
        wrote = tail(result.stderr)
        return Answer(fault=f"it {result.ending}" + (f" and wrote:\n{wrote}" if wrote else ""))
    decided = Fraction(result.ending.exit_code == ACCEPTED)
    said = result.stdout.strip()
    if not said.startswith(b"{"):
        return Answer(fraction=decided, message=visible(said)[:MAX_MESSAGE])
    try:
        return _from_document(loads(said), decided)
    except (NotJson, RefusedJson, ValueError) as error:
        return Answer(fault=f"its answer cannot be used: {error}")


def _from_document(document: dict[str, Any], decided: Fraction) -> Answer:
    if unknown := set(document) - ANSWER_KEYS:
        raise ValueError(f"The key {min(unknown)!r} is not known; fraction and message are.")
    fraction, message = document.get("fraction", decided), document.get("message", "")
    if isinstance(fraction, bool) or not isinstance(fraction, int | Fraction) or not 0 <= fraction <= 1:
        raise ValueError("The fraction must be a number from 0 to 1.")
    if not isinstance(message, str):
        raise ValueError("The message must be a text.")
    return Answer(fraction=Fraction(fraction), message=message[:MAX_MESSAGE])
