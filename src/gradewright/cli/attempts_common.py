"""What the commands about attempts share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gradewright.service import CourseService


def open_service() -> CourseService:
    """The service of the settings in force. Raises `MissingError` if it was never started there."""
    from gradewright import django_settings
    from gradewright.cli.common import settings
    from gradewright.errors import MissingError

    chosen = settings()
    if not chosen.database and not (chosen.data_dir / "gradewright.sqlite3").exists():
        raise MissingError(
            f"There is no database in {chosen.data_dir}.",
            remedy="Name the service's directory in GRADEWRIGHT_DATA_DIR, or its database in GRADEWRIGHT_DATABASE.",
        )
    django_settings.set_up(chosen)
    from gradewright.service import service

    return service()


CHOICE = (
    click.option("--course", default="", metavar="KEY", help="Only of this course."),
    click.option("--exercise", default="", metavar="KEY", help="Only of this exercise."),
    click.option("--uid", default="", metavar="ID", help="Only of these students, as the front end numbers them."),
    click.option("--failed", is_flag=True, help="Only what came to no verdict through a fault of ours."),
)


def choosing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add CHOICE to a command, by which it chooses attempts."""
    for option in reversed(CHOICE):
        command = option(command)
    return command
