"""Pitfalls in the program that a grader runs (coursera 2): can it be started, and by the user that it will run as?

Nothing is run to find out.
"""

from __future__ import annotations

import shlex
import stat
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from gradewright.courses.sanity.elf import Elf, read_elf
from gradewright.courses.sanity.findings import finding
from gradewright.courses.sanity.program_files import Files, Program, barrier, find, is_file, read
from gradewright.courses.sanity.script_checks import check_script, check_surroundings
from gradewright.model.problem import Problem

HEAD = 4096  # bytes that tell what a file is


def check_program(program: Program, files: Files) -> list[Problem]:
    """What keeps the program from running, and what its scripts and the files beside them lean on."""
    path = find(program.argv[0], program, files)
    if path is None:
        return [finding("program-missing", program=program.argv[0])]
    scripts = [each for each in dict.fromkeys((path, *_arguments(program, files))) if _is_text(each, files)]
    return [
        *_relative(program),
        *_startable(path, program, files),
        *(problem for script in scripts if script != path for problem in _readable(script, program, files)),
        *(problem for script in scripts for problem in check_script(script, files)),
        *check_surroundings(scripts or [path], program.user, files),
    ]


def _arguments(program: Program, files: Files) -> Iterator[str]:
    """The files among the arguments, also in the command line of `sh -c`."""
    for argument in program.argv[1:]:
        try:
            words = shlex.split(argument)
        except ValueError:
            words = [argument]
        for path in (str(PurePosixPath(program.cwd, word)) for word in words if "/" in word or "." in word):
            if is_file(path, files):
                yield path


def _is_text(path: str, files: Files) -> bool:
    return b"\0" not in read(path, HEAD, files)


def _relative(program: Program) -> Iterator[Problem]:
    word = program.argv[0]
    if "/" in word and not word.startswith("/"):
        yield finding("program-relative", program=word, cwd=program.cwd)


def _startable(path: str, program: Program, files: Files) -> Iterator[Problem]:
    if barred := barrier(path, program.user, stat.S_IXOTH, files):
        place, mode = barred
        yield finding("program-not-executable", file=path, user=program.user, program=path, place=place, mode=mode)
    head = read(path, HEAD, files)
    if elf := read_elf(head):
        yield from _runs_here(elf, path, program, files)
    elif head.startswith(b"#!"):
        yield from _has_interpreter(head, path, program, files)
        yield from _readable(path, program, files)
    else:
        yield finding("program-without-shebang", file=path, program=path)


def _runs_here(elf: Elf, path: str, program: Program, files: Files) -> Iterator[Problem]:
    here = program.architecture
    if elf.machine not in ("", here):
        yield finding("program-architecture", file=path, program=path, machine=elf.machine, architecture=here)
    elif elf.interpreter and not is_file(elf.interpreter, files):
        yield finding("interpreter-missing", file=path, program=path, interpreter=elf.interpreter)


def _has_interpreter(head: bytes, path: str, program: Program, files: Files) -> Iterator[Problem]:
    line = head[2:].split(b"\n")[0].decode(errors="replace")
    if line.endswith("\r"):
        yield finding("program-crlf", file=path, line=1, program=path)
        return
    for interpreter in _interpreters(line.split()):
        if find(interpreter, program, files) is None:
            yield finding("interpreter-missing", file=path, line=1, program=path, interpreter=interpreter)


def _interpreters(words: Sequence[str]) -> Sequence[str]:
    """The programs that a first line needs: with `#!/usr/bin/env python3`, two."""
    if not words:
        return ["an interpreter"]
    through_env = PurePosixPath(words[0]).name == "env"
    return [words[0], *[word for word in words[1:] if through_env and not word.startswith("-")][:1]]


def _readable(path: str, program: Program, files: Files) -> Iterator[Problem]:
    if barred := barrier(path, program.user, stat.S_IROTH, files):
        place, mode = barred
        yield finding("script-not-readable", file=path, user=program.user, program=path, place=place, mode=mode)
