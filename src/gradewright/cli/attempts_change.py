from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from gradewright.cli.attempts_common import choosing, open_service
from gradewright.errors import MissingError

AT_ONCE = 500  # submissions that are forgotten in one go


@click.command()
@click.argument("submissions", nargs=-1, metavar="[SUBMISSION]...")
@choosing
def regrade(submissions: tuple[str, ...], **choice: Any) -> None:
    """Grade submissions once more, by id or all that the options choose.

    Each gets a new attempt, unless one is waiting or running. The front end is told of the new result.
    Those whose exercise is gone stay as they are, and are told of at the end.
    """
    _insist_on_choice(submissions, choice)
    service = open_service()
    from gradewright.storage import staff  # needs Django to be set up

    chosen = submissions or staff.submissions(**choice)
    reasons: Counter[str] = Counter()
    for submission in chosen:
        try:
            service.regrade(submission)
        except MissingError as error:
            reasons[str(error)] += 1
    click.echo(f"{len(chosen) - reasons.total()} queued.")
    if reasons:
        raise MissingError("\n".join(f"{count} not queued: {reason}" for reason, count in reasons.items()))


@click.command()
@click.argument("attempts", nargs=-1, required=True, type=int, metavar="ATTEMPT...")
def cancel(attempts: tuple[int, ...]) -> None:
    """End attempts without a verdict, by the number that `gradewright attempts list` shows.

    The front end is told of an error, which costs the student no attempt.
    """
    open_service()
    from gradewright.storage import staff  # needs Django to be set up

    outcomes: Counter[bool] = Counter()
    missing: list[MissingError] = []
    for attempt in attempts:
        try:
            outcomes[staff.cancel(attempt)] += 1
        except MissingError as error:
            missing.append(error)
    click.echo(f"{outcomes[True]} cancelled, {outcomes[False]} had ended already.")
    if missing:
        raise MissingError("\n".join(error.message for error in missing), remedy=missing[0].remedy)


@click.command()
@choosing
def deliver(**choice: Any) -> None:
    """Send results again that front ends did not take, at once and for as long as new ones."""
    open_service()
    from gradewright.storage import staff  # needs Django to be set up

    waiting = staff.attempts(**choice, undelivered=True)
    click.echo(f"{staff.deliver_again([attempt.id for attempt in waiting])} will be sent by the workers.")


@click.command()
@click.option(
    "--older-than",
    type=click.IntRange(min=1),
    required=True,
    metavar="DAYS",
    help="Forget what was received before so many days.",
)
def purge(older_than: int) -> None:
    """Forget old submissions: their files, gradings and reports.

    What waits to be graded or delivered stays. What is in no database goes with the others.
    """
    service = open_service()
    from gradewright.storage import staff  # needs Django to be set up

    before = datetime.now(UTC) - timedelta(days=older_than)
    count = 0
    while found := staff.old(before, AT_ONCE):
        for id, directory in found:
            staff.forget(id)
            service.files.remove(directory)
        count += len(found)
    for orphan in service.orphans.found(before):
        service.files.remove(orphan.directory)
        count += 1
    click.echo(f"{count} forgotten.")


def _insist_on_choice(submissions: tuple[str, ...], choice: dict[str, Any]) -> None:
    if bool(submissions) == any(choice.values()):
        raise click.UsageError("Either name submissions, or choose them with --course, --exercise, --uid or --failed.")
