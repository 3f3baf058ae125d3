"""The options of every command that grades on this machine, and what is made of them."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Callable, Collection
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gradewright.autograder import Autograder
    from gradewright.model.course import Exercise, Grader
    from gradewright.settings import Settings

GENERATIONS = ("v1", "v2", "auto")  # of the contract of Coursera, which images keep to unless another is named


def _exact(context: click.Context, parameter: click.Parameter, value: str | None) -> Fraction | None:
    if value is None:
        return None
    try:
        points = Fraction(value)
    except (ValueError, ZeroDivisionError):
        raise click.BadParameter(f"{value!r} is not a number of points, as in 10, 2.5 or 1/3.") from None
    if points < 0:
        raise click.BadParameter(f"{value} is less than nothing.")
    return points


def _finite(context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value} is not a number that can be counted to.")
    return value


def directory_of(grader: str) -> str:
    """The directory of a grader that is named by its `grader.toml`; any other name as it is."""
    path = Path(grader)
    return str(path.parent) if path.name == "grader.toml" and path.is_file() else grader


def named_grader(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """What is meant by an argument GRADER, as its callback."""
    return None if value is None else directory_of(value)


OPTIONS = (
    click.option(
        "--contract",
        metavar="NAME",
        help="How an image gives its verdict: v1 on stdout, v2 in /shared/feedback.json, auto in the file if there is "
        "one; or the name of another contract (default: auto).",
    ),
    click.option("--production-env", is_flag=True, help="Strip the ENV of an image, as production does."),
    click.option(
        "--points",
        metavar="NUMBER",
        callback=_exact,
        help="How many points there are (default: what the grader gives).",
    ),
    click.option("--sandbox", metavar="NAME", help="Where to run it (default: the strongest that works here)."),
    click.option(
        "--i-know-that-nothing-is-isolated", "unconfined", is_flag=True, help="Needed with --sandbox unconfined."
    ),
    click.option("--require", metavar="LIMITS", help="Grade only if the kernel enforces these: memory,cpu,pids,disk."),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        callback=_finite,
        metavar="SECONDS",
        help="How long each step may run (default: as its author says; for an image, 1200).",
    ),
    click.option(
        "--mem-limit",
        type=click.IntRange(min=0),
        metavar="MIB",
        help="How much memory each step may use, 0 for all there is (default: as its author says; for an image, 4096).",
    ),
    click.option(
        "--cpus",
        type=click.FloatRange(min=0, min_open=True),
        callback=_finite,
        metavar="NUMBER",
        help="How many cores each step may use (default: as its author says; for an image, 1).",
    ),
    click.option(
        "--warm-python",
        metavar="on|off|MODULES",
        help="Let each python3 be a fork of one that has started, and has imported MODULES, with commas between "
        "(default: as its author says, else off).",
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
    production_env: bool,
    points: Fraction | None,
    sandbox: str | None,
    unconfined: bool,
    require: str | None,
    timeout: float | None,
    mem_limit: int | None,
    cpus: float | None,
    warm_python: str | None,
    besides: Collection[Path] = (),
) -> tuple[Autograder, Exercise]:
    """What is needed to grade with the grader called `name`, to which `besides` does not belong.

    Raises if it, or a sandbox for it, is not there.
    """
    from gradewright.autograder import Autograder
    from gradewright.cli.common import settings
    from gradewright.model.course import Exercise

    chosen = settings(sandbox=sandbox, require=None if require is None else _limits_named(require))
    insist_on_walls(chosen, unconfined)
    autograder = Autograder(chosen)
    grader = _limited(_opened(autograder, name, contract, production_env, besides), timeout, mem_limit, cpus)
    if warm_python is not None:
        grader = replace(grader, warm_python=_modules(warm_python))
    autograder.sandbox_for(grader.root)  # if there is none, say so now
    return autograder, Exercise(id=name, grader=grader, max_points=points)


def _modules(words: str) -> tuple[str, ...] | None:
    from gradewright.errors import UsageError
    from gradewright.tables import warm_python

    try:
        return warm_python(words)
    except ValueError as error:
        raise UsageError(f"--warm-python {error}, and is {words!r}.") from None


def _limits_named(words: str) -> tuple[str, ...]:
    from gradewright.errors import UsageError
    from gradewright.settings import ENFORCEABLE

    names = tuple(words.replace(",", " ").split())
    if unknown := sorted(set(names) - set(ENFORCEABLE)):
        raise UsageError(
            f"--require: there is no limit {', '.join(unknown)}.", remedy=f"Known: {', '.join(ENFORCEABLE)}."
        )
    return names


def insist_on_walls(chosen: Settings, unconfined: bool) -> None:
    from gradewright.errors import UsageError

    if chosen.sandbox != "unconfined":
        return
    if not unconfined:
        raise UsageError(
            "The unconfined sandbox has no walls: what is graded may read and change whatever you may.",
            remedy="Choose another sandbox, or add --i-know-that-nothing-is-isolated.",
        )
    logging.warning("NOTHING IS ISOLATED: what is graded may read and change whatever you may.")


def _opened(
    autograder: Autograder, name: str, contract: str | None, production_env: bool, besides: Collection[Path]
) -> Grader:
    from gradewright.autograder import is_bare_package
    from gradewright.errors import UsageError

    if Path(name).is_dir() or is_bare_package(Path(name)):
        if contract or production_env:
            raise UsageError(
                "--contract and --production-env are for images.",
                remedy="Say it in the grader.toml of a grader: contract, generation, production_env.",
            )
        return autograder.open_grader(name, besides=besides)
    image = autograder.find_image(name)
    if contract in (None, *GENERATIONS):
        table = {"generation": contract or "auto", "production_env": production_env}
        return autograder.image_grader(image, "coursera", table)
    return autograder.image_grader(image, contract or "")


def _limited(grader: Grader, timeout: float | None, mem_limit: int | None, cpus: float | None) -> Grader:
    said = {
        "wall_seconds": timeout,
        "memory_bytes": None if mem_limit is None else memory_bytes(mem_limit),
        "cores": cpus,
    }
    changes: Any = {field: value for field, value in said.items() if value is not None}
    return replace(grader, limits=replace(grader.limits, **changes))


def memory_bytes(mib: int) -> int:
    """In bytes; 0 means all that this machine has."""
    from gradewright.model.run import MIB

    return mib * MIB or os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
