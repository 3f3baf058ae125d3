"""Where a batch stands, said to whom it may concern: a live bar on a terminal, lines in a log, or nothing."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress, TaskID


class Meter(Protocol):
    """Hears of each submission that is done with."""

    def advance(self, line: str, *, reused: bool) -> None:
        """One more is done; `line` says how it went."""

    def say(self, line: str) -> None:
        """Something that everybody should read, now."""


class Silent:
    def advance(self, line: str, *, reused: bool) -> None:
        pass

    def say(self, line: str) -> None:
        click.echo(line, err=True)


class Lines:
    """A line for each submission, for logs; those of an earlier run pass without one."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def advance(self, line: str, *, reused: bool) -> None:
        self._done += 1
        if not reused:
            click.echo(f"{self._done}/{self._total} {line}", err=True)

    def say(self, line: str) -> None:
        click.echo(line, err=True)


class Live:
    """A bar with the rate and the time left."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task
        self._began = time.monotonic()
        self._graded = 0

    def advance(self, line: str, *, reused: bool) -> None:
        self._graded += not reused
        self._bar.update(self._task, advance=1, rate=rate(self._graded, time.monotonic() - self._began))

    def say(self, line: str) -> None:
        self._bar.console.print(line, markup=False, highlight=False)


@contextmanager
def meter(total: int, *, quiet: bool, doing: str = "Grading") -> Iterator[Meter]:
    """The meter that suits where stderr goes."""
    if quiet:
        yield Silent()
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _bar() as bar:
            yield Live(bar, bar.add_task(doing, total=total, rate=""))
    else:
        yield Lines(total)


def rate(count: int, seconds: float) -> str:
    """How fast it goes: "48.3 a second" or, if slow, "12 a minute"; empty if nothing can be said yet."""
    if not count or not seconds:
        return ""
    per_second = count / seconds
    return f"{per_second:.1f} a second" if per_second >= 1 else f"{per_second * 60:.1f} a minute"


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
        console=Console(stderr=True),
    )
