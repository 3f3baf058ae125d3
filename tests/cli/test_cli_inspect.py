"""`gradewright inspect` (coursera 3, 8)."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.fixtures import SANDBOXES

Run = Callable[..., Any]
BRACKETED_PASTE = re.compile(r"\x1b\[\?2004[hl]\r?")
PROMPTS = (b"$ ", b"# ")
TOO_MUCH = "python3 -c \"print('had', len(b'x' * 1200 * 1024 * 1024) >> 20)\""


@dataclass(frozen=True)
class Session:
    code: int
    shown: str


def at_a_terminal(*words: object, keys: str) -> Session:
    """What a user sees who types `keys` into `gradewright inspect`."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "gradewright", "inspect", *map(str, words)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        shown, typed = b"", False
        while True:
            try:
                data = os.read(ours, 65536)
            except OSError:  # EIO: everybody on the other side is gone
                break
            shown += data
            if not typed and shown.endswith(PROMPTS):
                os.write(ours, f"{keys}\n".encode())
                typed = True
        process.wait(timeout=30)
    os.close(ours)
    plain = BRACKETED_PASTE.sub("", shown.decode(errors="replace"))
    return Session(process.returncode, plain.replace("\r\n", "\n"))


def test_inspect_needs_a_terminal(gradewright: Run, grader_v1: str) -> None:
    said = gradewright("inspect", grader_v1)
    assert said.code == 69
    assert "needs a terminal" in said.err


@pytest.mark.parametrize("sandbox", SANDBOXES[:-1])  # in docker a student is an id of the slot
def test_inspect_gives_the_view_of_a_student(sandbox: str, grader_v1: str) -> None:
    Path("sent").mkdir()
    Path("sent/lost.txt").write_text("4\n")
    keys = "id -u; cat /shared/submission/*; ls /grader; touch /shared/submission/x; cat /proc/net/dev; exit 7"
    session = at_a_terminal(grader_v1, "-d", "sent", "--sandbox", sandbox, keys=keys)
    assert session.code == 7
    assert "\n1000\n4\ngrade.py\n" in session.shown
    assert "Read-only file system" in session.shown
    assert "eth" not in session.shown


def test_inspect_limits_memory_to_1_gib_unless_told_otherwise(grader_v1: str) -> None:
    assert "\nhad 1200\n" not in at_a_terminal(grader_v1, keys=f"{TOO_MUCH}; exit 0").shown
    assert "\nhad 1200\n" in at_a_terminal(grader_v1, "--unlimited-memory", keys=f"{TOO_MUCH}; exit 0").shown


def test_inspect_can_be_the_super_user_with_another_shell(grader_v1: str) -> None:
    session = at_a_terminal(
        grader_v1, "--super-user", "--no-rm", "-s", "/bin/dash", keys="id -u; readlink /proc/$$/exe; exit 0"
    )
    assert session.code == 0
    assert "\n0\n/usr/bin/dash\n" in session.shown


def test_inspect_can_have_the_network_of_the_host(grader_v1: str) -> None:
    count = "grep -c : /proc/net/dev"
    here = subprocess.run(count, shell=True, capture_output=True, text=True, check=True).stdout
    assert f"\n{here}" in at_a_terminal(grader_v1, "--allow-network", keys=f"{count}; exit 0").shown


def test_inspect_shows_a_grader_on_the_host_as_it_sees_itself() -> None:
    Path("sum").mkdir(mode=0o755)
    Path("sum/grader.toml").write_text('contract = "coursera"\ncommand = ["/grader/grade"]\n')
    assert "\ngrader.toml\n" in at_a_terminal("sum", keys="ls; exit 0").shown


def test_inspect_hides_what_other_contracts_hide_from_students() -> None:
    Path("double").mkdir(mode=0o755)
    Path("double/grader.toml").write_text(
        'contract = "cases"\nlanguage = "python"\n[[cases]]\nname = "two"\nstdin = "2"\nexpected = "4"\npoints = 1\n'
    )
    assert "No such file or directory" in at_a_terminal("double", keys="ls /grader; exit 0").shown


def test_a_shell_without_walls_is_refused(grader_v1: str) -> None:
    session = at_a_terminal(grader_v1, "--sandbox", "unconfined", keys="")
    assert session.code == 64
    assert "Choose another sandbox" in session.shown


def test_a_shell_that_is_not_there_is_told(grader_v1: str) -> None:
    session = at_a_terminal(grader_v1, "-s", "/bin/nosh", keys="")
    assert session.code == 127
    assert "If /bin/nosh is not there, name another shell: -s /bin/sh" in session.shown


@pytest.mark.parametrize(("program", "code"), [("gradewright", 64), ("courseraprogramming", 2)])
def test_a_submission_that_is_not_there_is_a_usage_error(
    gradewright: Run, grader_v1: str, program: str, code: int
) -> None:
    assert gradewright("inspect", grader_v1, "-d", "nowhere", program=program).code == code
