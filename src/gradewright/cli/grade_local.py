"""`gradewright grade local GRADER SUBMISSION`."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradewright.cli.grade_words import TwoGenerations, environment, insist_on_use
from gradewright.cli.grading_options import grading_options, named_grader, prepare

if TYPE_CHECKING:
    from gradewright.autograder import Autograder
    from gradewright.model.course import Exercise
    from gradewright.model.report import Report
    from gradewright.model.run import FinishedRun, Limits

EXIT_GRADED, EXIT_NOT_GRADED = 0, 1
SECOND_GENERATION = "v2"
GIB_IN_MIB = 1024


@click.command(cls=TwoGenerations)
@click.argument("grader", callback=named_grader)
@click.argument("submission", type=click.Path(exists=True, path_type=Path))
@click.argument("words", metavar="[WORD... | JSON]", nargs=-1, type=click.UNPROCESSED)
@grading_options
@click.option("--environment", "document", metavar="JSON", help="The environment of the grader, as JSON above.")
@click.option(
    "--dst-dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the feedback files of the grader go (default: nowhere; with JSON, the current directory).",
)
@click.option("--no-rm", is_flag=True, help="Keep what the run printed and left, and say where.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON, and nothing else on stdout.")
def local(
    grader: str,
    submission: Path,
    words: tuple[str, ...],
    document: str | None,
    dst_dir: Path | None,
    no_rm: bool,
    as_json: bool,
    **choices: Any,
) -> int:
    """Grade SUBMISSION with GRADER, as production would.

    \b
    GRADER      a directory with a grader.toml, a package (a zip, or a directory
                with a Makefile), or an image: a tag or id that a running engine
                knows, docker-archive:FILE or oci:DIRECTORY
    SUBMISSION  a directory, a file, a zip or a tar archive

    Graders of Coursera take more: every WORD after SUBMISSION is an argument of the grader, even if it looks like an
    option: give ours before it. A JSON object there holds the environment of the grader instead, and our options may
    follow it.

    Exits with 0 if there is a grade, with 1 if the grader broke its contract or the submission cannot be graded.

    \b
    gradewright grade local leap leap/submissions/ada.py
    gradewright grade local vowels.zip answers/ben.py --json
    gradewright grade local sum-grader:1 samples/ada partId 7
    gradewright grade local sum-grader:2 samples/ada '{"partId": "7"}'
    """
    from gradewright.cli.keeping import keep_feedback, keep_run
    from gradewright.cli.stopping import stoppable

    _insist_on_whole_gib(choices["mem_limit"])
    env = environment(document) if document is not None else {}
    if document is not None and choices["contract"] is None and not Path(grader).is_dir():
        choices["contract"] = SECOND_GENERATION
    autograder, exercise = prepare(grader, besides=[submission, submission.parent], **choices)
    insist_on_use(words, exercise.grader.contract)
    exercise = replace(exercise, arguments=words, environment=env)
    logging.info("Limits: %s.", _shown(exercise.grader.limits))
    with stoppable(autograder):
        report, run = _graded(autograder, exercise, submission)
    if dst_dir or document is not None:
        keep_feedback(run, dst_dir or Path())
    if no_rm:
        logging.info("What the run printed and left is kept in %s.", keep_run(report, run))
    _show(exercise, report, run, as_json=as_json)
    return _exit_code(report)


def _insist_on_whole_gib(mem_limit: int | None) -> None:
    if mem_limit is not None and mem_limit % GIB_IN_MIB:
        raise click.UsageError(f"mem-limit must be a multiple of {GIB_IN_MIB}, not {mem_limit}.")


def _shown(limits: Limits) -> str:
    from gradewright.reports.numbers import size

    return f"{limits.wall_seconds:g} s, {size(limits.memory_bytes)} of memory, {limits.cores:g} core(s)"


def _graded(autograder: Autograder, exercise: Exercise, path: Path) -> tuple[Report, FinishedRun | None]:
    """The report, and the run that it tells of if there was one."""
    from gradewright.errors import SubmissionRejected
    from gradewright.grading.grade import judge, plan_for, rejected

    contract = autograder.contract(exercise.grader.contract)
    try:
        with autograder.submission(path) as submission:
            run = autograder.run_plan(plan_for(exercise, submission, contract))
    except SubmissionRejected as rejection:
        return rejected(exercise, contract, rejection), None
    return judge(exercise, contract, run), run


def _show(exercise: Exercise, report: Report, run: FinishedRun | None, *, as_json: bool) -> None:
    from gradewright.cli.coursera_talk import show_run
    from gradewright.cli.outputs import paint
    from gradewright.reports import as_json as json_of
    from gradewright.reports import as_text

    _warn_of_weak_walls(report)
    if as_json:
        click.echo(json.dumps(json_of(report), indent=2))
    elif run and exercise.grader.contract == "coursera":
        show_run(exercise, report, run)
    else:
        click.echo(as_text(report, paint=paint()), nl=False)


def _warn_of_weak_walls(report: Report) -> None:
    from gradewright.grading.enforcement import degradation

    for text in dict.fromkeys(degradation(step.sandbox, step.enforcement) for step in report.steps):
        if text:
            logging.warning("%s", text)


def _exit_code(report: Report) -> int:
    from gradewright.model.report import Outcome

    return EXIT_GRADED if report.outcome is Outcome.GRADED else EXIT_NOT_GRADED
