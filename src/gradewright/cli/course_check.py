"""`gradewright course check DIRECTORY`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(directory: Path) -> int:
    """Check the course in DIRECTORY, or every course below it, and tell everything that is wrong."""
    raise click.UsageError("not yet")
