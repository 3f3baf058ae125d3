"""A batch as a table for the terminal, then the sums."""

from __future__ import annotations

from collections.abc import Iterator

from gradewright.model.report import Outcome
from gradewright.reports.batch import NOT_GRADED, Batch, BatchEntry, Summary, summarise
from gradewright.reports.numbers import percent, points, seconds
from gradewright.reports.paint import Paint, plain
from gradewright.reports.table import table
from gradewright.reports.words import failures

HEADS = ("submission", "outcome", "points", "share", "time", "what went wrong")
NAMED = 2  # failed tests that are named for each verdict
WORDS = {
    Outcome.GRADED.value: "graded",
    Outcome.REJECTED.value: "rejected",
    Outcome.GRADER_BROKEN.value: "grader broken",
    NOT_GRADED: "not graded",
}
MESSAGE_LENGTH = 90


def batch_as_text(batch: Batch, *, paint: Paint = plain) -> Iterator[str]:
    """The lines, each with its newline."""
    rows = [_row(entry) for entry in batch.entries]
    if rows:
        tones = [_tone(row) for row in rows]
        yield from (line + "\n" for line in table(HEADS, rows, right=frozenset({2, 3, 4}), tones=tones, paint=paint))
        yield "\n"
    yield overview(summarise(batch.entries), batch.unfinished) + "\n"


def overview(summary: Summary, unfinished: int = 0) -> str:
    """The sums in one or two sentences."""
    parts = [f"{summary.outcomes[outcome]} {words}" for outcome, words in WORDS.items() if summary.outcomes[outcome]]
    noun = "submission" if summary.count == 1 else "submissions"
    text = f"{summary.count} {noun}: {', '.join(parts) or 'none graded'}."
    if summary.mean is not None and summary.median is not None:
        text += f" Mean {summary.mean:g} %, median {summary.median:g} %."
    return f"{text} {unfinished} not reached." if unfinished else text


def _row(entry: BatchEntry) -> tuple[str, ...]:
    report = entry.graded
    if report is None:
        return (entry.submission, WORDS[entry.outcome], "", "", seconds(entry.seconds), _shortened(entry.reason))
    return (
        entry.submission,
        WORDS[entry.outcome],
        f"{points(report.points)}/{points(report.max_points)}",
        percent(report.points, report.max_points),
        seconds(entry.seconds),
        failures(report, NAMED),
    )


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= MESSAGE_LENGTH else flat[: MESSAGE_LENGTH - 3] + "..."


def _tone(row: tuple[str, ...]) -> str:
    if row[1] != WORDS[Outcome.GRADED.value]:
        return "bad"
    return "good" if row[3] == "100 %" else ""
