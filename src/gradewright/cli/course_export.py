"""`gradewright course export DIRECTORY`."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--aplus-json", is_flag=True, required=True, help="In the form that A+ imports.")
@click.option(
    "--base-url",
    default="http://localhost:8080",
    show_default=True,
    metavar="URL",
    help="Where the course is served.",
)
@click.option("--static-url", metavar="URL", help="Where static files are served (default: static/ at the base URL).")
def export(directory: Path, aplus_json: bool, base_url: str, static_url: str | None) -> int:
    """Print the course in DIRECTORY for an import into A+.

    Exits with 1 if it holds errors: they are in the document, and what cannot be used is left out.
    """
    from gradewright.courses.aplus.loading import load_course
    from gradewright.courses.aplus_export import aplus_json as exported
    from gradewright.errors import MissingError

    course = load_course(directory.resolve())
    if course is None:
        raise MissingError(
            f"{directory} is no course: there is no index.yaml or index.json.",
            remedy="Name the directory that holds the index, or the apps.meta beside it.",
        )
    static = static_url if static_url is not None else f"{base_url.rstrip('/')}/static"
    document = exported(course, base_url=base_url, static_url=static)
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    return int("errors" in document)
