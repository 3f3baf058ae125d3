"""The one place where contract and sandbox meet. Read it aloud: plan, fill, run, read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from gradewright.errors import SandboxError, SubmissionRejected
from gradewright.grading.points import scale
from gradewright.grading.workspace import fill
from gradewright.interfaces import Contract, Sandbox
from gradewright.model.course import Exercise
from gradewright.model.report import Outcome, Report, StepSummary
from gradewright.model.run import Ending, EndingKind, FinishedRun, RunPlan, Slot, Step, StepResult
from gradewright.model.submission import Submission

ENFORCED = frozenset({"cgroup", "kernel"})  # words of `StepResult.enforcement` that mean: by the kernel, for the whole step
STAFF_TEXT = 64 * 1024  # characters of a step's stdout and stderr that staff get to see

Watcher = Callable[[Step], None]


def grade(
    exercise: Exercise,
    submission: Submission,
    contract: Contract,
    sandbox: Sandbox,
    slot: Slot,
    *,
    required: frozenset[str] = frozenset(),
    watcher: Watcher = lambda step: None,
) -> Report:
    """Grade one submission in one slot.

    `required` names the limits that must be enforced by the kernel, not merely watched; `watcher` hears of each step
    before it runs. Raises `SandboxError` if the sandbox failed: then there is no grade, and trying again may help.
    """
    try:
        plan = contract.plan(exercise, submission)
    except SubmissionRejected as rejection:
        return Report(outcome=Outcome.REJECTED, max_points=exercise.max_points or Fraction(0), messages=(str(rejection),))
    run = carry_out(plan, sandbox, slot, required=required, watcher=watcher)
    report = scale(contract.read(exercise, run), exercise.max_points)
    return replace(report, steps=tuple(map(_summary, plan.steps, run.results)))


def carry_out(
    plan: RunPlan, sandbox: Sandbox, slot: Slot, *, required: frozenset[str] = frozenset(), watcher: Watcher = lambda step: None
) -> FinishedRun:
    """Run the steps of a plan in order; a step whose needs did not succeed is skipped."""
    results: dict[str, StepResult] = {}
    succeeded: set[str] = set()
    for step in plan.steps:
        missing = [need for need in step.needs if need not in succeeded]
        if missing:
            ending = Ending(kind=EndingKind.SKIPPED, detail=f"{missing[0]} did not succeed")
            results[step.name] = StepResult(step=step.name, ending=ending)
            continue
        watcher(step)
        result = sandbox.run(step, fill(step, slot, results))
        _insist(result, required)
        results[step.name] = result
        if result.succeeded(step.success):
            succeeded.add(step.name)
    return FinishedRun(plan=plan, results=tuple(results.values()))


def _insist(result: StepResult, required: frozenset[str]) -> None:
    weak = sorted(limit for limit in required if result.enforcement.get(limit) not in ENFORCED)
    if weak:
        raise SandboxError(
            f"The settings require {', '.join(weak)} to be enforced, and the {result.sandbox} sandbox cannot do so here.",
            remedy="Run `gradewright doctor` to see what is missing, or take the limit out of `require`.",
        )


def _summary(step: Step, result: StepResult) -> StepSummary:
    return StepSummary(
        name=step.name,
        role=step.role,
        ending=result.ending,
        usage=result.usage,
        sandbox=result.sandbox,
        enforcement=result.enforcement,
        stdout=result.stdout.decode(errors="replace")[:STAFF_TEXT],
        stderr=result.stderr.decode(errors="replace")[:STAFF_TEXT],
    )
