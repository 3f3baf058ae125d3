"""`gradewright inspect GRADER`."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradewright.cli.grading_options import memory_bytes, named_grader

if TYPE_CHECKING:
    from gradewright.autograder import Autograder
    from gradewright.model.course import Grader
    from gradewright.model.run import Ending, Step
    from gradewright.model.submission import Submission
    from gradewright.settings import Settings

USER, SUPER_USER = 1000, 0
MEMORY = 1024**3  # bytes, as the original has it
SUBMISSION = "/shared/submission"
NOT_FOUND = 127  # how a shell says that a program is not there
ALL = 0  # as a limit of memory
A_DAY = 24 * 3600.0  # seconds: somebody sits before it and will end it


@click.command()
@click.argument("grader", callback=named_grader)
@click.option("-s", "--shell", metavar="PROGRAM", default="/bin/bash", show_default=True, help="The shell to start.")
@click.option(
    "-d",
    "--submission",
    type=click.Path(exists=True, path_type=Path),
    help="A submission to show, read-only, at /shared/submission.",
)
@click.option("--allow-network", is_flag=True, help="Let programs inside use the network.")
@click.option("--unlimited-memory", is_flag=True, help="Let programs inside use all memory, not 1 GiB.")
@click.option("--super-user", is_flag=True, help="Be user 0, not 1000.")
@click.option("--sandbox", metavar="NAME", help="Where to run it (default: the strongest that works here).")
@click.option("--no-rm", is_flag=True, help="Accepted for compatibility: what is written inside is never kept.")
def inspect(
    grader: str,
    shell: str,
    submission: Path | None,
    allow_network: bool,
    unlimited_memory: bool,
    super_user: bool,
    sandbox: str | None,
    no_rm: bool,
) -> int:
    """Open a shell inside GRADER, with the rights and limits that a student's program has there.

    \b
    GRADER  a directory with a grader.toml, a package (a zip, or a directory
            with a Makefile), or an image: a tag or id that a running engine
            knows, docker-archive:FILE or oci:DIRECTORY

    What is written inside is thrown away at the end. Exits with the exit code of the shell.

    \b
    gradewright inspect sum-grader:1 -d samples/ada
    gradewright inspect leap -d leap/submissions/ada.py
    """
    from gradewright.autograder import Autograder
    from gradewright.cli.common import settings
    from gradewright.model.run import RunPlan
    from gradewright.sandboxes.terminal import insist_on_terminal

    insist_on_terminal()
    autograder = Autograder(_with_walls(settings(sandbox=sandbox)))
    with _sent(autograder, submission) as sent:
        step = _step(autograder, autograder.open_grader(grader), shell, sent)
        if super_user:
            step = replace(step, user=SUPER_USER)
        if unlimited_memory:
            step = replace(step, limits=replace(step.limits, memory_bytes=memory_bytes(ALL)))
        logging.debug("About to start %s in %s", shell, grader)
        run = autograder.run_plan(RunPlan(steps=(replace(step, network=allow_network),)))
    return _exit_code(shell, run.results[0].ending)


def _with_walls(chosen: Settings) -> Settings:
    from gradewright.errors import UsageError

    if chosen.sandbox == "unconfined":
        raise UsageError("A shell without walls is the one that you have.", remedy="Choose another sandbox.")
    return chosen


@contextmanager
def _sent(autograder: Autograder, path: Path | None) -> Iterator[Submission | None]:
    if path is None:
        yield None
        return
    with autograder.submission(path) as submission:
        yield submission


def _step(autograder: Autograder, grader: Grader, shell: str, submission: Submission | None) -> Step:
    """The shell in place of the grader; without a submission there is nothing where it would be."""
    from gradewright.model.run import Limits, Mount, Role, Step

    bare = Step(name="shell", role=Role.STUDENT, root=grader.root, argv=(shell,), env={"HOME": "/"})
    base = _planned(autograder, grader, shell) or bare
    mounts = [mount for mount in base.mounts if mount.path != SUBMISSION]
    if submission:
        mounts.append(Mount(path=SUBMISSION, source=submission.directory))
    return replace(
        base,
        role=Role.STUDENT,
        env={"TERM": os.environ.get("TERM", "dumb"), **base.env},
        user=USER,
        mounts=tuple(mounts),
        outputs=(),
        limits=Limits(wall_seconds=A_DAY, memory_bytes=MEMORY, processes=256),
        terminal=True,
    )


def _planned(autograder: Autograder, grader: Grader, shell: str) -> Step | None:
    """What a grader of Coursera would run; other contracts hide the author's files from students, and so do we."""
    from gradewright.contracts.coursera import CourseraSettings
    from gradewright.model.course import Exercise
    from gradewright.model.submission import Submission

    if not isinstance(grader.settings, CourseraSettings):
        return None
    anything = replace(grader, settings=replace(grader.settings, command=(shell,)))
    nothing = Submission(id="nothing", directory=Path(), files=())
    return autograder.contract(grader.contract).plan(Exercise(id="inspect", grader=anything), nothing).steps[0]


def _exit_code(shell: str, ending: Ending) -> int:
    from gradewright.model.run import EndingKind

    if ending.kind is EndingKind.NOT_STARTED or ending.exit_code == NOT_FOUND:
        logging.warning("If %s is not there, name another shell: -s /bin/sh", shell)
    return 1 if ending.exit_code is None else ending.exit_code
