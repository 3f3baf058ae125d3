"""`gradewright doctor`: try each sandbox here and say how to mend what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from textwrap import fill, indent
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gradewright.doctor.examination import Examined, Found
    from gradewright.doctor.facts import Fact

UNSAFE = "unconfined"
EXIT_NONE_USABLE = 69
WORDS = {  # of the enforcement map: (in a cell, below the table)
    "poll": ("watched", "looked at many times a second and stopped when found too large, not prevented by the kernel"),
    "rlimit": ("counted", "by the kernel, but for each process or for the user on the whole machine"),
}


@click.command()
@click.option("--sandbox", metavar="NAME", help="Try only this one.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def doctor(sandbox: str | None, as_json: bool) -> int:
    """Try each sandbox here and say how to mend what is missing.

    Small programs that overstep one limit each are run in every sandbox. The exit code is 0 if there is a sandbox in
    which all of them are stopped, else 69.
    """
    from gradewright.autograder import Autograder
    from gradewright.cli.common import settings as settings_in_force
    from gradewright.doctor.examination import examine
    from gradewright.doctor.facts import facts

    settings = settings_in_force()
    names = _names(sandbox)
    known = facts(settings, Autograder(settings).machine)
    examined = [examine(name, settings) for name in names]
    if as_json:
        click.echo(json.dumps(_document(known, examined), indent=2))
    else:
        for line in _lines(known, examined):
            click.echo(line)
    return 0 if any(item.usable for item in examined) else EXIT_NONE_USABLE


def _names(chosen: str | None) -> list[str]:
    from gradewright import plugins
    from gradewright.errors import UsageError

    known = plugins.names("sandboxes")
    if chosen and chosen not in known:
        raise UsageError(f"There is no sandbox named {chosen!r}.", remedy=f"Known: {', '.join(known)}.")
    return [chosen] if chosen else [name for name in known if name != UNSAFE]


def _document(known: Sequence[Fact], examined: Sequence[Examined]) -> dict[str, Any]:
    return {
        "usable": any(item.usable for item in examined),
        "machine": {fact.id: fact.value for fact in known},
        "sandboxes": [_sandbox(item) for item in examined],
    }


def _sandbox(item: Examined) -> dict[str, Any]:
    return {
        "name": item.sandbox,
        "usable": item.usable,
        "unavailable": item.unavailable,
        "degradation": item.degradation,
        "findings": [{**asdict(found), "holds": found.holds} for found in item.found],
    }


def _lines(known: Sequence[Fact], examined: Sequence[Examined]) -> Iterator[str]:
    widest = max(len(fact.label) for fact in known)
    yield from (f"{fact.label:{widest}}  {fact.value}" for fact in known)
    yield from _matrix([item for item in examined if item.found])
    for item in examined:
        yield from _troubles(item)
    if UNSAFE not in [item.sandbox for item in examined]:
        yield f"\n{UNSAFE}: always there and holds next to nothing; used only where it is asked for by name."
    usable = [item.sandbox for item in examined if item.usable]
    yield f"\nUsable here: {', '.join(usable)}." if usable else "\nNo sandbox is usable here. Mend one of the above."


def _matrix(tried: Sequence[Examined]) -> Iterator[str]:
    """A row for each claim, a column for each sandbox."""
    from gradewright.cli.outputs import paint
    from gradewright.reports.table import table

    if not tried:
        return
    rows = [(found[0].claim, *map(_cell, found)) for found in zip(*(item.found for item in tried), strict=True)]
    yield ""
    yield from table(("in the sandbox", *(item.sandbox for item in tried)), rows, paint=paint())
    used = {found.means for item in tried for found in item.found if found.holds}
    yield from (f"  {word}: {meaning}" for means, (word, meaning) in WORDS.items() if means in used)


def _cell(found: Found) -> str:
    word, _ = WORDS.get(found.means, ("yes", ""))
    return word if found.holds else "NO"


def _troubles(item: Examined) -> Iterator[str]:
    if item.unavailable:
        yield f"\n{item.sandbox} is not usable:"
        yield indent(item.unavailable, "  ")
    wrong = [found for found in item.found if not found.holds]
    if wrong:
        yield f"\n{item.sandbox} does not hold:"
        yield from (f"  {found.claim}: NO, {found.trouble}" for found in wrong)
    if item.usable and item.degradation:
        yield f"\n{fill(item.degradation, 100)}"
