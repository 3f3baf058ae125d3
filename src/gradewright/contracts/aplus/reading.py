"""A finished run becomes a report (A+ spec 3.2, 4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from gradewright.contracts.aplus.endings import oddity, why_pointless, why_silent
from gradewright.contracts.aplus.planning import LOGS
from gradewright.contracts.untrusted_json import NotJson, RefusedJson, loads
from gradewright.model.report import Feedback, Outcome, Report
from gradewright.model.run import FileState, FinishedRun, Step, StepResult

if TYPE_CHECKING:
    from gradewright.model.course import Exercise

DEFAULT_MAX_POINTS = "1"
NOT_AN_ERROR = frozenset({"", "no", "false"})
SHOWN_LOG = 4000  # characters of a log in a note to staff
TOO_LARGE = (
    '<div class="alert alert-danger">The feedback was too large to be shown. '
    "The points are right all the same; ask the course staff if you need the feedback.</div>"
)
ONE_USER = (
    "Here the grader and the submission ran as the same user, so the submission could read the secret with which "
    "results are posted. Run as root, or with an engine, to part them."
)


def read(exercise: Exercise, run: FinishedRun) -> Report:
    """The result that was posted, on the container's own scale; what posts nothing, or nonsense, is broken."""
    step, result = run.plan.steps[0], run.results[0]
    posted = next((post.fields for post in result.posts if not post.refused), None)
    notes = _notes(result)
    if posted is None:
        return Report(
            outcome=Outcome.GRADER_BROKEN,
            messages=(*why_silent(result, step.limits), *_refusals(result)),
            staff_notes=(*notes, *_logs(result)),
        )
    return _posted(posted, step, result, (*notes, *_refusals(result)))


def _posted(fields: Mapping[str, str], step: Step, result: StepResult, notes: tuple[str, ...]) -> Report:
    points = Fraction(fields.get("points", "0"))
    max_points = Fraction(fields.get("max_points", DEFAULT_MAX_POINTS))
    data, complaints, data_notes = _grading_data(fields.get("grading_data", ""))
    messages = tuple(_errors(fields, points, max_points))
    if not points and not max_points and not _feedback(fields).strip():
        messages += why_pointless(complaints)
    odd = oddity(result, step.limits)
    return Report(
        outcome=Outcome.GRADER_BROKEN if messages else Outcome.GRADED,
        points=points,
        max_points=max_points,
        feedback=Feedback(body=_feedback(fields), html=True),
        messages=messages,
        staff_notes=(*data_notes, *_own_notes(fields), *notes, *((odd,) if odd else ())),
        grading_data=data,
    )


def _errors(fields: Mapping[str, str], points: Fraction, max_points: Fraction) -> list[str]:
    errors = []
    if fields.get("error", "").strip().lower() not in NOT_AN_ERROR:
        errors.append("The grader says that it failed on this submission. Its log tells why; the points do not count.")
    if points > max_points:
        errors.append(f"The grader gave {points} points of {max_points}. Correct max_points, or the points.")
    return errors


def _feedback(fields: Mapping[str, str]) -> str:
    if fields.get("feedback_size_error", "").strip().lower() == "true":
        return TOO_LARGE
    return _without_nul(fields.get("feedback", ""))


def _grading_data(text: str) -> tuple[str, str, tuple[str, ...]]:
    """The JSON text for the front end, the log of the grader's script in it, and what staff should know of both."""
    if not text.strip():
        return "", "", ()
    try:
        document = loads(text.encode())
    except (NotJson, RefusedJson) as reason:
        return "", "", (f"The grader's grading_data was left out: {reason}",)
    errors = str(document.get("errors") or "") if isinstance(document, dict) else ""
    return text, errors, (f"The grader's script complained: {_cut(errors)}",) if errors else ()


def _own_notes(fields: Mapping[str, str]) -> tuple[str, ...]:
    """What our own `grade` has to say to staff."""
    return tuple(_without_nul(fields.get("staff_notes", ""))[:SHOWN_LOG].splitlines())


def _notes(result: StepResult) -> tuple[str, ...]:
    return (ONE_USER,) if result.enforcement.get("users") == "one" else ()


def _refusals(result: StepResult) -> tuple[str, ...]:
    return tuple(
        f"A post to the container's mailbox was refused: {post.refused}" for post in result.posts if post.refused
    )


def _logs(result: StepResult) -> tuple[str, ...]:
    found = [result.output(path) for path in LOGS]
    return tuple(
        f"{file.path}: {_cut(file.data.decode(errors='replace'))}"
        for file in found
        if file.state is FileState.OK and file.data.strip()
    )


def _cut(text: str) -> str:
    """The end of a text, which tells most."""
    text = _without_nul(text).strip()
    return text if len(text) <= SHOWN_LOG else f"[...]{text[-SHOWN_LOG:]}"


def _without_nul(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
