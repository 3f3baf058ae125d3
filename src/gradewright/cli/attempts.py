from __future__ import annotations

import click

from gradewright.cli.lazy import LazyGroup

TABLE = {
    "cancel": ("gradewright.cli.attempts_change:cancel", "End attempts without a verdict."),
    "deliver": ("gradewright.cli.attempts_change:deliver", "Send results again that front ends did not take."),
    "list": ("gradewright.cli.attempts_list:list_attempts", "List what was graded, and what was not."),
    "orphans": ("gradewright.cli.attempts_orphans:orphans", "List what was sent and is in no database."),
    "purge": ("gradewright.cli.attempts_change:purge", "Forget old submissions."),
    "recover": ("gradewright.cli.attempts_orphans:recover", "Put back what was sent and is in no database."),
    "regrade": ("gradewright.cli.attempts_change:regrade", "Grade submissions once more."),
    "show": ("gradewright.cli.attempts_list:show", "Show the gradings of one submission."),
}


@click.group(cls=LazyGroup, table=TABLE)
def attempts() -> None:
    """Look after what a service grades: for staff, on a machine with the service's settings."""
