"""`gradewright version`."""

from __future__ import annotations

import click

from gradewright import __version__
from gradewright.cli.common import options


@click.command()
@click.pass_context
def version(context: click.Context) -> None:
    """Print the version, and with `gradewright -q version` nothing else."""
    program = context.find_root().info_name
    click.echo(__version__ if options().quiet else f"Your {program}'s version is:\n\t{__version__}")
