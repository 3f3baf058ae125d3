"""What a grader of Coursera said, in the blocks and in the order of the original tools (coursera 4.3)."""

from __future__ import annotations

import logging
import sys

import click

from gradewright.contracts.coursera import CourseraSettings, Generation
from gradewright.contracts.coursera.ending import complaints
from gradewright.contracts.coursera.plan import FEEDBACK
from gradewright.model.course import Exercise
from gradewright.model.report import Report
from gradewright.model.run import EndingKind, FileState, FinishedRun
from gradewright.reports.table import harmless
from gradewright.reports.words import result as in_words

WIDTH = 80


def show_run(exercise: Exercise, report: Report, run: FinishedRun) -> None:
    """Talk goes to stderr as a log, what the grader wrote to stdout."""
    [step], [result] = run.plan.steps, run.results
    ending = complaints(step, result)
    level = logging.WARNING if result.ending.kind is EndingKind.EXITED else logging.ERROR
    for message in ending:
        logging.log(level, "%s", message)
    if logging.getLogger().isEnabledFor(logging.INFO):
        before, after = _heads(exercise)
        logging.info(before)
        _block("-", result.stderr)
        if after:
            logging.info(after)
    for message in report.messages[len(ending) :]:
        logging.error("%s", message)
    if logging.getLogger().isEnabledFor(logging.WARNING):
        click.echo("Grader output:")
        _block("=", result.stdout)
    if report.feedback.body and result.output(FEEDBACK).state is FileState.OK:
        form = " (HTML)" if report.feedback.html else ""
        feedback = "\n".join(map(harmless, report.feedback.body.rstrip("\n").split("\n")))
        logging.info("What the learner reads%s:\n%s", form, feedback)
    for note in report.staff_notes:
        logging.warning("%s", note)
    logging.info("%s", in_words(report))


def _heads(exercise: Exercise) -> tuple[str, str]:
    """What stands around the grader's stderr in the log."""
    settings = exercise.grader.settings
    if isinstance(settings, CourseraSettings) and settings.generation is Generation.V2:
        return "Start of standard error:", "End of standard error"
    return "Debug log:", ""


def _block(line: str, data: bytes) -> None:
    """Text between two lines, as it is; on a terminal without what would take command of it."""
    text = data.decode(errors="replace")
    if text and sys.stdout.isatty():
        text = "\n".join(map(harmless, text.split("\n")))
    click.echo(line * WIDTH)
    click.echo(text, nl=False)
    click.echo(line * WIDTH)
