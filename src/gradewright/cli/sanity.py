"""`gradewright sanity [GRADER] [-f DOCKERFILE]`."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradewright.cli.grading_options import named_grader

if TYPE_CHECKING:
    from gradewright.autograder import Autograder
    from gradewright.courses.sanity.program_files import Program
    from gradewright.model.course import Grader
    from gradewright.model.problem import Problem, Severity
    from gradewright.model.run import Step

LARGEST_DOCKERFILE = 1024 * 1024
LARGEST_IMAGE = 8 * 1000**3


@click.command()
@click.argument("grader", required=False, callback=named_grader)
@click.option("-f", "--docker-file", type=click.Path(path_type=Path), help="The Dockerfile to check, or its directory.")
@click.option("--image", metavar="IMAGE", help="The image to check: a tag or id, docker-archive:FILE or oci:DIRECTORY.")
@click.option("--skip-environment", is_flag=True, help="Do not check this machine.")
@click.option("--strict", is_flag=True, help="Exit with 1 on warnings too.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def sanity(
    grader: str | None,
    docker_file: Path | None,
    image: str | None,
    skip_environment: bool,
    strict: bool,
    as_json: bool,
) -> int:
    """Check this machine, and a grader for pitfalls that show only in production.

    GRADER is a directory with a grader.toml or a Dockerfile, an image, a zip of a build context, or a package with a
    Makefile. Nothing of it is run. Every finding has a name that is explained in the reference, and says what to do.

    Exits with 1 if there are errors.

    \b
    gradewright sanity leap
    gradewright sanity sum-grader:1 -f Dockerfile
    """
    from gradewright.autograder import Autograder
    from gradewright.cli.common import options, settings
    from gradewright.model.problem import Severity

    autograder = Autograder(settings())
    environment = [] if skip_environment else list(_environment(autograder))
    dockerfile = docker_file or _dockerfile_of(grader)
    if dockerfile is None:
        logging.info("No Dockerfile provided... skipping file checks.")
    found = [
        *environment,
        *(_dockerfile(dockerfile) if dockerfile else ()),
        *(problem for name in (grader, image) if name for problem in _grader(autograder, name)),
    ]
    if as_json:
        click.echo(json.dumps({"findings": [asdict(problem) for problem in found]}, indent=2))
    else:
        _tell(found)
    counted = environment if options().compatible else found
    return int(_worst(counted) is Severity.ERROR or (strict and _worst(found) is Severity.WARNING))


def _environment(autograder: Autograder) -> Iterator[Problem]:
    from gradewright import plugins
    from gradewright.cli.common import options
    from gradewright.courses.sanity.findings import finding
    from gradewright.errors import GradewrightError
    from gradewright.model.problem import Severity
    from gradewright.sandboxes.engine import engine

    logging.info("Checking local docker demon...")
    try:
        with engine(autograder.machine) as client:
            logging.info("Docker version: %s", client.version().get("Version", "unknown"))
    except GradewrightError as error:
        asked_for = autograder.machine.docker_url or options().compatible
        problem = finding("no-engine", reason=error.message)
        yield replace(problem, severity=Severity.ERROR) if asked_for else problem
    reasons = {name: _unavailable(autograder, name) for name in plugins.names("sandboxes") if name != "unconfined"}
    for name, reason in reasons.items():
        logging.info("Sandbox %s: %s", name, reason or "works here.")
    if all(reasons.values()):
        yield finding("no-sandbox", reason="No sandbox works on this machine.")


def _unavailable(autograder: Autograder, sandbox: str) -> str | None:
    from gradewright import plugins
    from gradewright.errors import MissingError

    try:
        return plugins.sandbox(sandbox, autograder.machine).unavailable()
    except MissingError as error:
        return error.message


def _dockerfile_of(grader: str | None) -> Path | None:
    """The Dockerfile beside a grader.toml."""
    path = Path(grader or "", "Dockerfile")
    return path if grader and path.is_file() else None


def _dockerfile(path: Path) -> Sequence[Problem]:
    from gradewright.courses.sanity.dockerfile import parse
    from gradewright.courses.sanity.dockerfile_checks import check_dockerfile
    from gradewright.errors import MissingError

    file = path / "Dockerfile" if path.is_dir() else path
    try:
        with file.open("rb") as stream:
            text = stream.read(LARGEST_DOCKERFILE).decode(errors="replace")
    except OSError as error:
        raise MissingError(f"Could not parse Dockerfile at: {file}: {error.strerror}.") from error
    return check_dockerfile(parse(text), str(file))


def _grader(autograder: Autograder, name: str) -> Sequence[Problem]:
    from gradewright.contracts.coursemology import looks_like_package
    from gradewright.courses.sanity.archive_checks import check_archive
    from gradewright.errors import AuthorError

    path = Path(name)
    if path.suffix.lower() == ".zip" and path.is_file() and not looks_like_package(path):
        return check_archive(path)
    if path.is_dir() and not (path / "grader.toml").exists() and (path / "Dockerfile").exists():
        return []  # a build context: all there is to check is its Dockerfile
    try:
        grader = autograder.open_grader(name)
    except AuthorError as error:
        if not error.problems:
            raise
        return error.problems
    return [
        *autograder.contract(grader.contract).check(grader),
        *_image(autograder, grader),
        *_programs(autograder, grader),
    ]


def _image(autograder: Autograder, grader: Grader) -> Iterator[Problem]:
    from gradewright.courses.sanity.findings import finding
    from gradewright.model.run import ImageRoot
    from gradewright.reports.numbers import size
    from gradewright.sandboxes.images.configuration import this_architecture

    if not isinstance(grader.root, ImageRoot):
        return
    image, here = grader.root.image, this_architecture()
    if image.architecture != here:
        yield finding("image-architecture", file=image.reference, architecture=image.architecture, here=here)
        return
    with autograder.images.root(image) as root:
        total = sum(file.lstat().st_size for file in root.rglob("*"))
    if total > LARGEST_IMAGE:
        yield finding("image-too-large", file=image.reference, size=size(total))


def _programs(autograder: Autograder, grader: Grader) -> Sequence[Problem]:
    """What is wrong with the programs that the grader will run; each is told once."""
    from gradewright.cli.looking import files_of
    from gradewright.courses.sanity.program_checks import check_program

    found = [
        problem
        for step in _steps(autograder, grader)
        for problem in check_program(_program(step), files_of(step, autograder.images))
    ]
    return list(dict.fromkeys(found))


def _steps(autograder: Autograder, grader: Grader) -> Sequence[Step]:
    """The trusted steps that the grader runs whatever is submitted."""
    from gradewright.errors import AuthorError, SubmissionRejected
    from gradewright.model.course import Exercise
    from gradewright.model.run import Role
    from gradewright.model.submission import Submission

    nothing = Submission(id="nothing", directory=Path(), files=())
    try:
        plan = autograder.contract(grader.contract).plan(Exercise(id="sanity", grader=grader), nothing)
    except (AuthorError, SubmissionRejected):  # the contract's own check has said why, or it wants to see a submission
        return ()
    return [step for step in plan.steps if step.role is Role.JUDGE]


def _program(step: Step) -> Program:
    from gradewright.courses.sanity.program_files import Program
    from gradewright.model.run import ImageRoot
    from gradewright.sandboxes.images.configuration import this_architecture

    return Program(
        argv=step.argv,
        cwd=step.cwd,
        env=step.env,
        user=step.user or 0,
        architecture=step.root.image.architecture if isinstance(step.root, ImageRoot) else this_architecture(),
    )


def _worst(found: Sequence[Problem]) -> Severity | None:
    from gradewright.model.problem import Severity

    return min((problem.severity for problem in found), key=list(Severity).index, default=None)


def _tell(found: Sequence[Problem]) -> None:
    from gradewright.model.problem import Severity

    levels = {Severity.ERROR: logging.ERROR, Severity.WARNING: logging.WARNING, Severity.INFO: logging.INFO}
    for problem in found:
        remedy = f"\n  {problem.remedy}" if problem.remedy else ""
        logging.log(levels[problem.severity], "%s%s%s", _place(problem), problem.message, remedy)
    severities = [problem.severity for problem in found]
    logging.info("Errors: %d. Warnings: %d.", severities.count(Severity.ERROR), severities.count(Severity.WARNING))


def _place(problem: Problem) -> str:
    """Where it is: by the line alone, as the original says it, where the file is known anyway."""
    from gradewright.courses.sanity.findings import DOCKERFILE

    if problem.id in {check.id for check in DOCKERFILE} or problem.file in problem.message:
        return f"Line {problem.line}: " if problem.line else ""
    place = ":".join(str(part) for part in (problem.file, problem.line, problem.key) if part)
    return f"{place}: "
