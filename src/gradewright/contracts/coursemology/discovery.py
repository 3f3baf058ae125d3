"""Which test cases a package has: read from the author's own run (coursemology 1.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gradewright.contracts.coursemology.collecting import Collected, Stage, collect
from gradewright.contracts.coursemology.endings import explained
from gradewright.contracts.coursemology.makefile import LEGACY
from gradewright.contracts.coursemology.planning import IMPORT
from gradewright.contracts.coursemology.records import SOLUTION, Discovery, Package, TestCase, TestType
from gradewright.contracts.report_readers import ReportedCase, read_report
from gradewright.model.problem import Problem, Severity
from gradewright.model.run import EndingKind, FinishedRun

LOG_LINES = 20
NAMING = "Let its name hold public, private or evaluation, as in test_public_01."


def discover(package: Package, run: FinishedRun) -> Discovery:
    """The test cases, in the order of their targets and reports; any problem that is an error makes them useless."""
    collected = collect(run, package.makefile.tests, IMPORT)
    if package.canned and not collected.has_report and all(stage.ended_well for stage in collected.stages):
        return _described(package)
    tried = "the solution" if package.folder(SOLUTION) else "the template"
    problems = [*_failures(collected, tried), *_oddities(collected)]
    if any(problem.severity is Severity.ERROR for problem in problems):
        return Discovery(problems=tuple(problems))
    found = [(stage.target, case) for stage in collected.tests.values() for case in stage.cases]
    problems += [*_unfit(found), *_unsolved(found, solved=tried == "the solution")]
    return Discovery(cases=_cases(found), problems=tuple(problems))


def _described(package: Package) -> Discovery:
    """A package in a language that Coursemology does not run: its targets are stubs, its reports are written before."""
    found = [(type, case) for type, data in package.canned.items() for case in read_report(data).cases]
    only = Problem(
        id="described-only",
        message=f"The targets leave no report, so nothing can be graded: the test cases are only described, in "
        f"{', '.join(f'report-{type}.xml' for type in package.canned)}.",
        remedy="Let each target test what is in submission/ and write report.xml beside the Makefile.",
    )
    return Discovery(cases=_cases(found), problems=(only, *_unfit(found)))


def _cases(found: list[tuple[str, ReportedCase]]) -> tuple[TestCase, ...]:
    short = Counter(_short(case.identifier) for _, case in found)
    cases = (_case(target, case, unique=short[_short(case.identifier)] == 1) for target, case in found)
    return tuple(case for case in cases if case)


def _case(target: str, case: ReportedCase, *, unique: bool) -> TestCase | None:
    type = _type(target, case)
    if type is None:
        return None
    return TestCase(
        identifier=case.identifier,
        name=_short(case.identifier) if unique else case.identifier,
        type=type,
        target=target,
        expression=case.expression,
        expected=case.expected,
        hint=case.hint,
        passed=case.status == "passed",
    )


def _type(target: str, case: ReportedCase) -> TestType | None:
    """By the name of the case; where that is silent, by the target that ran it."""
    word = case.kind or (target if target != LEGACY else "")
    return TestType(word) if word else None


def _short(identifier: str) -> str:
    return identifier.rpartition("/")[2]


def _failures(collected: Collected, tried: str) -> Iterator[Problem]:
    """Why the run shows nothing at all."""
    unstarted = next((stage for stage in collected.stages if stage.result.ending.kind is EndingKind.NOT_STARTED), None)
    stopped = unstarted or collected.stopped_at
    if stopped:
        yield _failed(stopped, f"make {stopped.target} failed on {tried}")
    elif not collected.has_report and (failed := [stage for stage in collected.tests.values() if not stage.ended_well]):
        yield _failed(failed[0], f"No target left a report of {tried}, and make {failed[0].target} failed")
    elif not any(True for _ in collected.reported):
        yield Problem(
            id="no-test-cases",
            severity=Severity.WARNING,
            message="No test case was found, so every submission gets full points.",
            remedy="Let each target leave its report in report.xml, beside the Makefile.",
        )


def _failed(stage: Stage, what: str) -> Problem:
    why = explained(stage.step, stage.result, "It") or f"It {stage.result.ending}."
    log = (stage.result.stdout + stage.result.stderr).replace(b"\0", b"").decode(errors="replace").splitlines()
    said = "\n".join(["", "The end of its log:", *(f"  {line}" for line in log[-LOG_LINES:])]) if log else ""
    remedy = "Try it where the Makefile lies."
    if "template" in what:
        remedy = f"If the template does not work by itself, add a {SOLUTION}/ folder with one that does."
    return Problem(id="evaluation-error", message=f"{what}. {why}{said}", remedy=remedy)


def _oddities(collected: Collected) -> Iterator[Problem]:
    for stage in collected.tests.values():
        for text in (*([stage.trouble] if stage.trouble else ()), *(stage.report.problems if stage.report else ())):
            yield Problem(id="report-problem", severity=Severity.WARNING, message=f"make {stage.target}: {text}")
        if collected.has_report and not stage.report:
            why = explained(stage.step, stage.result, "It")
            yield Problem(
                id="no-report",
                severity=Severity.WARNING,
                message=f"make {stage.target} left no report, so that its test cases are unknown. {why}".rstrip(),
                remedy="Let it write report.xml beside the Makefile.",
            )


def _unfit(found: list[tuple[str, ReportedCase]]) -> Iterator[Problem]:
    for target, case in found:
        if not case.kind:
            known = _type(target, case)
            taken = f"; it is taken for {known}, which Coursemology does not do" if known else ""
            yield Problem(
                id="untyped-test",
                severity=Severity.WARNING if known else Severity.ERROR,
                message=f"The name of the test case {case.identifier} does not tell its type{taken}.",
                remedy=NAMING,
            )
    for identifier, count in Counter(case.identifier for _, case in found).items():
        if count > 1:
            yield Problem(
                id="test-twice",
                message=f"The test case {identifier} is reported {count} times.",
                remedy="Run each in one target only, and give each a name of its own.",
            )


def _unsolved(found: list[tuple[str, ReportedCase]], *, solved: bool) -> Iterator[Problem]:
    failing = [case for _, case in found if case.status != "passed"]
    if solved and failing:
        yield Problem(
            id="solution-fails",
            severity=Severity.WARNING,
            message=f"The solution fails {len(failing)} of {len(found)} test cases, {failing[0].identifier} first: "
            f"{failing[0].message or failing[0].status}.",
            remedy="Mend the solution or the tests.",
        )
