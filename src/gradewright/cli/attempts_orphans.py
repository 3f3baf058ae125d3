from __future__ import annotations

import click

from gradewright.cli.attempts_common import open_service


@click.command()
def orphans() -> None:
    """List what was sent and is in no database, because it was lost, or because a request was killed.

    What came within the last two minutes is not listed: it may be on its way into the database.
    """
    for orphan in open_service().orphans.found():
        if sent := orphan.submission:
            what = f"{sent.course}/{sent.exercise}  uid {sent.uid or '-'}"
            click.echo(f"{sent.received:%Y-%m-%d %H:%M:%S}  {what}  {orphan.id}")
        else:
            click.echo(f"{orphan.id}: nothing is known but its files, in {orphan.directory}")


@click.command()
@click.argument("submissions", nargs=-1, metavar="[SUBMISSION]...")
@click.option("--all", "everything", is_flag=True, help="All that `gradewright attempts orphans` lists.")
def recover(submissions: tuple[str, ...], everything: bool) -> None:
    """Put back what was sent and is in no database: it is graded, and the front end is told.

    What had been graded before its row was lost is graded once more.
    """
    from gradewright.errors import MissingError

    if bool(submissions) == everything:
        raise click.UsageError("Name submissions, or put back --all.")
    service = open_service()
    found = {orphan.id: orphan for orphan in service.orphans.found()}
    unknown = [id for id in submissions if id not in found]
    if unknown:
        raise MissingError(
            f"There is no orphan {unknown[0]}.", remedy="gradewright attempts orphans lists those that there are."
        )
    chosen = [orphan for id, orphan in found.items() if everything or id in submissions]
    whole = [orphan for orphan in chosen if orphan.submission]
    for orphan in whole:
        service.orphans.put_back(orphan)
    click.echo(f"{len(whole)} queued, {len(chosen) - len(whole)} cannot be put back.")
