"""The reports that one run of a package left, by the target that wrote each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gradewright.contracts.coursemology.planning import COMPILE, PREPARE, REPORT
from gradewright.contracts.report_readers import ReadReport, ReportedCase, read_report
from gradewright.model.run import EndingKind, FileState, FinishedRun, Step, StepResult

UNREAD = {
    FileState.NOT_A_FILE: "report.xml is not a regular file, so it was not read.",
    FileState.TOO_LARGE: "report.xml is too large to be read.",
    FileState.UNREADABLE: "report.xml could not be read.",
}

_remembered = lru_cache(maxsize=16)(read_report)  # of the author's own run, which comes back with every submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of a run and what came of it."""

    target: str
    step: Step
    result: StepResult
    report: ReadReport | None = None  # None: it left none, or an empty one
    trouble: str = ""  # why a report that is there was not read

    @property
    def cases(self) -> tuple[ReportedCase, ...]:
        return self.report.cases if self.report else ()

    @property
    def ended_well(self) -> bool:
        return self.result.succeeded(self.step.success)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A run of a package: two stages that all else needs, and one for each target that tests."""

    prepare: Stage
    compile: Stage
    tests: Mapping[str, Stage]

    @property
    def stopped_at(self) -> Stage | None:
        """The stage whose failure ended the run, if one did."""
        return next((stage for stage in (self.prepare, self.compile) if not stage.ended_well), None)

    @property
    def stages(self) -> tuple[Stage, ...]:
        return (self.prepare, self.compile, *self.tests.values())

    @property
    def has_report(self) -> bool:
        return any(stage.report for stage in self.tests.values())

    @property
    def reported(self) -> Iterator[ReportedCase]:
        for stage in self.tests.values():
            yield from stage.cases

    def by_identifier(self) -> Mapping[str, Sequence[ReportedCase]]:
        """What is reported of each test case, in order."""
        found: dict[str, list[ReportedCase]] = {}
        for case in self.reported:
            found.setdefault(case.identifier, []).append(case)
        return found


def collect(run: FinishedRun, targets: tuple[str, ...], prefix: str = "") -> Collected:
    """The stages whose steps' names begin with `prefix`; `prepare` may be shared with another run."""
    steps = {step.name: step for step in run.plan.steps}
    prepare = f"{prefix}{PREPARE}" if f"{prefix}{PREPARE}" in steps else PREPARE
    compiled = run.result(f"{prefix}{COMPILE}")
    return Collected(
        prepare=Stage(target=PREPARE, step=steps[prepare], result=run.result(prepare)),
        compile=Stage(target=COMPILE, step=steps[compiled.step], result=compiled),
        tests={target: _tested(steps[f"{prefix}{target}"], run, target, compiled) for target in targets},
    )


def _tested(step: Step, run: FinishedRun, target: str, compiled: StepResult) -> Stage:
    result = run.result(step.name)
    file = result.output(REPORT)
    report, trouble = None, ""
    if file.state in UNREAD and result.ending.kind is not EndingKind.SKIPPED:
        trouble = UNREAD[file.state]
    elif file.state is FileState.OK and file.data and file.data != compiled.output(REPORT).data:  # else it is stale
        report = _remembered(file.data) if step.reusable else read_report(file.data)
    return Stage(target=target, step=step, result=result, report=report, trouble=trouble)
