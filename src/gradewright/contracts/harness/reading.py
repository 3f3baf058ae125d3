"""A finished run becomes a report (queues 1.4, the table of outcomes)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from gradewright.contracts.harness.feedback import as_posted, cut, log_text
from gradewright.contracts.harness.makefile import Makefile, read_database
from gradewright.contracts.harness.planning import (
    COMPILE_FAILED,
    COMPILE_LOG,
    GRADE,
    LOG_BYTES,
    MAKEFILE,
    NO_MAKE,
    REFUSE,
    RUN_FAILED,
    RUN_LOG,
    TESTS_LOG,
)
from gradewright.contracts.harness.tests_log import Line, final_score, read_tests_log
from gradewright.model.report import Feedback, Outcome, Report, TestResult
from gradewright.model.run import EndingKind, FileState, FinishedRun, OutputFile, StepResult

if TYPE_CHECKING:
    from gradewright.contracts.harness.records import HarnessSettings

NO_POINTS = "No test gave any points."
TOO_LARGE = "A file was too large to be graded: raise max-filesize in config if it should count."
NOT_TEXT = "A file was no text in UTF-8 and not graded: say encoding = any in config if it should count."
INSTALL_MAKE = "There is no make where the part runs: install it, or use an image that has it."
NO_TARGET = "The part's Makefile has no target {target!r}: add it, or name another with {key} in config."
FIRST_TARGET = "The part's Makefile has no target {target!r}, so its first one, {first!r}, is used instead."
LARGEST_SHOWN = Fraction(10) ** 15  # points of one test in a report; scores beyond it are exact only in the sum
UNREAD = {
    FileState.MISSING: "The Makefile's {run} target ended well but wrote no out/tests.log.",
    FileState.TOO_LARGE: "out/tests.log has more than {limit} bytes, so it was not read.",
    FileState.UNREADABLE: "out/tests.log cannot be read.",
    **dict.fromkeys(
        (FileState.NOT_A_FILE, FileState.LINK, FileState.DIRECTORY),
        "out/tests.log is not a regular file, so it was not read.",
    ),
}


class Status(StrEnum):
    """What became of a submission, in the words of the harness (queues 1.7)."""

    GRADED = "graded"
    COMPILE_ERROR = "compile_error"
    RUN_ERROR = "run_error"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    ERROR = "error"  # not graded, through no fault of the student


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """The verdict on one submission. Whether there is a score depends on the status alone."""

    status: Status
    score: Fraction = Fraction(0)
    raw: Fraction = Fraction(0)  # before multiplying, rounding and the limits
    feedback: str = ""
    html: bool = False  # the feedback is the author's HTML
    tests: tuple[TestResult, ...] = ()
    messages: tuple[str, ...] = ()  # why it is not graded
    notes: tuple[str, ...] = ()  # for staff


def read_run(settings: HarnessSettings, run: FinishedRun) -> Report:
    """The report, worth at most the part's maximum score."""
    grading = judge(settings, run)
    body = as_posted(grading.feedback, html=grading.html) if settings.html else grading.feedback
    return Report(
        outcome=Outcome.GRADER_BROKEN if grading.status is Status.ERROR else Outcome.GRADED,
        points=grading.score,
        max_points=settings.maximum,
        tests=grading.tests,
        feedback=Feedback(body=body, html=settings.html and bool(body)),
        messages=grading.messages,
        staff_notes=grading.notes,
    )


def judge(settings: HarnessSettings, run: FinishedRun) -> Grading:
    """The verdict of a run, with feedback as plain text where the part does not say that it is HTML."""
    if run.plan.steps[0].name == REFUSE:
        return _refused(settings, run.result(REFUSE))
    if fault := _fault_of_makefile(settings, run.result(MAKEFILE)):
        return Grading(status=Status.ERROR, messages=(fault,))
    grading = _tried(settings, _Attempt(run.result(GRADE), run.plan.steps[1].cwd))
    return replace(grading, notes=(*_notes(settings, run.result(MAKEFILE)), *grading.notes))


@dataclass(frozen=True, slots=True)
class _Attempt:
    """The step that ran both targets, and where its logs are."""

    result: StepResult
    home: str

    def log(self, name: str) -> OutputFile:
        return self.result.output(f"{self.home}/out/{name}")


def _refused(settings: HarnessSettings, result: StepResult) -> Grading:
    """No points, without a try: the step printed why and a number."""
    why, _, number = result.stdout.decode(errors="replace").strip().partition(" ")
    if why == "size":
        limit = settings.max_filesize
        text = f"{settings.filename} has {number} bytes; at most {limit} ({limit / 1024:g} KiB) are accepted."
        return _zero(Status.TOO_LARGE, "submission", "too-large", text, notes=(TOO_LARGE,))
    text = f"{settings.filename} is not a text in UTF-8: byte {number} is wrong. Save it as UTF-8."
    return _zero(Status.GRADED, "submission", "not-text", text, notes=(NOT_TEXT,))


