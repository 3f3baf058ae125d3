"""A group whose subcommands are imported only when they are run or asked for their own help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

import click

Table = Mapping[str, tuple[str, str]]  # name: ("module:object", one line of help)


def _nearest(word: str, known: Iterable[str]) -> str:
    """What somebody who mistyped a word most likely meant; empty if nothing is near."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, known, n=1)), "")


class LazyGroup(click.Group):
    def __init__(self, *args: Any, table: Table, **attrs: Any) -> None:
        super().__init__(*args, **attrs)
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._table:
            return None
        module, _, name = self._table[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self._table and (near := _nearest(args[0], self._table)):
            raise click.UsageError(f"No such command {args[0]!r}. Did you mean {near}?", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in sorted(self._table.items())])
