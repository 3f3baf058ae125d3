"""`gradewright package check PACKAGE`."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradewright.cli.grading_options import prepare

if TYPE_CHECKING:
    from gradewright.contracts.coursemology import CoursemologySettings, Discovery, TestCase
    from gradewright.model.problem import Problem
    from gradewright.model.run import FinishedRun, Limits

HEADS = ("test case", "type", "expression", "expected", "hint")


@click.command()
@click.argument("package", type=click.Path(exists=True, path_type=Path))
@click.option("--sandbox", metavar="NAME", help="Where to run it (default: the strongest that works here).")
@click.option("--i-know-that-nothing-is-isolated", "unconfined", is_flag=True, help="Needed with --sandbox unconfined.")
@click.option("--strict", is_flag=True, help="Exit with 1 on warnings too.")
@click.option("--json", "as_json", is_flag=True, help="Print problems and test cases as JSON.")
def check(package: Path, sandbox: str | None, unconfined: bool, strict: bool, as_json: bool) -> int:
    """Check PACKAGE, a zip or a directory, and show which test cases it has.

    Everything that is wrong with it is told at once. Then its tests are run on the solution, or on the template where
    there is none, as Coursemology does when a package is uploaded.

    Exits with 1 if there are errors.

    \b
    gradewright package check vowels
    gradewright package check --strict vowels.zip
    """
    from gradewright.errors import AuthorError

    try:
        settings, run = _tried(package, sandbox, unconfined)
    except AuthorError as error:
        if not error.problems:
            raise
        return _finish(package, error.problems, strict=strict, as_json=as_json)
    found = _discovered(settings, run)
    problems = (*settings.package.warnings, *found.problems)
    code = _finish(package, problems, found.cases, strict=strict, as_json=as_json)
    if found.cases and not as_json:
        _show(settings, found.cases)
    return code


def _tried(package: Path, sandbox: str | None, unconfined: bool) -> tuple[CoursemologySettings, FinishedRun]:
    """The author's own run. Raises `AuthorError` with every problem if there can be none."""
    from gradewright.contracts.coursemology import Coursemology, import_plan, load_package, settings_of
    from gradewright.errors import UsageError

    if not (package / "grader.toml").exists():
        load_package(package)  # says more of what is no package than somebody who looks for any grader
    autograder, exercise = prepare(
        str(package),
        contract=None,
        production_env=False,
        points=None,
        sandbox=sandbox,
        unconfined=unconfined,
        require=None,
        timeout=None,
        mem_limit=None,
        cpus=None,
        warm_python=None,
    )
    if exercise.grader.contract != Coursemology.name:
        raise UsageError(
            f"{package} is a grader of the contract {exercise.grader.contract}, and no package.",
            remedy=f"Check it with: gradewright sanity {package}",
        )
    settings = settings_of(exercise.grader)
    logging.info(
        "Running the tests on the %s, each target for %s.", _tried_on(settings), _limit(exercise.grader.limits)
    )
    return settings, autograder.run_plan(import_plan(exercise.grader, settings))


def _tried_on(settings: CoursemologySettings) -> str:
    return "solution" if settings.package.folder("solution") else "template"


def _limit(limits: Limits) -> str:
    if limits.cpu_seconds is None:
        return f"{limits.wall_seconds:g} s at most"
    return f"{limits.cpu_seconds:g} s of processor time at most"


def _discovered(settings: CoursemologySettings, run: FinishedRun) -> Discovery:
    from gradewright.contracts.coursemology import discover

    return discover(settings.package, run)


def _finish(
    package: Path, problems: Sequence[Problem], cases: Sequence[TestCase] = (), *, strict: bool, as_json: bool
) -> int:
    """Tell the problems, and return the exit code that they deserve."""
    from gradewright.model.problem import Severity

    if as_json:
        document = {
            "package": str(package),
            "problems": [asdict(problem) for problem in problems],
            "cases": [asdict(case) for case in cases],
        }
        click.echo(json.dumps(document, indent=2))
    else:
        _tell(problems)
    severities = {problem.severity for problem in problems}
    return int(Severity.ERROR in severities or (strict and Severity.WARNING in severities))


def _tell(problems: Sequence[Problem]) -> None:
    from gradewright.model.problem import Severity

    levels = {Severity.ERROR: logging.ERROR, Severity.WARNING: logging.WARNING, Severity.INFO: logging.INFO}
    for problem in problems:
        logging.log(levels[problem.severity], "%s", problem)


def _show(settings: CoursemologySettings, cases: Sequence[TestCase]) -> None:
    from gradewright.cli.outputs import paint
    from gradewright.reports.table import table

    rows = [
        (case.name, case.type, case.expression, case.expected, case.hint, "passed" if case.passed else "failed")
        for case in cases
    ]
    tones = ["good" if case.passed else "bad" for case in cases]
    for line in table((*HEADS, _tried_on(settings)), rows, tones=tones, paint=paint()):
        click.echo(line)
