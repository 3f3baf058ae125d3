"""`gradewright course`: the table of its subcommands."""

from __future__ import annotations

import click

from gradewright.cli.lazy import LazyGroup

COMMANDS = {  # name: (module:object, one line of help)
    "check": ("gradewright.cli.course_check:check", "Check courses and tell everything that is wrong with them."),
    "generate": ("gradewright.cli.course_generate:generate", "Make instances of personalised exercises."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def course() -> None:
    """Make, check and export courses: directories with an index.yaml or index.json, as A+ graders take them."""
