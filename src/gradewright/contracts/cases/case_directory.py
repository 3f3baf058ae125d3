"""Cases that are kept as files: NAME.in is read by the program, NAME.out expected of it, NAME.args given to it."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from gradewright.contracts.cases.case_settings import one_line, unfit_pattern
from gradewright.model.run import HostFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from gradewright.contracts.cases.author_files import AuthorFiles
    from gradewright.contracts.cases.records import Case
    from gradewright.tables import Table

INPUT, OUTPUT, ARGUMENTS = ".in", ".out", ".args"


def cases_in_directory(table: Table, author: AuthorFiles, defaults: Case) -> Iterator[Case]:
    """The cases of the directory that `cases_dir` names, "case2" before "case10"."""
    directory = table.read("cases_dir", author.subdirectory, None)
    if directory is None:
        return
    parts = {path.name: path for path in directory.iterdir() if path.suffix in (INPUT, OUTPUT, ARGUMENTS)}
    if not parts:
        remedy = f"Put NAME{INPUT} and NAME{OUTPUT} files there."
        table.refuse("cases_dir", "names a directory without cases.", remedy, id="no-cases")
    for name in sorted({path.stem for path in parts.values()}, key=_natural_order):
        try:
            yield _case(name, parts, author, defaults)
        except ValueError as error:
            table.refuse("cases_dir", f"holds case {name}, which {error}.", id="unfit-case")


def _case(name: str, parts: Mapping[str, Path], author: AuthorFiles, defaults: Case) -> Case:
    given, wanted, arguments = (parts.get(f"{name}{suffix}") for suffix in (INPUT, OUTPUT, ARGUMENTS))
    case = replace(
        defaults,
        name=one_line(name),
        stdin=HostFile(given) if given else defaults.stdin,
        expected=author.bytes_of(wanted) if wanted else defaults.expected,
        arguments=_arguments(author.bytes_of(arguments)) if arguments else defaults.arguments,
    )
    if case.expected is None and not case.judge:
        raise ValueError(f"lacks {name}{OUTPUT}, the output to expect")
    if why := unfit_pattern(case):
        raise ValueError(f"has a pattern that cannot be used: {why}")
    return case


def _arguments(data: bytes) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(data.decode()))
    except ValueError as error:
        raise ValueError(f"has arguments that no shell could read: {error}") from None


def _natural_order(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split("([0-9]+)", name)]
