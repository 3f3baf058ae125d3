from __future__ import annotations

import click

from gradewright.cli.ranges import AT_ONCE


@click.command()
@click.option(
    "--slots",
    type=AT_ONCE,
    metavar="NUMBER",
    help="How many submissions to grade at the same time (default: the setting `slots`, as many as there are cores).",
)
def worker(slots: int | None) -> None:
    """Grade what is queued, beside the workers of `gradewright serve`.

    It needs the same settings as the service, above all the same data directory and database. SIGTERM lets it finish
    what it has begun and then end with exit code 0; a second one puts back what is not finished.
    """
    from gradewright.cli.common import options, settings
    from gradewright.cli.serve_processes import prepare

    prepare(settings(slots=slots), quiet=options().quiet)
    from gradewright.cli.serve_parts import begin_work  # needs Django to be set up

    begin_work()
