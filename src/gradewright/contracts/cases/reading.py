"""From a finished run to the report. Everything is compared here, outside of every sandbox, and nothing raises."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from gradewright.contracts.cases.comparers.lines import stripped_lines
from gradewright.contracts.cases.endings import explained
from gradewright.contracts.cases.finding import Finding, Trial, find, is_students, unstartable
from gradewright.contracts.cases.judging import judge_name
from gradewright.contracts.cases.planning import COMPILE, case_step
from gradewright.contracts.cases.showing import as_lines, diff, shortened
from gradewright.model.report import Feedback, Outcome, Report, TestResult
from gradewright.model.run import EndingKind, FinishedRun, Step, StepResult

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradewright.contracts.cases.records import Case, Settings

COMPILER_BYTES = 16 * 1024
DIFFED: Mapping[str, Callable[[bytes], Sequence[bytes]]] = {  # way of comparing: the lines of which a diff is shown
    "exact": as_lines,
    "lines": stripped_lines,
    "tokens": stripped_lines,
    "numbers": stripped_lines,
}


def read_run(settings: Settings, run: FinishedRun) -> Report:
    steps = {step.name: step for step in run.plan.steps}
    if not settings.compile:
        return _tried(settings, run, steps)
    step, result = steps[COMPILE], run.result(COMPILE)
    if result.succeeded():
        return _tried(settings, run, steps, body=_joined("The compiler says:", _compiler_said(result)))
    if result.ending.kind is EndingKind.NOT_STARTED and not is_students(step, result, settings.support):
        return _report(settings, faults=[unstartable(step, result)])
    return _report(settings, list(map(_uncompiled, settings.cases)), body=_why_uncompiled(step, result))


def _tried(settings: Settings, run: FinishedRun, steps: Mapping[str, Step], body: str = "") -> Report:
    trials = [_trial(case, settings, run, steps) for case in settings.cases]
    findings = [find(trial) for trial in trials]
    faults = [
        f"Case {trial.case.name}: {finding.fault}"
        for trial, finding in zip(trials, findings, strict=True)
        if finding.fault
    ]
    return _report(settings, list(map(_test, trials, findings)), body=body, faults=faults)


def _trial(case: Case, settings: Settings, run: FinishedRun, steps: Mapping[str, Step]) -> Trial:
    name = case_step(case)
    return Trial(
        case=case,
        step=steps[name],
        result=run.result(name),
        judged=run.result(judge_name(case)) if case.judge else None,
        support=settings.support,
    )


def _report(
    settings: Settings, tests: Sequence[TestResult] = (), *, body: str = "", faults: Sequence[str] = ()
) -> Report:
    """With faults of the author there is no grade, whatever the other cases gave."""
    return Report(
        outcome=Outcome.GRADER_BROKEN if faults else Outcome.GRADED,
        points=Fraction(0) if faults else sum((test.points for test in tests), Fraction(0)),
        max_points=settings.max_points,
        tests=tuple(tests),
        feedback=Feedback(body=body),
        messages=tuple(faults),
    )


def _test(trial: Trial, finding: Finding) -> TestResult:
    case, result = trial.case, trial.result
    expected, actual = finding.compared or (case.expected or b"", result.stdout)
    as_lines_of = DIFFED.get(case.method)
    return TestResult(
        name=case.name,
        group=case.group,
        visibility=case.seen_by,
        passed=None if finding.fault else finding.fraction == 1,
        points=case.points * finding.fraction,
        max_points=case.points,
        verdict=finding.verdict,
        message=finding.message,
        expected=shortened(expected),
        actual=shortened(actual),
        diff=diff(as_lines_of(expected), as_lines_of(actual)) if finding.compared and as_lines_of else "",
        hint=case.hint,
        usage=result.usage,
    )


def _uncompiled(case: Case) -> TestResult:
    return TestResult(
        name=case.name,
        group=case.group,
        visibility=case.seen_by,
        passed=False,
        max_points=case.points,
        verdict="compile-error",
    )


def _why_uncompiled(step: Step, result: StepResult) -> str:
    if result.ending.kind is not EndingKind.EXITED:
        return "\n\n".join(filter(None, [explained(step, result, subject="The compiler"), _compiler_said(result)]))
    said = _joined("Your submission does not compile. The compiler says:", _compiler_said(result))
    return said or f"Your submission does not compile: the compiler ends with exit code {result.ending.exit_code}."


def _compiler_said(result: StepResult) -> str:
    return shortened((result.stderr + result.stdout).strip(), COMPILER_BYTES)


def _joined(heading: str, text: str) -> str:
    return f"{heading}\n\n{text}" if text else ""
