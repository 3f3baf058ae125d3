"""Pitfalls in the program that a grader runs, and in the files beside it."""

from __future__ import annotations

import io
import stat
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.courses.sanity.elf import read_elf
from gradewright.courses.sanity.findings import PROGRAM
from gradewright.courses.sanity.program_checks import check_program
from gradewright.courses.sanity.program_files import Program
from gradewright.errors import MissingError
from gradewright.model.problem import Problem


def elf(machine: int = 62, loader: str = "/lib64/ld.so") -> bytes:
    """The beginning of a 64-bit program."""
    path = loader.encode() + b"\0"
    head = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0
    )
    return head + struct.pack("<IIQQQQQQ", 3 if loader else 1, 4, 120, 0, 0, len(path), len(path), 1) + path


@dataclass(frozen=True)
class Entry:
    name: str
    mode: int = stat.S_IFREG | 0o755
    data: bytes = b""
    uid: int = 0
    gid: int = 0


class FakeFiles:
    """Files by path; the directories above them are there, open to everybody unless said otherwise."""

    def __init__(self, files: Mapping[str, bytes | Entry]) -> None:
        self._entries = {path: _entry(path, what) for path, what in files.items()}
        for path in files:
            for parent in PurePosixPath(path).parents:
                self._entries.setdefault(str(parent), Entry(parent.name, stat.S_IFDIR | 0o755))

    def entry(self, path: str) -> Entry:
        if path not in self._entries:
            raise MissingError(f"no {path}")
        return self._entries[path]

    def listing(self, path: str) -> Sequence[Entry]:
        return [
            entry for each, entry in self._entries.items() if each != path and str(PurePosixPath(each).parent) == path
        ]

    @contextmanager
    def open(self, path: str) -> Iterator[IO[bytes]]:
        yield io.BytesIO(self.entry(path).data)


def _entry(path: str, what: bytes | Entry) -> Entry:
    return what if isinstance(what, Entry) else Entry(PurePosixPath(path).name, data=what)


def readable(path: str, mode: int, data: bytes = b"") -> dict[str, Entry]:
    return {path: Entry(PurePosixPath(path).name, stat.S_IFREG | mode, data)}


SHELL = {"/bin/sh": elf(), "/usr/bin/env": elf(), "/usr/bin/python3": elf(), "/lib64/ld.so": b""}
SCRIPT = b"#!/bin/sh\nexec true\n"


def check(files: Mapping[str, bytes | Entry], *argv: str, cwd: str = "/", path: str | None = None) -> list[Problem]:
    env = {} if path is None else {"PATH": path}
    program = Program(argv=argv or ("/grader/grade",), cwd=cwd, env=env, user=1000, architecture="amd64")
    return check_program(program, FakeFiles({**SHELL, **files}))


CLEAN = [  # files, command
    ({"/grader/grade": SCRIPT}, ["/grader/grade"]),
    ({"/grader/grade": elf()}, ["/grader/grade"]),
    ({"/grader/grade": elf(loader="")}, ["/grader/grade"]),
    ({"/grader/grade": b"#!/usr/bin/env python3\n"}, ["/grader/grade"]),
    ({"/grader/grade": b"#!/usr/bin/env -S python3 -u\n"}, ["/grader/grade"]),
    ({"/grader/grade.py": b"print()\n"}, ["python3", "/grader/grade.py"]),
    ({"/grader/grade": SCRIPT}, ["/bin/sh", "-c", "/grader/grade --fast 'x"]),
    (readable("/grader/grade.py", 0o644), ["python3", "/grader/grade.py"]),
]


@pytest.mark.parametrize(("files", "argv"), CLEAN)
def test_a_grader_that_can_be_started_has_no_problems(files: dict[str, bytes | Entry], argv: list[str]) -> None:
    assert check(files, *argv) == []


def dropped(mode: int) -> Entry:
    return Entry("grader", stat.S_IFDIR | mode)