def _fault_of_makefile(settings: HarnessSettings, result: StepResult) -> str:
    """Why the part cannot be graded at all; empty if its Makefile is in order."""
    if result.ending.exit_code == NO_MAKE:
        return INSTALL_MAKE
    if not result.succeeded():
        said = log_text(result.stderr, 2000) or str(result.ending)
        return f"make cannot read the part's Makefile: {said}"
    makefile = _makefile(result.stdout)
    if not makefile.defines(settings.run_target):
        return NO_TARGET.format(target=settings.run_target, key="run-target")
    if not makefile.default_goal:
        return NO_TARGET.format(target=settings.compile_target, key="compile-target")
    return ""


@lru_cache(maxsize=16)  # it comes back with every submission of a part
def _makefile(database: bytes) -> Makefile:
    return read_database(database.decode(errors="replace"))


def _notes(settings: HarnessSettings, result: StepResult) -> tuple[str, ...]:
    makefile = _makefile(result.stdout)
    if makefile.defines(settings.compile_target):
        return ()
    return (FIRST_TARGET.format(target=settings.compile_target, first=makefile.default_goal),)


def _tried(settings: HarnessSettings, attempt: _Attempt) -> Grading:
    ending = attempt.result.ending
    running = attempt.log(RUN_LOG).state is not FileState.MISSING
    match ending.kind, ending.exit_code:
        case EndingKind.EXITED, 0:
            return _scored(settings, attempt.log(TESTS_LOG))
        case EndingKind.EXITED, code if code not in (COMPILE_FAILED, RUN_FAILED) and code is not None:
            return Grading(status=Status.ERROR, messages=(f"The part could not be run: {ending}.",))
        case EndingKind.EXITED, code:
            return _failed(settings, attempt, running=code == RUN_FAILED)
        case EndingKind.WALL_TIME, _:
            return _timed_out(settings, running=running)
        case EndingKind.NOT_STARTED, _:
            return Grading(status=Status.ERROR, messages=(f"The part could not be run: {ending}.",))
    return _failed(settings, attempt, running=running)


def _failed(settings: HarnessSettings, attempt: _Attempt, *, running: bool) -> Grading:
    ending = attempt.result.ending
    text = "The tests could not be run." if running else "The submission could not be compiled."
    if ending.kind is not EndingKind.EXITED:
        text += f" It {ending.detail or f'was {ending}'}."
    log = attempt.log(RUN_LOG if running else COMPILE_LOG)
    if log.state is FileState.TOO_LARGE:
        text += f" What was printed has more than {LOG_BYTES} bytes and is not shown."
    if said := log_text(log.data, settings.max_feedback):
        text += f"\n\n{said}"
    usual = "run-error" if running else "compile-error"
    verdict = usual if ending.kind in (EndingKind.EXITED, EndingKind.SIGNALLED) else ending.kind.value
    status = Status.RUN_ERROR if running else Status.COMPILE_ERROR
    return _zero(status, "run" if running else "compile", verdict, text)


def _timed_out(settings: HarnessSettings, *, running: bool) -> Grading:
    limit = f"{settings.time_limit:g} seconds that compiling and testing may take together"
    text = f"The tests were still running after the {limit}."
    if not running:
        text = f"The submission was still being compiled after the {limit}."
    return _zero(Status.TIMEOUT, "run" if running else "compile", "wall-time", text)


def _zero(status: Status, name: str, verdict: str, text: str, *, notes: tuple[str, ...] = ()) -> Grading:
    test = TestResult(name=name, passed=False, verdict=verdict)
    return Grading(status=status, feedback=f"{text}\n", tests=(test,), notes=notes)


def _scored(settings: HarnessSettings, file: OutputFile) -> Grading:
    if file.state is not FileState.OK:
        why = UNREAD[file.state].format(run=settings.run_target, limit=settings.output_limit)
        return Grading(status=Status.ERROR, messages=(why,))
    log = read_tests_log(file.data, strict=settings.strict_log)
    if log.error:
        return Grading(status=Status.ERROR, messages=(f"out/tests.log cannot be scored. {log.error}",))
    score = final_score(log.raw, multiplier=settings.multiplier, minimum=settings.minimum, maximum=settings.maximum)
    feedback, html = cut(log.feedback.encode(), settings.max_feedback).decode(errors="replace"), settings.html
    if score == 0 and not settings.zero_feedback_kept:
        feedback, html = f"{NO_POINTS}\n", False
    return Grading(
        status=Status.GRADED,
        score=score,
        raw=log.raw,
        feedback=feedback,
        html=html,
        tests=tuple(_test(line, settings.multiplier, html=settings.html) for line in log.lines),
        notes=tuple(f"out/tests.log: {problem}, and was passed over." for problem in log.skipped),
    )


def _test(line: Line, multiplier: Fraction, *, html: bool) -> TestResult:
    """The log does not say how many points a test could give, so what it gave counts as all."""
    points = min(max(line.score, -LARGEST_SHOWN), LARGEST_SHOWN) * multiplier
    return TestResult(
        name=f"test {line.number}",
        passed=points > 0,
        points=points,
        max_points=max(points, Fraction(0)),
        verdict="scored" if points > 0 else "no-points",
        message="" if html else line.feedback,
    )
