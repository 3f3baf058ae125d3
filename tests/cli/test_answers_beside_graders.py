"""Graders whose directory also holds what students sent, as `gradewright new` lays it out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

GREETING = 'contract = "cases"\nrun = ["/bin/sh", "main.sh"]\n[[cases]]\nexpected = "hello"\n'
READING = f'{GREETING}stdin = {{ file = "input.txt" }}\n'
RIGHTS = "-dac_override,-dac_read_search"  # by which root reads what it may not


@pytest.fixture
def grader() -> Path:
    directory = Path("grader")
    (directory / "submissions").mkdir(parents=True)
    (directory / "grader.toml").write_text(GREETING)
    (directory / "submissions" / "main.sh").write_text("echo hello")
    return directory


def as_one_who_may_not_read_all(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in a process whose user is stopped by the permissions of files, as root is not."""
    deprived = ["setpriv", f"--bounding-set={RIGHTS}"] if os.geteuid() == 0 else []
    command = [*deprived, sys.executable, "-m", "gradewright", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


# ---- what cannot be read


@pytest.mark.parametrize("beside", ["submissions/ben.sh", "notes.txt", "submissions/ben/", "old/"])
def test_what_is_not_needed_need_not_be_readable(grader: Path, beside: str) -> None:
    closed = grader / beside
    closed.mkdir() if beside.endswith("/") else closed.touch()
    closed.chmod(0)
    said = as_one_who_may_not_read_all("grade", "local", grader, grader / "submissions" / "main.sh")
    closed.chmod(0o700)
    assert said.returncode == 0, said.stderr
    assert "Graded: 1 of 1" in said.stdout


def test_what_is_needed_and_cannot_be_read_is_told_by_name(grader: Path) -> None:
    (grader / "grader.toml").write_text(READING)
    (grader / "input.txt").touch()
    (grader / "input.txt").chmod(0)
    said = as_one_who_may_not_read_all("grade", "local", grader, grader / "submissions" / "main.sh")
    assert said.returncode == 2
    assert "input.txt: Permission denied" in said.stderr


def test_others_are_not_even_looked_at(gradewright: Run, grader: Path) -> None:
    with (grader / "submissions" / "huge").open("wb") as file:
        file.truncate(2 << 30)
    assert gradewright("grade", "local", grader, grader / "submissions" / "main.sh").code == 0
