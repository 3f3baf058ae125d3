"""`gradewright grade`: the table of its subcommands."""

from __future__ import annotations

import click

from gradewright.cli.lazy import LazyGroup

COMMANDS = {  # name: (module:object, one line of help)
    "batch": ("gradewright.cli.batch:batch", "Grade a directory full of submissions."),
    "local": ("gradewright.cli.grade_local:local", "Grade one submission."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def grade() -> None:
    """Grade submissions on this machine, in a sandbox, exactly as in production."""
