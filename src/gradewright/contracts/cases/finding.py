"""What one case found out: a chain of questions, of which the first that has an answer decides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gradewright.contracts.cases.endings import explained, last_words, refused_processes
from gradewright.contracts.cases.judging import answer
from gradewright.contracts.cases.planning import WORK
from gradewright.model.run import EndingKind, FileState, Step, StepResult

if TYPE_CHECKING:
    from gradewright.contracts.cases.records import Case

FILE_TROUBLE = {  # what was found in place of an expected file: (verdict, what the program did)
    FileState.MISSING: ("missing-file", "did not write the file {name}. Look at its name, and where it is written to."),
    FileState.NOT_A_FILE: ("missing-file", "made {name} as something that is no plain file."),
    FileState.UNREADABLE: ("missing-file", "wrote the file {name} in a way that it cannot be read."),
    FileState.TOO_LARGE: ("wrong-file", "wrote a file {name} that is much larger than expected."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A case, its step, and what came out of it."""

    case: Case
    step: Step
    result: StepResult
    judged: StepResult | None = None  # if the case has a judge program
    support: Collection[str]  # names of the author's files that lay beside the student's


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    verdict: str
    message: str = ""  # for the student
    fraction: Fraction = Fraction(0)
    compared: tuple[bytes, bytes] | None = None  # what was expected and what came, where they differ
    fault: str = ""  # for the author; then the case is not judged


def find(trial: Trial) -> Finding:
    questions = (_not_started, _stopped, _exit_code, _unusable_file, _judge, _wrong_file, _wrong_output)
    answers = (question(trial) for question in questions)
    return next((finding for finding in answers if finding), Finding(verdict="passed", fraction=Fraction(1)))


def _not_started(trial: Trial) -> Finding | None:
    if trial.result.ending.kind is not EndingKind.NOT_STARTED:
        return None
    if is_students(trial.step, trial.result, trial.support):
        return Finding(verdict="not-started", message=explained(trial.step, trial.result))
    return Finding(verdict="not-started", fault=unstartable(trial.step, trial.result))


def is_students(step: Step, result: StepResult, support: Collection[str]) -> bool:
    """Whether what could not be started, or not even be laid out, came from the student, be it sent or compiled."""
    if f": {WORK}/" in result.ending.detail:
        return True
    named = step.argv[0]
    program = PurePosixPath(WORK, named)
    return "/" in named and program.is_relative_to(WORK) and str(program.relative_to(WORK)) not in support


def unstartable(step: Step, result: StepResult) -> str:
    """For the author, whose program could not be started."""
    return (
        f"{step.argv[0]} could not be started: {result.ending.detail}. Install it where the grader runs, or name an "
        "image that holds it."
    )


def _stopped(trial: Trial) -> Finding | None:
    kind = trial.result.ending.kind
    if kind is EndingKind.EXITED:
        return None
    sentences = [explained(trial.step, trial.result), refused_processes(trial.step, trial.result)]
    return Finding(verdict=kind.value, message=_joined(" ".join(filter(None, sentences)), last_words(trial.result)))


def _exit_code(trial: Trial) -> Finding | None:
    code, wanted = trial.result.ending.exit_code, trial.case.exit_codes
    if code in wanted:
        return None
    happened = "stopped at an error with" if wanted == {0} else "ended with"
    sentences = [
        f"Your program {happened} exit code {code}, but {_codes(wanted)} was expected.",
        refused_processes(trial.step, trial.result),
    ]
    return Finding(
        verdict="wrong-exit-code", message=_joined(" ".join(filter(None, sentences)), last_words(trial.result))
    )


def _codes(wanted: frozenset[int]) -> str:
    return " or ".join(map(str, sorted(wanted)))


def _unusable_file(trial: Trial) -> Finding | None:
    for name in trial.case.expected_files:
        state = trial.result.output(f"{WORK}/{name}").state
        if state is not FileState.OK:
            verdict, what = FILE_TROUBLE.get(state, FILE_TROUBLE[FileState.NOT_A_FILE])
            return Finding(verdict=verdict, message=f"Your program {what.format(name=name)}")
    return None


def _judge(trial: Trial) -> Finding | None:
    if trial.judged is None:
        return None
    said = answer(trial.judged)
    if said.fault:
        return Finding(verdict="judge-broken", fault=f"The judge program failed: {said.fault}")
    verdict = "passed" if said.fraction == 1 else "partly-right" if said.fraction else "wrong-output"
    return Finding(verdict=verdict, message=said.message, fraction=said.fraction)


def _wrong_file(trial: Trial) -> Finding | None:
    for name, expected in trial.case.expected_files.items():
        file = trial.result.output(f"{WORK}/{name}")
        if difference := trial.case.compare(expected, file.data):
            return Finding(
                verdict="wrong-file",
                message=f"In the file {name}: {difference}",
                compared=(expected, file.data),
            )
    return None


def _wrong_output(trial: Trial) -> Finding | None:
    expected, actual = trial.case.expected, trial.result.stdout
    if expected is None:
        return None
    difference = trial.case.compare(expected, actual)
    if not difference:
        return None
    return Finding(
        verdict="wrong-output",
        message=_joined(f"{difference}{_remark_on_encoding(actual)}", "" if actual else last_words(trial.result)),
        compared=(expected, actual),
    )


def _remark_on_encoding(actual: bytes) -> str:
    try:
        actual.decode()
    except UnicodeDecodeError:
        return " Your output is not valid UTF-8; what is not is shown like \\xff."
    return ""


def _joined(*paragraphs: str) -> str:
    return "\n".join(filter(None, paragraphs))
