"""`gradewright package`: the table of its subcommands."""

from __future__ import annotations

import click

from gradewright.cli.lazy import LazyGroup

COMMANDS = {  # name: (module:object, one line of help)
    "check": ("gradewright.cli.package_check:check", "Check a package and show its test cases."),
    "new": ("gradewright.cli.package_new:new", "Make a working package to start from."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def package() -> None:
    """Make and check packages: a Makefile with the tests of one exercise, as Coursemology takes them."""
