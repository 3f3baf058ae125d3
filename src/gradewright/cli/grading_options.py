"""The options of every command that grades on this machine, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gradewright.autograder import Autograder
    from gradewright.model.course import Exercise, Grader


class Points(click.ParamType):
    """A number of points, exactly: 10, 2.5 or 1/3."""

    name = "points"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        try:
            points = Fraction(str(value))
        except (ValueError, ZeroDivisionError):
            self.fail(f"{value!r} is not a number of points, as in 10, 2.5 or 1/3.", param, ctx)
        if points < 0:
            self.fail(f"{value} is less than nothing.", param, ctx)
        return points


OPTIONS = (
    click.option("--contract", metavar="NAME", help="How an image gives its verdict (default: coursera)."),
    click.option("--points", type=Points(), help="How many points there are (default: as many as the grader gives)."),
    click.option("--sandbox", metavar="NAME", help="Where to run it (default: the strongest that works here)."),
    click.option("--require", metavar="LIMITS", help="Grade only if the kernel enforces these: memory,cpu,pids,disk."),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="How long each step may run (default: as its author says).",
    ),
    click.option(
        "--mem-limit",
        type=click.IntRange(min=1),
        metavar="MIB",
        help="How much memory each step may use (default: as its author says).",
    ),
)


def grading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add OPTIONS to a command, which hands what it is given to `prepare`."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def prepare(
    name: str,
    *,
    contract: str | None,
    points: Fraction | None,
    sandbox: str | None,
    require: str | None,
    timeout: float | None,
    mem_limit: int | None,
) -> tuple[Autograder, Exercise]:
    """What is needed to grade with the grader called `name`. Raises if it, or a sandbox for it, is not there."""
    from gradewright.autograder import Autograder
    from gradewright.cli.common import settings
    from gradewright.model.course import Exercise

    autograder = Autograder(settings(sandbox=sandbox, require=None if require is None else _limits_named(require)))
    grader = _limited(autograder.open_grader(name, contract=contract), timeout, mem_limit)
    autograder.sandbox_for(grader.root)  # if there is none, say so now
    return autograder, Exercise(id=name, grader=grader, max_points=points)


def _limits_named(words: str) -> tuple[str, ...]:
    from gradewright.errors import UsageError
    from gradewright.settings import ENFORCEABLE

    names = tuple(words.replace(",", " ").split())
    if unknown := sorted(set(names) - set(ENFORCEABLE)):
        raise UsageError(
            f"--require: there is no limit {', '.join(unknown)}.", remedy=f"Known: {', '.join(ENFORCEABLE)}."
        )
    return names


def _limited(grader: Grader, timeout: float | None, mem_limit: int | None) -> Grader:
    from gradewright.model.run import MIB

    limits = grader.limits
    if timeout is not None:
        limits = replace(limits, wall_seconds=timeout)
    if mem_limit is not None:
        limits = replace(limits, memory_bytes=mem_limit * MIB)
    return replace(grader, limits=limits)
