"""What all subcommands share: the options before the subcommand, and how we talk.

Data goes to stdout. Talk goes to stderr as `LEVEL:root:message`, the format of the original tools (coursera 1.1).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from gradewright.settings import Settings

TRACE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Globals:
    """The options before the subcommand."""

    compatible: bool = False  # run under the name of one of the original tools
    quiet: int = 0
    config: Path | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)  # fields of `Settings`


def options() -> Globals:
    """The options before the subcommand that is running."""
    context = click.get_current_context(silent=True)
    found = context.find_object(Globals) if context else None
    return found or Globals()


def settings(**changes: Any) -> Settings:
    """The settings in force, the command line included; a change that is None changes nothing.

    Raises `AuthorError` naming file and key of what is wrong.
    """
    from gradewright.settings import load

    given = options()
    said = {key: value for key, value in changes.items() if value is not None}
    return replace(load(config=given.config), **{**given.changes, **said})


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is at the time."""

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, value: TextIO) -> None:
        pass


def set_up_talk(verbose: int, quiet: int, *, silence_urllib3: bool) -> None:
    level = (logging.INFO, logging.DEBUG, TRACE)[min(verbose, 2)]
    if quiet:
        level = (logging.WARNING, logging.ERROR)[min(quiet, 2) - 1]
    handler = _Stderr()
    handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, _Stderr)] + [handler]
    root.setLevel(level)
    logging.getLogger("urllib3").setLevel(logging.NOTSET if verbose and not silence_urllib3 else logging.WARNING)
