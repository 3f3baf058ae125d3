"""The reference names every key, every command and every answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradewright.contracts.aplus.planning import COMMANDS_HERE
from gradewright.contracts.aplus.settings import KEYS, RESERVED

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "contracts" / "aplus.md").read_text()
COMMANDS = sorted(path.name for path in (COMMANDS_HERE / "bin").iterdir())


@pytest.mark.parametrize("key", KEYS)
def test_every_key_has_its_place(key: str) -> None:
    assert f"\n| `{key}` |" in PAGE


@pytest.mark.parametrize("command", sorted({*COMMANDS} - {"gw"}))
def test_every_command_has_its_place(command: str) -> None:
    assert f"\n| `{command}" in PAGE


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_may_be_executed(command: str) -> None:
    assert (COMMANDS_HERE / "bin" / command).stat().st_mode & 0o111 == 0o111


@pytest.mark.parametrize("path", RESERVED)
def test_reserved_paths_are_named(path: str) -> None:
    assert f"`{path}`" in PAGE
