from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gradewright.cli.attempts_common import choosing, open_service

if TYPE_CHECKING:
    from gradewright.model.attempt import AttemptRecord


@click.command("list")
@choosing
@click.option("--undelivered", is_flag=True, help="Only what the front end does not know yet.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many, the latest.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with the reports.")
def list_attempts(limit: int, undelivered: bool, as_json: bool, **choice: Any) -> None:
    """List what was graded, and what was not."""
    open_service()
    from gradewright.storage import staff  # needs Django to be set up

    _print(staff.attempts(**choice, undelivered=undelivered, limit=limit), as_json)


@click.command()
@click.argument("submission")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with the reports.")
def show(submission: str, as_json: bool) -> None:
    """Show the gradings of one submission, with what staff should know of each."""
    from gradewright.errors import MissingError
    from gradewright.reports.json import from_json
    from gradewright.reports.text import as_text

    found = open_service().status(submission)
    if not found:
        raise MissingError(f"There is no submission {submission}.", remedy="gradewright attempts list shows their ids.")
    _print(found, as_json)
    if as_json:
        return
    for attempt in found:
        if attempt.report:
            click.echo(f"\nAttempt {attempt.id}:\n{as_text(from_json(attempt.report))}")


def _print(attempts: list[AttemptRecord], as_json: bool) -> None:
    if as_json:
        import json
        from dataclasses import asdict

        for attempt in attempts:
            click.echo(json.dumps(asdict(attempt), default=str))
        return
    for attempt in attempts:
        click.echo(_line(attempt))


def _line(attempt: AttemptRecord) -> str:
    """One attempt, and below it what went wrong."""
    news = f", {attempt.delivery.value}" if attempt.delivery else ""
    points = ""
    if attempt.report:
        points = f"  {attempt.report['outcome']} {attempt.report['points']}/{attempt.report['max_points']}"
    what = f"{attempt.course}/{attempt.exercise}  uid {attempt.uid or '-'}  {attempt.state.value}{news}{points}"
    line = f"{attempt.id:6}  {attempt.queued:%Y-%m-%d %H:%M:%S}  {what}  {attempt.submission}"
    faults = [fault for fault in (attempt.fault, attempt.delivery_fault) if fault]
    return "\n        ".join([line, *(" ".join(fault.split()) for fault in faults)])
