"""The one place where contract and sandbox meet. Read it aloud: plan, fill, run, read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial

from gradewright.errors import Cancelled, MissingError, SubmissionRejected
from gradewright.grading.enforcement import weak
from gradewright.grading.memory import Memory
from gradewright.grading.points import scale
from gradewright.grading.workspace import fill, with_secret
from gradewright.interfaces import Contract, Sandbox
from gradewright.model.course import Exercise
from gradewright.model.report import Outcome, Report, StepSummary
from gradewright.model.run import Ending, EndingKind, FinishedRun, FromStep, RunPlan, Slot, Step, StepResult
from gradewright.model.submission import Submission

STAFF_TEXT = 64 * 1024  # characters of a step's stdout and stderr that staff get to see


def _unwatched(step: Step) -> None:
    pass


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How a run is carried out, whatever it is that runs."""

    required: frozenset[str] = frozenset()  # limits that the kernel must enforce, else there is no grading
    watcher: Callable[[Step], None] = _unwatched  # hears of each step before it runs
    cancelled: Callable[[], bool] = _never
    memory: Memory = field(default_factory=Memory)  # of steps that are the same for every submission


def grade(
    exercise: Exercise,
    submission: Submission,
    contract: Contract,
    sandbox: Sandbox,
    slot: Slot,
    conduct: Conduct | None = None,
) -> Report:
    """Grade one submission in one slot.

    Without a `conduct` nothing is required, watched or remembered from other runs. Raises `SandboxError` if the sandbox
    failed and `Cancelled` if we were asked to stop: then there is no grade, and trying again may help; `MissingError`
    if a required limit cannot be enforced here.
    """
    try:
        plan = plan_for(exercise, submission, contract)
    except SubmissionRejected as rejection:
        return rejected(exercise, contract, rejection)
    return judge(exercise, contract, carry_out(plan, sandbox, slot, conduct))


def plan_for(exercise: Exercise, submission: Submission, contract: Contract) -> RunPlan:
    """What the contract plans, with a warm Python if the grader asks for one. Raises `SubmissionRejected`."""
    plan = contract.plan(exercise, submission)
    if exercise.grader.warm_python is None:
        return plan
    return RunPlan(steps=tuple(replace(step, warm_python=exercise.grader.warm_python) for step in plan.steps))


def rejected(exercise: Exercise, contract: Contract, rejection: SubmissionRejected) -> Report:
    """The report on a submission that cannot be graded as it was sent."""
    most = exercise.max_points or Fraction(0)
    return Report(outcome=Outcome.REJECTED, max_points=most, messages=(str(rejection),), separation=contract.separation)


def judge(exercise: Exercise, contract: Contract, run: FinishedRun) -> Report:
    """The report on a finished run, scaled to the points of the exercise."""
    report = scale(contract.read(exercise, run), exercise.max_points)
    steps = tuple(map(_summary, run.plan.steps, run.results))
    return replace(report, separation=contract.separation, steps=steps)


def carry_out(plan: RunPlan, sandbox: Sandbox, slot: Slot, conduct: Conduct | None = None) -> FinishedRun:
    """Run the steps of a plan, one at a time; a step whose needs did not succeed is skipped.

    In order, except that a step whose result another run is making for all comes after those that need not wait for it.
    """
    conduct = conduct or Conduct()
    results: dict[str, StepResult] = {}
    succeeded: set[str] = set()
    left = list(plan.steps)
    while left:
        step = _next(left, conduct.memory)
        left.remove(step)
        missing = [need for need in step.needs if need not in succeeded]
        if missing:
            ending = Ending(kind=EndingKind.SKIPPED, detail=f"{missing[0]} did not succeed")
            results[step.name] = StepResult(step=step.name, ending=ending)
            continue
        if conduct.cancelled():
            raise _stopped()
        conduct.watcher(step)
        result = conduct.memory.result(step, partial(_run, step, slot, results, sandbox, conduct))
        results[step.name] = result
        if result.succeeded(step.success):
            succeeded.add(step.name)
    return FinishedRun(plan=plan, results=tuple(results[step.name] for step in plan.steps))


def _next(left: Sequence[Step], memory: Memory) -> Step:
    """The first step that waits for no other run; if there is none, the first of all."""
    waiting: set[str] = set()
    for step in left:
        if not memory.is_making(step) and waiting.isdisjoint(_before(step)):
            return step
        waiting.add(step.name)
    return left[0]


def _before(step: Step) -> set[str]:
    """The steps that must be over before this one begins."""
    contents = (step.stdin, *(tree.source for tree in step.trees), *(file.content for file in step.files))
    return {*step.needs, *(content.step for content in contents if isinstance(content, FromStep))}


def _run(step: Step, slot: Slot, results: Mapping[str, StepResult], sandbox: Sandbox, conduct: Conduct) -> StepResult:
    result = sandbox.run(with_secret(step), fill(step, slot, results, conduct.cancelled))
    if result.ending.kind is EndingKind.CANCELLED:
        raise _stopped()
    _insist(result, conduct.required)
    return result


def _stopped() -> Cancelled:
    return Cancelled("Grading was stopped.", remedy="Nothing is lost: grade it again.")


def _insist(result: StepResult, required: frozenset[str]) -> None:
    if missing := sorted(required & set(weak(result.enforcement))):
        raise MissingError(
            f"The settings require {', '.join(missing)} to be enforced, "
            f"which the {result.sandbox} sandbox cannot do here.",
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
        stdout=_text(result.stdout),
        stderr=_text(result.stderr),
    )


def _text(data: bytes) -> str:
    """Without NUL, which neither every database nor every terminal takes."""
    return data.replace(b"\0", b"").decode(errors="replace")[:STAFF_TEXT]
