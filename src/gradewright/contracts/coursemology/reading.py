"""From a finished run to the report. Results meet test cases by identifier; nothing raises (coursemology 2.7, 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gradewright.contracts.coursemology.collecting import Collected, Stage, collect
from gradewright.contracts.coursemology.discovery import discover
from gradewright.contracts.coursemology.endings import TIME_OR_MEMORY, explained, original_exit_code, verdict
from gradewright.contracts.coursemology.makefile import TYPES
from gradewright.contracts.coursemology.records import CoursemologySettings, TestCase, TestType
from gradewright.contracts.coursemology.scoring import Score, hinted, is_correct, score
from gradewright.contracts.report_readers import ReportedCase
from gradewright.model.problem import Severity
from gradewright.model.report import Feedback, Outcome, Report, TestResult, Visibility
from gradewright.model.run import EndingKind, FinishedRun, StepResult

VERDICTS = {"passed": "passed", "failed": "test-failed", "error": "test-error", "skipped": "test-skipped"}
TIMED_OUT = "TimeoutError"  # begins the message of a test case that took longer than its own limit
NOT_EVALUATED = (
    "The tests could not be run on your submission. It may have a syntax error, or use something that is not there."
)
NO_REPORT = (
    "The tests ended without any result. Your program may have crashed, have a syntax error, or use something that is "
    "not there."
)
ENDED_EARLY = "Your program ended before this test had a result. What is tested must not end the whole process."
SHOWN_OUTPUT = 4000  # characters of what a failing step printed
LOG_LINES = 15  # of it, for staff
LISTED = 5


def read_run(settings: CoursemologySettings, run: FinishedRun) -> Report:
    discovery = discover(settings.package, run)
    errors = [str(problem) for problem in discovery.problems if problem.severity is Severity.ERROR]
    if errors:
        maximum = Fraction(1) if settings.maximum_grade is None else settings.maximum_grade
        return Report(outcome=Outcome.GRADER_BROKEN, max_points=maximum, messages=tuple(errors))
    collected = collect(run, settings.package.makefile.tests)
    found = collected.by_identifier()
    joined = {case: _finding(case, found.get(case.identifier, ()), collected) for case in discovery.cases}
    passed = {case: finding.passed for case, finding in joined.items()}
    earned, hint = score(settings, passed), hinted(passed)
    tests = tuple(_test(settings, case, finding, earned, hint) for case, finding in joined.items())
    warnings = [str(problem) for problem in discovery.problems if problem.severity is Severity.WARNING]
    return Report(
        outcome=Outcome.GRADED,
        points=earned.points,
        max_points=earned.maximum,
        tests=tests,
        feedback=Feedback(body="\n\n".join(_feedback(settings, collected, joined, hint))),
        staff_notes=(*warnings, *_notes(joined, collected)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """What became of one test case."""

    passed: bool
    verdict: str
    message: str = ""  # for the student, on a test case without a result
    shown: str = ""  # what the original shows as output
    hint: str = ""
    note: str = ""  # for staff


def _finding(case: TestCase, found: Sequence[ReportedCase], collected: Collected) -> _Finding:
    if not found:
        return _missing(collected.stopped_at or collected.tests[case.target], collected)
    worst = next((each for each in found if each.status != "passed"), found[0])
    return _Finding(
        passed=worst.status == "passed",
        verdict=_verdict(worst),
        shown=worst.output or worst.message,
        hint=worst.hint,
        note=_contradiction(case, found),
    )


def _verdict(case: ReportedCase) -> str:
    return "wall-time" if case.message.startswith(TIMED_OUT) else VERDICTS[case.status]


def _contradiction(case: TestCase, found: Sequence[ReportedCase]) -> str:
    """One result is what every honest run has: two are a sign of a report that the submission wrote."""
    if len(found) == 1:
        return ""
    if len({each.status for each in found}) == 1:
        return f"{case.identifier} is reported {len(found)} times; it counts once."
    return f"{case.identifier} is reported {len(found)} times with different results, so it counts as failed."


def _missing(stage: Stage, collected: Collected) -> _Finding:
    subject = "The tests" if stage.target in collected.tests else f"make {stage.target}"
    why = explained(stage.step, stage.result, subject)
    if stage is collected.compile and stage.result.ending.kind is EndingKind.EXITED:
        return _Finding(passed=False, verdict="compile-error", message=NOT_EVALUATED)
    if not why:
        why = NO_REPORT if not stage.ended_well and not stage.cases else ENDED_EARLY
    return _Finding(passed=False, verdict=verdict(stage.result), message=why)


def _test(
    settings: CoursemologySettings, case: TestCase, finding: _Finding, earned: Score, hint: TestCase | None
) -> TestResult:
    counts, visibility = settings.counts(case.type), _visibility(settings, case.type)
    later = _visibility(settings, case.type, published=True)
    asked = f"What is tested: {case.expression}" if case.expression else ""
    return TestResult(
        name=case.name,
        group=case.type,
        visibility=visibility,
        when_published=later if later is not visibility else None,
        passed=finding.passed,
        points=earned.each if counts and finding.passed else Fraction(0),
        max_points=earned.each if counts else Fraction(0),
        verdict=finding.verdict,
        message="\n".join(filter(None, [asked, finding.message])),
        expected=case.expected,
        actual=finding.shown,
        hint=(finding.hint or case.hint) if case is hint and visibility is not Visibility.HIDDEN else "",
    )


def _visibility(settings: CoursemologySettings, type: TestType, *, published: bool = False) -> Visibility:
    """What the student sees of a test case, now or once grades are published (coursemology 3.6)."""
    if type is TestType.PUBLIC:
        return Visibility.EVERYBODY if settings.show_public_test_output else Visibility.QUESTION
    shown = settings.show_private if type is TestType.PRIVATE else settings.show_evaluation
    return Visibility.QUESTION if shown and (published or settings.published) else Visibility.HIDDEN


def _feedback(
    settings: CoursemologySettings, collected: Collected, joined: Mapping[TestCase, _Finding], hint: TestCase | None
) -> Iterator[str]:
    """A hint of a private test reaches the student although the test does not (coursemology 3.6)."""
    if stopped := collected.stopped_at:
        yield explained(stopped.step, stopped.result, f"make {stopped.target}") or NOT_EVALUATED
    if hint and _visibility(settings, hint.type) is Visibility.HIDDEN and (text := joined[hint].hint or hint.hint):
        yield f"Hint: {text}"
    if settings.show_output and original_exit_code(*_codes(collected)):
        for stage in collected.stages:
            if not stage.ended_well and (said := _printed(stage)):
                yield f"make {stage.target} printed:\n{said[-SHOWN_OUTPUT:]}"


def _printed(stage: Stage) -> str:
    return (stage.result.stdout + stage.result.stderr).replace(b"\0", b"").decode(errors="replace").strip()


def _notes(joined: Mapping[TestCase, _Finding], collected: Collected) -> Iterator[str]:
    yield from (finding.note for finding in joined.values() if finding.note)
    known = {case.identifier for case in joined}
    unknown = sorted({each.identifier for each in collected.reported} - known)
    if unknown:
        more = f" and {len(unknown) - LISTED} more" if len(unknown) > LISTED else ""
        yield f"Unknown test cases are reported and do not count: {', '.join(unknown[:LISTED])}{more}."
    for stage in collected.stages:
        yield from (f"make {stage.target}: {text}" for text in _trouble(stage))
    if joined and is_correct({case: finding.passed for case, finding in joined.items()}):
        yield "Correct as Coursemology means it: every public and private test passed."
    if code := original_exit_code(*_codes(collected)):
        yield f"Coursemology's evaluator would exit with code {code}."


def _trouble(stage: Stage) -> Iterator[str]:
    if stage.trouble:
        yield stage.trouble
    if stage.report:
        yield from stage.report.problems
        if stage.result.ending.kind in TIME_OR_MEMORY:
            yield "it was stopped at a limit; what it had reported until then counts."
        elif not stage.ended_well and stage.cases and all(each.status == "passed" for each in stage.cases):
            yield "it failed although its report says that every test passed. The submission may have written it."
    elif not stage.ended_well and stage.result.ending.kind is not EndingKind.SKIPPED:
        lines = _printed(stage).splitlines()[-LOG_LINES:]
        yield "\n".join([f"it {stage.result.ending}.", *lines])


def _codes(collected: Collected) -> tuple[list[StepResult], frozenset[str]]:
    separate = frozenset(stage.step.name for target, stage in collected.tests.items() if target in TYPES)
    return [stage.result for stage in collected.stages], separate
