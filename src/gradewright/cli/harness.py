"""`gradewright harness`: the command line of the Makefile harness for Coursera's queues (queues 1.1)."""

from __future__ import annotations

import logging
import os
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from gradewright.cli.ranges import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gradewright.autograder import Autograder
    from gradewright.cli.harness_work import Part, Row, Task
    from gradewright.cli.progress import Meter
    from gradewright.errors import GradewrightError

EXIT_FAILED, EXIT_USAGE, EXIT_INTERRUPTED = 1, 2, 130
FORMATS = ("text", "json", "csv")
SUFFIXES = {".json": "json", ".csv": "csv"}
LEVELS = ("debug", "info", "warning", "error")
log = logging.getLogger("gradewright.harness")


class _Misused(click.ClickException):
    """A usage error with the exit code of the original."""

    exit_code = EXIT_USAGE

    def __init__(self, error: click.UsageError) -> None:
        super().__init__(error.message)
        self._error = error

    def show(self, file: IO[Any] | None = None) -> None:
        self._error.show(file)


class _Original(click.Command):
    """Exits with 2 where the command line does not make sense, as the original does."""

    def make_context(self, *words: Any, **extra: Any) -> click.Context:
        try:
            return super().make_context(*words, **extra)
        except click.UsageError as error:
            raise _Misused(error) from None

    def invoke(self, ctx: click.Context) -> Any:
        from gradewright.errors import UsageError

        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise _Misused(error) from None
        except UsageError as error:
            raise _Misused(click.UsageError(str(error), ctx)) from None


def _whole(context: click.Context, parameter: click.Parameter, value: str) -> Path:
    return Path(value).expanduser().absolute()


