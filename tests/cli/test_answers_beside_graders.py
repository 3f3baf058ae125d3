"""Graders whose directory also holds what students sent, as `gradewright new` lays it out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.fixtures import SANDBOXES

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


# ---- who may see what others sent


LISTING = 'contract = "coursera"\ncommand = ["/grader/grade.sh"]\n'
GRADE = """\
#!/bin/sh
seen=$(cd /grader && find . -name '*.py' | sort | tr '\\n' ' ')
printf '{"fractionalScore": 1, "feedback": "saw %s"}' "$seen"
"""
ANYTHING = """#!/bin/sh
printf '{"fractionalScore": 1, "feedback": "ok"}'"""
MAKEFILE = """\
prepare:
compile:
\t@find . -name '*.py' | sort >&2; false
public:
"""
MAKEFILE_OF_A_PART = """\
compile:
run:
\t@echo "1;saw `cd $(RESOURCE_HOME) && find . -name '*.py' | sort | tr '\\n' ' '`" > out/tests.log
"""


def with_answers(directory: Path, files: dict[str, str]) -> Path:
    """A grader, and in its directory what two students sent."""
    for name, text in {**files, "submissions/ada.py": "1", "submissions/ben.py": "2"}.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
        (directory / name).chmod(0o755)
    return directory


def host_program(text: str = GRADE) -> Path:
    return with_answers(Path("host"), {"grader.toml": LISTING, "grade.sh": text, "lib/own.py": ""})


def part_of_the_harness(text: str = MAKEFILE_OF_A_PART) -> Path:
    config = "[config]\nfilename = ada.py\nmaximum-score = 1\n"
    return with_answers(
        Path("part"),
        {"grader.toml": 'contract = "harness"\n', "config": config, "Makefile": text, "lib/own.py": ""},
    )


def package(toml: str = "") -> Path:
    files = {"Makefile": MAKEFILE, "submission/template.py": "", "tests/own.py": ""}
    return with_answers(Path("package"), {**files, **({"grader.toml": toml} if toml else {})})


@pytest.mark.parametrize(
    ("grader", "own"),
    [
        (host_program, "lib/own.py"),
        (part_of_the_harness, "lib/own.py"),
        (package, "tests/own.py"),
        (lambda: package('contract = "coursemology"\n'), "tests/own.py"),
    ],
    ids=["coursera", "harness", "coursemology", "coursemology-toml"],
)
def test_nobody_sees_what_others_sent(gradewright: Run, grader: Callable[[], Path], own: str) -> None:
    directory = grader()
    one = gradewright("grade", "local", "--json", directory, directory / "submissions" / "ada.py")
    assert own in one.out
    assert "ben.py" not in one.out
    all_of_them = gradewright("grade", "batch", "--json", directory, directory / "submissions")
    assert own in all_of_them.out
    assert "./submissions" not in all_of_them.out
    assert "may read all others" not in all_of_them.err


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_what_others_sent_is_hidden_in_every_sandbox(gradewright: Run, sandbox: str) -> None:
    said = gradewright("grade", "batch", "--json", host_program(), "host/submissions", "--sandbox", sandbox)
    assert "saw ./lib/own.py " in said.out
    assert "./submissions" not in said.out


def test_without_walls_nothing_is_hidden_and_it_is_said(
    gradewright: Run, state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(state_directory.parent)  # which the user of a program without walls may enter
    words = ("--sandbox", "unconfined", "--i-know-that-nothing-is-isolated", "--json")
    said = gradewright("grade", "batch", host_program(ANYTHING), "host/submissions", *words)
    assert said.code == 0
    assert "may read all others" in said.err


def test_what_the_grader_names_is_its_own_and_it_is_said(gradewright: Run) -> None:
    directory = host_program(f"{GRADE}\ncat /grader/submissions/ada.py >&2")
    said = gradewright("grade", "batch", "--json", directory, directory / "submissions")
    assert "./submissions/ben.py" in said.out
    assert "may read all others" in said.err


def test_a_package_does_not_stumble_over_what_students_sent(gradewright: Run) -> None:
    directory = package()
    (directory / "submissions" / "hostile\\name").touch()
    with (directory / "submissions" / "huge").open("wb") as file:
        file.truncate(2 << 30)
    said = gradewright("grade", "local", "--json", directory, directory / "submissions" / "ada.py")
    assert "tests/own.py" in said.out


def test_a_part_does_not_stumble_over_links_that_students_sent(gradewright: Run) -> None:
    directory = part_of_the_harness()
    (directory / "submissions" / "link").symlink_to("nowhere")
    assert gradewright("grade", "local", directory, directory / "submissions" / "ada.py").code == 0


def test_the_template_of_a_package_can_still_be_tried(gradewright: Run) -> None:
    directory = package()
    said = gradewright("grade", "local", "--json", directory, directory / "submission" / "template.py")
    assert "tests/own.py" in said.out


@pytest.mark.parametrize("kind", ["cases", "coursera-host"])
def test_what_new_lays_out_is_graded_without_a_word_of_others(gradewright: Run, kind: str) -> None:
    gradewright("new", "--kind", kind, "sum")
    said = gradewright("grade", "batch", "sum", "sum/submissions")
    assert said.code == 0
    assert "may read all others" not in said.err
