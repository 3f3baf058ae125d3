from __future__ import annotations

from pathlib import Path

import click

from gradewright.cli.ranges import AT_ONCE, AT_ONCE_OR_NONE


@click.command()
@click.option(
    "--courses",
    "courses_dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="The directory that holds a directory for each course (default: the setting `courses_dir`).",
)
@click.option(
    "--data",
    "data_dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where to keep submissions and the database (default: the setting `data_dir`).",
)
@click.option("--bind", metavar="ADDRESS:PORT", help="Where to listen (default: 127.0.0.1:8080).")
@click.option(
    "--web-workers",
    type=AT_ONCE,
    metavar="NUMBER",
    help="Processes that answer requests (default: 2).",
)
@click.option(
    "--workers",
    type=AT_ONCE_OR_NONE,
    default=1,
    show_default=True,
    metavar="NUMBER",
    help="Processes that grade; with 0, start `gradewright worker` elsewhere.",
)
@click.option(
    "--slots",
    type=AT_ONCE,
    metavar="NUMBER",
    help="How many submissions each of them grades at the same time (default: as many as there are cores).",
)
def serve(
    courses_dir: Path | None,
    data_dir: Path | None,
    bind: str | None,
    web_workers: int | None,
    workers: int,
    slots: int | None,
) -> int:
    """Serve courses: pages for a front end such as A+, and workers that grade what is sent.

    Brings the database up to date, then runs until SIGTERM or ^C: what was begun is finished first, a second signal
    puts it back. A part that dies is started again.
    """
    from gradewright.cli.common import options, settings
    from gradewright.cli.serve_processes import serve_until_told

    chosen = settings(courses_dir=courses_dir, data_dir=data_dir, bind=bind, web_workers=web_workers, slots=slots)
    return serve_until_told(chosen, workers=workers, quiet=options().quiet)
