"""The reference is complete: every command, option, setting, exit code and verdict has its place in it."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from gradewright import errors
from gradewright.cli.main import cli
from gradewright.settings import ENFORCEABLE, Settings
from gradewright.verdicts import CATALOGUE

DOCS = Path(__file__).parent.parent / "docs"
REFERENCE = DOCS / "reference"


def commands(command: click.Command = cli, path: str = "gradewright") -> Iterator[tuple[str, click.Command]]:
    """Every command that is shown to users, with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None, f"{path} {name} is listed and cannot be loaded"
            yield from commands(below, f"{path} {name}")


def sections(page: str) -> dict[str, str]:
    """The text of a reference page below each of its second-level headings."""
    parts = re.split(r"^## (.+)$", (REFERENCE / page).read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_and_option_has_its_place() -> None:
    documented = sections("commands.md")
    missing = [
        f"{path} {option}"
        for path, command in commands()
        if not command.hidden
        for param in command.params
        if isinstance(param, click.Option) and not param.hidden
        for option in (*param.opts, *param.secondary_opts)
        if not re.search(rf"{re.escape(option)}(?![\w-])", documented.get(path, ""))
    ]
    assert missing == [], "run: ./dev docs"
    assert {path for path, command in commands() if not command.hidden} == set(documented)


def test_the_page_of_commands_is_up_to_date() -> None:
    module = runpy.run_path(str(DOCS / "commands_page.py"))
    assert (REFERENCE / "commands.md").read_text() == module["page"](), "run: ./dev docs"


def test_every_command_and_option_says_what_it_is_for() -> None:
    silent = [
        f"{path} {param.name}"
        for path, command in commands()
        for param in command.params
        if isinstance(param, click.Option) and not param.hidden and not param.help
    ]
    silent += [path for path, command in commands() if not command.help]
    assert silent == []


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_every_setting_has_its_place(setting: str) -> None:
    text = sections("settings.md").get(setting, "")
    assert f"`GRADEWRIGHT_{setting.upper()}`" in text
    assert "Default:" in text


def test_no_setting_is_documented_that_does_not_exist() -> None:
    assert set(sections("settings.md")) == {field.name for field in fields(Settings)}


@pytest.mark.parametrize("limit", ENFORCEABLE)
def test_every_limit_that_can_be_required_is_named(limit: str) -> None:
    assert f"`{limit}`" in sections("settings.md")["require"]


def kinds_of_error() -> Iterator[type[errors.GradewrightError]]:
    unseen = [errors.GradewrightError]
    while unseen:
        kind = unseen.pop()
        unseen += kind.__subclasses__()
        yield kind


@pytest.mark.parametrize("code", sorted({0, 130} | {kind.exit_code for kind in kinds_of_error()}))
def test_every_exit_code_has_its_place(code: int) -> None:
    assert f"\n| {code} |" in (REFERENCE / "exit-codes.md").read_text()


@pytest.mark.parametrize("verdict", CATALOGUE)
def test_every_verdict_has_its_place(verdict: str) -> None:
    assert f"`{verdict}`" in (REFERENCE / "verdicts.md").read_text()
