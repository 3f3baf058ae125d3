"""Whatever becomes of stdout, a command ends as others do on this system: in good order and without a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = [
    ["--help"],
    ["grade", "local", "--help"],
    ["doctor", "--sandbox", "unconfined", "--json"],
    ["new", "--help"],
    ["sanity", "--skip-environment", "--json", "grader"],
    ["grade", "batch", "-q", "grader", "grader/submissions"],
    ["harness", "--local", "--submissions", "submissions", "--resources", "resources", "--json"],
]


@pytest.fixture(autouse=True)
def _things_to_grade(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "gradewright", "new", "grader"], check=True, capture_output=True)
    src = tmp_path / "submissions" / "1" / "ada" / "src"
    src.mkdir(parents=True)
    (src / "a.txt").write_text("hello\n")
    part = tmp_path / "resources" / "1"
    part.mkdir(parents=True)
    (part / "config").write_text("[config]\nfilename = a.txt\n")
    (part / "Makefile").write_text("compile:\nrun:\n\techo '1;well done' > out/tests.log\n")


def ended(shell: str) -> subprocess.CompletedProcess[str]:
    """A line of bash, in which $GW is our command."""
    environment = {**os.environ, "GW": f"{sys.executable} -m gradewright"}
    return subprocess.run(["bash", "-c", shell], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_when_nobody_reads_on_a_command_ends_as_sigpipe_ends_others(words: list[str]) -> None:
    said = ended(f"$GW {' '.join(words)} | exec true; exit ${{PIPESTATUS[0]}}")
    assert said.returncode == 141, said.stderr
    assert "Traceback" not in said.stderr
    assert "BrokenPipe" not in said.stderr


def test_nobody_reads_the_errors_either() -> None:
    said = ended("$GW grade local nowhere nothing 2>&1 | exec true; exit ${PIPESTATUS[0]}")
    assert said.returncode == 141


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_full_disk_behind_stdout_is_said(words: list[str]) -> None:
    said = ended(f"$GW {' '.join(words)} > /dev/full")
    assert said.returncode == 2
    assert said.stderr.endswith("Error: stdout cannot be written: No space left on device.\n")
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_streams_may_be_closed_from_the_start(closed: str) -> None:
    said = ended(f"$GW grade local grader grader/submissions/right.py {closed}")
    assert (said.returncode, "Traceback" in said.stderr) == (0, False), said.stderr


def test_what_is_printed_is_whole_if_another_stream_is_closed() -> None:
    said = ended("$GW -q grade local --json grader grader/submissions/right.py 2>&- <&-")
    assert '"outcome": "graded"' in said.stdout


@pytest.mark.parametrize("program", ["courseraprogramming", "coursera_autograder"])
def test_the_originals_names_do_the_same(program: str) -> None:
    start = f"from gradewright.cli.main import {program} as main; main()"
    said = ended(f"{sys.executable} -c '{start}' version | exec true; exit ${{PIPESTATUS[0]}}")
    assert said.returncode == 141
