"""Writes docs/reference/commands.md from the command line itself; `./dev docs` runs it, a test sees that it was run."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from gradewright.cli.main import cli

PAGE = Path(__file__).parent / "reference" / "commands.md"

HEAD = """\
% Written by ./dev docs from the commands themselves: change their docstrings and options, not this page.

# Commands

Every command also explains itself: `gradewright COMMAND --help`, or `-h`. What it prints for programs goes to standard
output, what it says to people to standard error; colours are left out where the output is no terminal or `NO_COLOR` is
set. The [exit codes](exit-codes.md) are the same everywhere, and [settings](settings.md) give defaults for what no
option says.
"""


def page() -> str:
    """The whole page: the program itself and then every command, in alphabetical order."""
    top = click.Context(cli, info_name="gradewright", **cli.context_settings)
    return "\n".join([HEAD, *(section(context) for context in contexts(top))])


def contexts(context: click.Context) -> Iterator[click.Context]:
    """A command and all below it, but hidden ones."""
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command and not command.hidden:
                yield from contexts(click.Context(command, info_name=name, parent=context))


def section(context: click.Context) -> str:
    command = context.command
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    text = paragraphs(command.help or "")
    return "\n".join([f"## {context.command_path}", "", text, "", "```text", usage, "```", "", *options(context)])


def paragraphs(help_text: str) -> str:
    """Help as click understands it: a paragraph after a line with a backspace is not rewrapped."""
    blocks = inspect.cleandoc(help_text).split("\n\n")
    return "\n\n".join(f"```text\n{block[2:]}\n```" if block.startswith("\b\n") else escaped(block) for block in blocks)


def options(context: click.Context) -> Iterator[str]:
    described = (param for param in context.command.params if isinstance(param, click.Option))
    records = [record for option in described if (record := option.get_help_record(context))]
    if not records:
        return
    yield "| option | meaning |"
    yield "|---|---|"
    for names, meaning in records:
        yield f"| `{cell(names)}` | {cell(escaped(meaning))} |"
    yield ""


def escaped(text: str) -> str:
    """Words as they are: no HTML, no emphasis."""
    return text.replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page())
