"""Run the command line as a user would, and see what it printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from gradewright.cli.main import run
from gradewright.model.machine import Machine


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command exited with and printed."""

    code: int
    data: bytes  # stdout as it is
    err: str

    @property
    def out(self) -> str:
        return self.data.decode()


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state_directory: Path, machine: Machine) -> None:
    """No settings of whoever runs the tests, and a directory of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no-config"))
    monkeypatch.setenv("GRADEWRIGHT_STATE_DIR", str(state_directory))
    monkeypatch.setenv("GRADEWRIGHT_CACHE_DIR", str(machine.cache_dir))


@pytest.fixture
def gradewright(capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Said]:
    """`gradewright("grade", "local", ...)`; with `program`, under the name of one of the original tools."""

    def run_it(*words: object, program: str = "gradewright") -> Said:
        code = run([str(word) for word in words], program)
        captured = capsysbinary.readouterr()
        return Said(code=code, data=captured.out, err=captured.err.decode())

    return run_it
