"""A finished run becomes a report (coursera 4.3, 4.4)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from gradewright.contracts.coursera import settings as settings_of
from gradewright.contracts.coursera.ending import complaints
from gradewright.contracts.coursera.plan import FEEDBACK, RICH_FEEDBACK, STEP, takes_arguments
from gradewright.contracts.coursera.settings import Generation
from gradewright.contracts.coursera.verdict import EXAMPLE, Verdict, judge
from gradewright.model.report import Feedback, Outcome, Report
from gradewright.model.run import EndingKind, FileState, FinishedRun, ImageRoot, OutputFile, StepResult

if TYPE_CHECKING:
    from gradewright.model.course import Exercise

FULL_SCORE = Fraction(1)
UNREAD = {
    FileState.NOT_A_FILE: "{path} is not a regular file, so it was not read. The grader must write it, not link to it.",
    FileState.TOO_LARGE: "{path} is larger than 1 MiB, so it was not read. Shorten it.",
    FileState.UNREADABLE: "{path} could not be read. Leave it readable.",
}


def read(exercise: Exercise, run: FinishedRun) -> Report:
    """The verdict, worth at most one point. A grader that broke the contract never costs the student a point."""
    step, result = run.plan.steps[0], run.result(STEP)
    generation = settings_of.of(exercise.grader).generation
    broken = complaints(step, result)
    if result.ending.kind is not EndingKind.EXITED:
        return _broken(broken)
    verdict = _verdict(generation, result)
    feedback = Feedback(body=verdict.feedback)
    if verdict.feedback_type is not None and generation is not Generation.V1:
        verdict, feedback = _with_rich_feedback(verdict, result)
    notes = verdict.notes + _lost_arguments(exercise)
    if broken or verdict.errors:
        return _broken(broken + verdict.errors, notes)
    return Report(
        outcome=Outcome.GRADED,
        points=verdict.score,
        max_points=FULL_SCORE,
        feedback=feedback,
        staff_notes=notes,
    )


def _broken(messages: tuple[str, ...], notes: tuple[str, ...] = ()) -> Report:
    return Report(
        outcome=Outcome.GRADER_BROKEN,
        max_points=FULL_SCORE,
        messages=messages,
        staff_notes=notes,
    )


def _verdict(generation: Generation, result: StepResult) -> Verdict:
    file = result.output(FEEDBACK)
    if file.state in UNREAD:
        return Verdict(errors=(UNREAD[file.state].format(path=FEEDBACK),))
    if file.state is FileState.OK and generation is not Generation.V1:
        return judge(file.data, FEEDBACK)
    if generation is Generation.V2:
        return Verdict(errors=(f"The grader left no {FEEDBACK}.", _where_it_may_be(result)))
    verdict = judge(result.stdout, "stdout")
    if generation is Generation.AUTO and not verdict.is_object:
        return replace(verdict, errors=(*verdict.errors, f"There is no {FEEDBACK} either."))
    return verdict


def _where_it_may_be(result: StepResult) -> str:
    if not judge(result.stdout, "stdout").errors:
        return (
            "It printed its verdict on stdout, as graders of the first generation do: "
            'write it to that file, or grade with --contract v1 (generation = "v1" in grader.toml).'
        )
    return f"Write the verdict there as one JSON object such as {EXAMPLE}; what is printed is only a log."


def _with_rich_feedback(verdict: Verdict, result: StepResult) -> tuple[Verdict, Feedback]:
    """With a feedbackType, students see the file and not the field."""
    kind = verdict.feedback_type
    if kind not in tuple(RICH_FEEDBACK):  # a tuple, for it may be of any type
        error = f"Field 'feedbackType' must be {' or '.join(RICH_FEEDBACK)}, or absent."
        return replace(verdict, errors=(*verdict.errors, error)), Feedback()
    file = result.output(RICH_FEEDBACK[kind])
    if error := _unusable(file, kind):
        return replace(verdict, errors=(*verdict.errors, error)), Feedback()
    return verdict, Feedback(body=file.data.decode(errors="replace"), html=kind == "HTML")


def _unusable(file: OutputFile, kind: str) -> str:
    if file.state is FileState.MISSING:
        return (
            f"Field 'feedbackType' is {kind}, but the grader left no {file.path}. "
            "Write that file, or leave feedbackType out."
        )
    return UNREAD[file.state].format(path=file.path) if file.state in UNREAD else ""


def _lost_arguments(exercise: Exercise) -> tuple[str, ...]:
    root, settings = exercise.grader.root, settings_of.of(exercise.grader)
    if not exercise.arguments or settings.command or not isinstance(root, ImageRoot) or takes_arguments(root.image):
        return ()
    return (
        "The ENTRYPOINT is in shell form, so the arguments never reach the grader. "
        'Write it as a list: ENTRYPOINT ["/grader/grade"].',
    )
