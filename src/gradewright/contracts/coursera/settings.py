"""What `grader.toml` may say to this contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from gradewright.model.run import MIB, Limits
from gradewright.tables import SHARED_KEYS, Table, integer, one_of, text, texts_by_name, words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gradewright.model.course import Grader

KEYS = ("generation", "command", "files", "user", "production_env", "environment")
DEFAULT_USER = 1000
HIGHEST_USER = 65_533

# What the production service gives a grader unless its author asks for more (coursera 1.2); the rest is ours.
LIMITS = Limits(
    wall_seconds=1200.0,
    memory_bytes=4096 * MIB,
    processes=256,
    disk_bytes=512 * MIB,
    cores=1.0,
)


class Generation(StrEnum):
    """Where the verdict is."""

    V1 = "v1"  # on stdout
    V2 = "v2"  # in /shared/feedback.json
    AUTO = "auto"  # in the file if there is one, else on stdout


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseraSettings:
    generation: Generation = Generation.AUTO
    command: tuple[str, ...] | None = None  # runs instead of the image's ENTRYPOINT and CMD; host graders need it
    files: Path | None = None  # shown read-only at /grader; None: the grader's directory if there is no image
    user: int = DEFAULT_USER  # user and group id inside
    production_env: bool = False  # strip the ENV of the image, as production does
    environment: Mapping[str, str] = field(default_factory=dict)


def settings(table: Mapping[str, Any], directory: Path) -> CourseraSettings:
    """The settings in a table. Raises `AuthorError` with every problem found."""
    values = Table(table, KEYS, elsewhere=SHARED_KEYS)
    result = CourseraSettings(
        generation=Generation(values.read("generation", one_of([*Generation]), Generation.AUTO)),
        command=values.read("command", words, None),
        files=values.read("files", lambda value: _directory(directory, value), None),
        user=values.read("user", _user, DEFAULT_USER),
        production_env=values.read("production_env", _truth, False),
        environment=values.read("environment", texts_by_name, {}),
    )
    values.finish(f"The Coursera grader in {directory} cannot be used.")
    return result


def of(grader: Grader) -> CourseraSettings:
    """The settings of a grader; the defaults for an image that came without a file of ours."""
    return grader.settings if isinstance(grader.settings, CourseraSettings) else CourseraSettings()


def _directory(base: Path, value: Any) -> Path:
    path = (base / text(value)).resolve()
    if not path.is_relative_to(base.resolve()) or not path.is_dir():
        raise ValueError(f"must name a directory inside {base}")
    return path


def _user(value: Any) -> int:
    if not 0 <= integer(value) <= HIGHEST_USER:
        raise ValueError(f"must be a user id from 0 to {HIGHEST_USER}")
    return integer(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value