FOUND = [  # files, command, the checks that find something
    ({}, ["/grader/grade"], ["program-missing"]),
    ({}, ["grade"], ["program-missing"]),
    ({"/grader/grade": Entry("grade", stat.S_IFDIR | 0o755)}, ["/grader/grade"], ["program-missing"]),
    (readable("/grader/grade", 0o744, SCRIPT), ["/grader/grade"], ["program-not-executable"]),
    (
        readable("/grader/grade", 0o711, SCRIPT),
        ["/grader/grade"],
        ["script-not-readable", "files-not-readable"],
    ),
    (
        {"/grader/grade": SCRIPT, "/grader": dropped(0o700)},
        ["/grader/grade"],
        ["program-not-executable", "script-not-readable"],
    ),
    ({"/grader/grade": b"#!/bin/sh\r\nexec true\r\n"}, ["/grader/grade"], ["program-crlf"]),
    ({"/grader/grade": b"exec true\n"}, ["/grader/grade"], ["program-without-shebang"]),
    ({"/grader/grade": b""}, ["/grader/grade"], ["program-without-shebang"]),
    ({"/grader/grade": b"#!\n"}, ["/grader/grade"], ["interpreter-missing"]),
    ({"/grader/grade": b"#!/bin/zsh\n"}, ["/grader/grade"], ["interpreter-missing"]),
    ({"/grader/grade": b"#!/usr/bin/env ruby\n"}, ["/grader/grade"], ["interpreter-missing"]),
    ({"/grader/grade": elf(loader="/lib/ld-musl.so")}, ["/grader/grade"], ["interpreter-missing"]),
    ({"/grader/grade": elf(machine=183)}, ["/grader/grade"], ["program-architecture"]),
    (
        readable("/grader/grade.py", 0o600, b"print()"),
        ["python3", "/grader/grade.py"],
        ["script-not-readable", "files-not-readable"],
    ),
    ({"/grader/run": SCRIPT + b"cd /\r\n"}, ["/bin/sh", "/grader/run"], ["script-crlf"]),
    ({"/grader/grade": SCRIPT + b"sudo -u x y\n"}, ["/grader/grade"], ["script-privileged"]),
    ({"/grader/grade": SCRIPT + b"x=1; chroot /y z\n"}, ["/grader/grade"], ["script-privileged"]),
    ({"/grader/grade": SCRIPT + b"if curl -s https://x; then y; fi\n"}, ["/grader/grade"], ["script-network"]),
    ({"/grader/grade": SCRIPT + b"pip3 install x\n"}, ["/grader/grade"], ["script-network"]),
    ({"/grader/grade": SCRIPT + b"cp a ~/b\n"}, ["/grader/grade"], ["script-home"]),
    ({"/grader/grade": SCRIPT + b'cd "$HOME"\n'}, ["/grader/grade"], ["script-home"]),
    ({"/grader/grade": SCRIPT + b"# sudo, curl and $HOME are only talked of\n"}, ["/grader/grade"], []),
    ({"/grader/grade": SCRIPT + b"echo curling in pseudo-code\n"}, ["/grader/grade"], []),
    ({"/grader/grade": SCRIPT, **readable("/grader/lib/a.py", 0o640)}, ["/grader/grade"], ["files-not-readable"]),
    ({"/grader/grade": SCRIPT, "/grader/solution.py": b""}, ["/grader/grade"], ["files-to-hide"]),
    ({"/usr/local/bin/grade": SCRIPT, "/usr/local/bin/solution": b""}, ["grade"], []),
]


@pytest.mark.parametrize(("files", "argv", "ids"), FOUND)
def test_what_keeps_a_grader_from_running_is_found(
    files: dict[str, bytes | Entry], argv: list[str], ids: list[str]
) -> None:
    assert [problem.id for problem in check(files, *argv)] == ids


def test_a_relative_program_depends_on_the_working_directory() -> None:
    assert [each.id for each in check({"/w/grader/grade": SCRIPT}, "./grader/grade", cwd="/w")] == ["program-relative"]
    assert [each.id for each in check({"/grader/grade": SCRIPT}, "./grader/grade", cwd="/w")] == ["program-missing"]


def test_programs_are_looked_for_where_path_says() -> None:
    assert check({"/opt/bin/grade": SCRIPT}, "grade", path="/usr/bin:/opt/bin") == []
    assert [each.id for each in check({"/opt/bin/grade": SCRIPT}, "grade")] == ["program-missing"]


def test_an_owner_may_do_what_others_may_not() -> None:
    mine = Entry("grade", stat.S_IFREG | 0o500, SCRIPT, uid=1000)
    assert check({"/grader/grade": mine}) == []


def test_the_part_of_the_path_that_bars_the_way_is_named() -> None:
    [problem, _] = check({"/grader/bin/grade": SCRIPT, "/grader": dropped(0o750)}, "/grader/bin/grade")
    assert problem.message == "User 1000 may not execute /grader/bin/grade: /grader has mode 0750."
    assert "chmod a+rx /grader" in problem.remedy


def test_a_hit_in_a_script_is_told_with_its_line() -> None:
    [problem] = check({"/grader/grade": SCRIPT + b"\nwget x\n"})
    assert (problem.file, problem.line) == ("/grader/grade", 4)


def test_examples_of_many_files_are_few() -> None:
    files = {path: entry for number in range(9) for path, entry in readable(f"/grader/{number}", 0o600).items()}
    [problem] = check({"/grader/grade": SCRIPT, **files})
    assert "9 of the files beside the grader: /grader/0, /grader/1, /grader/2, ..." in problem.message


def test_every_check_is_found_by_one_of_these_tests() -> None:
    ids = {problem.id for files, argv, _ in FOUND for problem in check(files, *argv)}
    assert ids | {"program-relative"} == {each.id for each in PROGRAM}


@given(st.binary(max_size=300).map(lambda data: b"\x7fELF" + data))
def test_a_mutilated_program_is_looked_at_without_harm(data: bytes) -> None:
    found = read_elf(data)
    assert found is None or isinstance(found.interpreter, str)
