"""`gradewright grade batch GRADER DIRECTORY`: grade every submission in a directory."""

from __future__ import annotations

import logging
import os
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradewright.cli.common import options
from gradewright.cli.grading_options import grading_options, named_grader, prepare
from gradewright.cli.ranges import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradewright.autograder import Autograder
    from gradewright.cli.progress import Meter
    from gradewright.grading.batch import Results
    from gradewright.model.course import Exercise
    from gradewright.model.report import Report
    from gradewright.reports.batch import Batch, BatchEntry

FORMATS = ("table", "json", "csv", "html")
JOBS = "Submissions at the same time (default: one a core)."
EXIT_GRADER_BROKEN, EXIT_NOT_GRADED, EXIT_INTERRUPTED = 1, 2, 130


@click.command()
@click.argument("grader", callback=named_grader)
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@grading_options
@click.option("--jobs", "-j", type=AT_ONCE, metavar="NUMBER", help=JOBS)
@click.option("--format", "form", type=click.Choice(FORMATS), help="What to print or write (default: table).")
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option(
    "--output",
    "-o",
    "outputs",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write to FILE, in the format that its name tells: .txt .json .csv .html. May be given again.",
)
@click.option(
    "--journal",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where finished results are kept, to take the work up again (default: a file in the user's state directory).",
)
@click.option("--fresh", is_flag=True, help="Grade everything anew, whatever an earlier run has finished.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing on the way.")
def batch(
    grader: str,
    directory: Path,
    jobs: int | None,
    form: str | None,
    outputs: tuple[Path, ...],
    journal: Path | None,
    fresh: bool,
    quiet: bool,
    **choices: Any,
) -> int:
    """Grade every submission in DIRECTORY with GRADER.

    \b
    GRADER  a directory with a grader.toml, a package (a zip, or a directory
            with a Makefile), or an image: a tag or id that a running engine
            knows, docker-archive:FILE or oci:DIRECTORY

    Each entry of DIRECTORY that is not hidden is one submission: a directory, a file, a zip or a tar archive. A
    submission that cannot be graded is a row like the others and stops nothing.

    Each result is kept as soon as it is there: after ^C or a crash, the same command takes the work up where it ended.

    \b
    gradewright grade batch leap leap/submissions
    gradewright grade batch vowels.zip answers -o results.csv -o results.html
    """
    from gradewright.cli.outputs import formats_of
    from gradewright.cli.progress import meter
    from gradewright.cli.stopping import stoppable
    from gradewright.grading.batch import Results, grade_all
    from gradewright.grading.journal import open_journal
    from gradewright.reports.batch import Batch

    quiet = quiet or options().quiet > 0
    files = formats_of(outputs, form)
    place = journal or usual_journal(grader, directory)
    autograder, exercise = prepare(grader, besides=[directory, *files, place], **choices)
    _warn_of_readers(autograder, exercise, Path(grader), directory)
    sources = _sources(directory, besides=[*files, place])
    began, warned = time.monotonic(), set[str]()
    with open_journal(place, fresh=fresh) as done:
        results = Results(done)
        with stoppable(autograder) as stopped, meter(len(sources), quiet=quiet) as progress:
            grade = partial(_grade, autograder, exercise)
            for finished in grade_all(exercise, sources, grade, done, jobs=jobs or _cores(), cancelled=stopped):
                results.add(finished)
                progress.advance(_line(finished.entry), reused=finished.reused)
                _warn(finished.entry, warned, progress)
        missing = len(sources) - len(results)
        _publish(Batch(grader=exercise.grader.title or grader, entries=results, unfinished=missing), files, form)
        if not quiet:
            _say_how_it_went(results, missing, files, time.monotonic() - began)
    return _exit_code(results, missing)


def usual_journal(grader: str, directory: Path) -> Path:
    """Where the results of this grader and directory are kept, if nobody says otherwise."""
    import hashlib

    from platformdirs import user_state_path

    whole = f"{Path(grader).resolve()}\0{directory.resolve()}".encode(errors="surrogateescape")
    name = f"{directory.resolve().name}-{hashlib.sha256(whole).hexdigest()[:16]}.jsonl"
    return user_state_path("gradewright") / "batches" / name


def _warn_of_readers(autograder: Autograder, exercise: Exercise, grader: Path, directory: Path) -> None:
    """Say so where every submission may read all others, because the grader's own files are shown to it."""
    from gradewright.model.report import Separation

    shared = autograder.contract(exercise.grader.contract).separation is Separation.SHARED
    if shared and directory.resolve().is_relative_to(grader.resolve()):
        logging.warning(
            "%s lies in the grader's directory, which graders of this kind show to each submission: it may read all "
            "others. Keep what students sent elsewhere.",
            directory,
        )


def _sources(directory: Path, *, besides: Sequence[Path]) -> list[Path]:
    from gradewright.errors import MissingError, UsageError
    from gradewright.grading.batch import submissions_in

    try:
        sources = submissions_in(directory, besides=besides)
    except OSError as error:
        raise MissingError(f"{directory} cannot be read: {error.strerror}.") from error
    if not sources:
        raise UsageError(
            f"There is nothing to grade in {directory}.",
            remedy="Put each submission into it: a directory, a file, a zip or a tar archive.",
        )
    return sources


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _grade(autograder: Autograder, exercise: Exercise, source: Path) -> Report:
    from gradewright.errors import SubmissionRejected
    from gradewright.grading.grade import rejected

    try:
        with autograder.submission(source) as submission:
            return autograder.grade(exercise, submission)
    except SubmissionRejected as rejection:
        return rejected(exercise, autograder.contract(exercise.grader.contract), rejection)


def _line(entry: BatchEntry) -> str:
    from gradewright.reports.batch_text import WORDS
    from gradewright.reports.table import harmless
    from gradewright.reports.words import result

    said = result(entry.graded) if entry.graded else f"{WORDS[entry.outcome]}: {' '.join(entry.reason.split())}"
    return harmless(f"{entry.submission}: {said}")


def _warn(entry: BatchEntry, warned: set[str], progress: Meter) -> None:
    """Say what concerns every submission, but once: now, and not when all of them are graded."""
    from gradewright.reports.table import harmless

    for subject, text in _warnings(entry):
        if subject not in warned:
            warned.add(subject)
            progress.say(harmless(text))


def _warnings(entry: BatchEntry) -> Iterator[tuple[str, str]]:
    from gradewright.grading.enforcement import degradation
    from gradewright.model.report import Outcome

    report = entry.report
    if report is None:
        return
    if report.outcome is Outcome.GRADER_BROKEN:
        yield "broken", f"The grader broke on {entry.submission}, going on: {' '.join(report.messages)}"
    for step in report.steps:
        if weakness := degradation(step.sandbox, step.enforcement):
            yield "degraded", weakness


def _publish(batch: Batch, files: dict[Path, str], form: str | None) -> None:
    from gradewright.cli.outputs import paint, render, write_whole

    for file, its_form in files.items():
        write_whole(file, render(its_form, batch))
    if not files:
        for piece in render(form or "table", batch, paint()):
            click.echo(piece, nl=False)


def _say_how_it_went(results: Results, missing: int, files: dict[Path, str], seconds: float) -> None:
    from gradewright.cli.progress import rate
    from gradewright.reports.batch import NOT_GRADED, summarise
    from gradewright.reports.batch_text import overview

    failed = results.outcomes[NOT_GRADED]
    graded = len(results) - results.reused - failed
    lines = [f"Graded {graded} in {seconds:.1f} s, {rate(graded, seconds)}."] if graded else []
    if results.reused:
        lines.append(f"Took {results.reused} from an earlier run; --fresh grades everything anew.")
    if files:
        lines.append(overview(summarise(results), missing))
        lines.append(f"Written: {', '.join(map(str, files))}")
    if failed:
        lines.append(f"{failed} not graded through no fault of theirs: run the same command to try again.")
    if missing:
        lines.append(f"Interrupted with {missing} to go: run the same command to go on.")
    click.echo("\n".join(lines), err=True)


def _exit_code(results: Results, missing: int) -> int:
    from gradewright.model.report import Outcome
    from gradewright.reports.batch import NOT_GRADED

    if missing:
        return EXIT_INTERRUPTED
    if results.outcomes[NOT_GRADED]:
        return EXIT_NOT_GRADED
    return EXIT_GRADER_BROKEN if results.outcomes[Outcome.GRADER_BROKEN] else 0