@click.command(cls=_Original)
@click.option("--session", metavar="NAME", help="Name of the course in its URLs. For a queue.")
@click.option("--queue", metavar="NAME", help="Short name of the queue. For a queue.")
@click.option("--api-key", metavar="KEY", help="The key of the course. For a queue.")
@click.option("--length", is_flag=True, help="Print how many submissions wait, and exit. For a queue.")
@click.option(
    "--wait",
    metavar="SECONDS",
    type=click.FloatRange(min=0.1),
    default=10,
    show_default=True,
    help="How long to wait for something to come. For a queue.",
)
@click.option("--local", is_flag=True, help="Grade what is in the tree of submissions already; use no network.")
@click.option(
    "--submissions",
    metavar="DIRECTORY",
    default="submissions",
    show_default=True,
    callback=_whole,
    help="The tree of submissions: PART/STUDENT/src.",
)
@click.option(
    "--resources",
    metavar="DIRECTORY",
    default="~/resources",
    show_default=True,
    callback=_whole,
    help="The parts: PART/config, PART/Makefile and whatever else they need.",
)
@click.option("-N", "most", metavar="NUMBER", type=click.IntRange(min=1), help="Stop after so many are graded.")
@click.option("--part", "parts", metavar="PART", multiple=True, help="Only this part. May be given again.")
@click.option("--student", "students", metavar="STUDENT", multiple=True, help="Only this student. May be given again.")
@click.option(
    "--jobs",
    "-j",
    metavar="NUMBER",
    type=AT_ONCE,
    default=1,
    show_default=True,
    help="Submissions at the same time.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="What to print or write (default: text, or what the name of FILE tells).",
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Write to FILE.")
@click.option("--cleanup", is_flag=True, help="Remove bin and out of each student afterwards; src stays.")
@click.option("--dry-run", is_flag=True, help="Grade, and change nothing below the submissions.")
@click.option(
    "--on-error",
    type=click.Choice(["skip", "zero"]),
    default="skip",
    show_default=True,
    help="What a submission gets that could not be graded: no score, or 0.",
)
@click.option("--sandbox", metavar="NAME", help="Where to run it (default: the strongest that works here).")
@click.option("--i-know-that-nothing-is-isolated", "unconfined", is_flag=True, help="Needed with --sandbox unconfined.")
@click.option("--pid", metavar="FILE", type=click.Path(path_type=Path), help="Keep our process id in FILE meanwhile.")
@click.option("--log-file", metavar="FILE", type=click.Path(path_type=Path), help="Write what happens to FILE.")
@click.option("--log-level", type=click.Choice(LEVELS), default="info", show_default=True, help="How much of it.")
@click.option("-v", "--verbose", is_flag=True, help="Show the arguments and what each config says.")
@click.pass_context
def harness(context: click.Context, /, local: bool, pid: Path | None, log_file: Path | None, **choices: Any) -> int:
    """Grade submissions with the Makefiles of a `resources` tree, as the harness for Coursera's queues did.

    With --local, every SUBMISSIONS/PART/STUDENT/src is graded by RESOURCES/PART: `make compile`, `make run`, and then
    the points in out/tests.log are added up. What the Makefile leaves in bin and out stays beside src. A part that is
    broken is left out with a message, and the others go on.

    Exits with 0 when it is done, 1 if no part could be graded, 2 if the command line makes no sense.

    \b
    gradewright harness --local
    gradewright harness --local --resources course --part hw1 -o results.csv
    """
    _check_usage(local=local, **{name: choices.pop(name) for name in ("session", "queue", "api_key", "length")})
    choices.pop("wait")
    with _pid_file(pid), _logging_to(log_file, choices.pop("log_level")):
        if choices["verbose"]:
            _show_arguments(context)
        return _grade_tree(**choices)


def _check_usage(*, local: bool, session: str | None, queue: str | None, api_key: str | None, length: bool) -> None:
    from gradewright.errors import MissingError

    given = {"--session": session, "--queue": queue, "--api-key": api_key, "--length": length}
    if local:
        if remote := [name for name, value in given.items() if value]:
            raise click.UsageError(f"--local goes without {', '.join(remote)}: it uses no queue.")
        return
    if missing := [name for name in ("--session", "--queue") if not given[name]]:
        raise click.UsageError(f"Give {' and '.join(missing)}, or --local to grade what is in the tree already.")
    raise MissingError(
        "Grading from a queue is not part of this version yet.",
        remedy="Put submissions into SUBMISSIONS/PART/STUDENT/src and grade them with --local.",
    )


def _show_arguments(context: click.Context) -> None:
    for name, value in sorted(context.params.items()):
        if name != "api_key":
            click.echo(f"{name}: {value}", err=True)


@contextmanager
def _pid_file(file: Path | None) -> Iterator[None]:
    from gradewright.errors import GradewrightError

    if file is None:
        yield
        return
    try:
        file.write_text(f"{os.getpid()}\n")
    except OSError as error:
        raise GradewrightError(f"{file} cannot be written: {error.strerror}.") from None
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


@contextmanager
def _logging_to(file: Path | None, level: str) -> Iterator[None]:
    """Let `log` go into a file and nowhere else."""
    from gradewright.errors import GradewrightError

    log.propagate = False
    if file is None:
        log.setLevel(logging.CRITICAL + 1)
        yield
        return
    try:
        handler = logging.FileHandler(file)
    except OSError as error:
        raise GradewrightError(f"{file} cannot be written: {error.strerror}.") from None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.setLevel(level.upper())
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
        handler.close()


def _grade_tree(
    *,
    submissions: Path,
    resources: Path,
    most: int | None,
    parts: tuple[str, ...],
    students: tuple[str, ...],
    jobs: int,
    form: str | None,
    output: Path | None,
    cleanup: bool,
    dry_run: bool,
    on_error: str,
    sandbox: str | None,
    unconfined: bool,
    verbose: bool,
) -> int:
    from gradewright.cli.harness_tree import directories_in
    from gradewright.cli.harness_work import Worker, in_order, opened_all
    from gradewright.cli.progress import meter
    from gradewright.cli.stopping import ending, stoppable

    form = _form(form, output)
    autograder = _autograder(sandbox, unconfined)
    found = directories_in(submissions, parts)
    _say_missing(parts, {directory.name for directory in found})
    with opened_all([resources / directory.name for directory in found], _skipped) as opened:
        for part in opened:
            _introduce(part, verbose=verbose)
        tasks = list(_tasks(submissions, opened, students))
        quiet = not sys.stderr.isatty()
        with stoppable(autograder) as stopped, ending() as ended, meter(len(tasks), quiet=quiet) as progress:
            worker = Worker(
                autograder=autograder,
                cancelled=stopped,
                ended=ended,
                untouched=dry_run,
                cleanup=cleanup,
                zero_on_error=on_error == "zero",
            )
            tally: Counter[str] = Counter()
            rows = _noted(in_order(tasks, worker, jobs=jobs, most=most), tally, progress)
            whole = _published(rows, form, output)
        _print(whole)
        if ended.is_set() and not stopped.is_set() and tally.total() < len(tasks):
            _say("Asked to end: what is printed was graded, the rest was not.")
            return 0
        return _ending(tally, interrupted=stopped.is_set())


def _form(chosen: str | None, output: Path | None) -> str:
    """The format that is asked for by name, or by the name of the file. Raises `UsageError` if it cannot be written."""
    from gradewright.cli.outputs import insist_on_room

    if output is None:
        return chosen or "text"
    insist_on_room(output)
    return chosen or SUFFIXES.get(output.suffix.lower(), "text")


def _autograder(sandbox: str | None, unconfined: bool) -> Autograder:
    """What grades; if there is no sandbox, it is said now."""
    from gradewright.autograder import Autograder
    from gradewright.cli.common import settings
    from gradewright.cli.grading_options import insist_on_walls
    from gradewright.model.run import HostRoot

    chosen = settings(sandbox=sandbox)
    insist_on_walls(chosen, unconfined)
    autograder = Autograder(chosen)
    autograder.sandbox_for(HostRoot())
    return autograder


def _say(text: str) -> None:
    click.echo(text, err=True)


def _skipped(directory: Path, error: GradewrightError) -> None:
    log.error("part %s skipped: %s", directory.name, " ".join(str(error).split()))
    _say(f"Part {directory.name} is skipped. {error}")


def _say_missing(parts: tuple[str, ...], found: set[str]) -> None:
    for name in parts:
        if name not in found:
            _say(f"There are no submissions for part {name}.")


def _introduce(part: Part, *, verbose: bool) -> None:
    from gradewright.contracts.harness import lines_of

    for problem in part.settings.warnings:
        log.warning("part %s: %s", part.exercise.id, problem)
        _say(f"Part {part.exercise.id}: {problem}")
    if verbose:
        _say("\n  ".join([f"config of {part.exercise.id}:", *lines_of(part.settings)]))


def _tasks(submissions: Path, parts: Iterable[Part], students: tuple[str, ...]) -> Iterator[Task]:
    from gradewright.cli.harness_tree import directories_in
    from gradewright.cli.harness_work import Task

    for part in parts:
        for student in directories_in(submissions / part.exercise.id, students):
            if (student / "src").is_dir():
                yield Task(part=part, student=student)
            else:
                log.warning("%s/%s has no src", part.exercise.id, student.name)
                _say(f"{student} has no src, so there is nothing to grade.")


def _noted(rows: Iterable[Row], tally: Counter[str], progress: Meter) -> Iterator[Row]:
    """The rows as they pass by, counted, logged, and shown to whoever watches."""
    said: set[str] = set()
    for row in rows:
        status = row.grading.status.value
        tally[status] += 1
        name, message = f"{row.part}/{row.student}", " ".join(row.grading.messages)
        log.log(logging.INFO if row.graded else logging.ERROR, "%s %s %s %s", name, status, row.scored, message)
        for note in row.grading.notes:
            log.warning("%s: %s", name, note)
        for text in (*row.warnings, *_once_for_a_part(row)):
            if text not in said:
                said.add(text)
                progress.say(text)
        progress.advance(f"{name}: {status}", reused=False)
        yield row


def _once_for_a_part(row: Row) -> Iterator[str]:
    """What staff should read and is mostly the same for every student of a part."""
    from gradewright.reports.table import harmless

    for text in (*row.grading.notes, *row.grading.messages):
        yield harmless(f"Part {row.part}: {text}")


def _published(rows: Iterable[Row], form: str, output: Path | None) -> list[str]:
    """Write rows as they come; what is returned is to be printed once nothing else moves on the terminal."""
    from gradewright.cli.harness_output import render
    from gradewright.cli.outputs import write_whole

    if output:
        write_whole(output, render(form, rows))
        return []
    if sys.stdout.isatty():
        return list(render(form, rows))
    for piece in render(form, rows):
        click.echo(piece, nl=False)
        sys.stdout.flush()
    return []


def _print(pieces: Iterable[str]) -> None:
    for piece in pieces:
        click.echo(piece, nl=False)


def _ending(tally: Counter[str], *, interrupted: bool) -> int:
    if interrupted:
        _say("Interrupted: what is printed was graded, the rest was not.")
        return EXIT_INTERRUPTED
    failed = tally["error"]
    if failed == tally.total():
        _say("Nothing could be graded." if failed else "There is nothing to grade.")
        return EXIT_FAILED
    if failed:
        _say(f"{failed} of {tally.total()} could not be graded.")
    return 0
