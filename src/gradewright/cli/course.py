"""`gradewright course`: the table of its subcommands."""

from __future__ import annotations

import click

from gradewright.cli.extras import need
from gradewright.cli.lazy import LazyGroup

COMMANDS = {  # name: (module:object, one line of help)
    "check": ("gradewright.cli.course_check:check", "Check courses and tell everything that is wrong with them."),
    "export": ("gradewright.cli.course_export:export", "Print a course for an import into A+."),
    "generate": ("gradewright.cli.course_generate:generate", "Make instances of personalised exercises."),
    "new": ("gradewright.cli.course_new:new", "Make a small working course to start from."),
    "schema": ("gradewright.cli.course_schema:schema", "Print JSON Schemas of course files, for editors."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def course() -> None:
    """Make, check and export courses: directories with an index.yaml or index.json, as A+ graders take them."""
    need("server", "django", "docutils", "pydantic", "yaml")
