"""Read the `grader.toml` of the contract `cases`. Its keys are explained in docs/reference/contracts/cases.md."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from gradewright.contracts.cases import comparers
from gradewright.contracts.cases.author_files import AuthorFiles, by_name, relative
from gradewright.contracts.cases.comparers.numbers import ABSOLUTE, RELATIVE
from gradewright.contracts.cases.comparers.regexp import why_unfit
from gradewright.contracts.cases.languages import LANGUAGES
from gradewright.contracts.cases.records import Case, Compare, Judge, Settings
from gradewright.model.report import Visibility
from gradewright.model.run import HostFile
from gradewright.tables import (
    LIMITS,
    SHARED_KEYS,
    Table,
    integer,
    limit_changes,
    list_of,
    number,
    one_of,
    text,
    texts_by_name,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

KEYS = (
    "language",
    "files",
    "support",
    "sources",
    "compile",
    "compile_limits",
    "run",
    "environment",
    "cases_dir",
    "defaults",
    "cases",
)
DEFAULT_KEYS = (
    "arguments",
    "stdin",
    "files",
    "expected",
    "expected_files",
    "exit_code",
    "compare",
    "points",
    "group",
    "visibility",
    "hint",
    "limits",
)
CASE_KEYS = ("name", *DEFAULT_KEYS)
METHOD_KEYS: Mapping[str, tuple[str, ...]] = {  # way of comparing: its keys in a `compare` table, beside `method`
    "exact": (),
    "lines": (),
    "tokens": (),
    "numbers": ("absolute", "relative"),
    "regexp": (),
    "judge": ("command", "files", "limits"),
}
COMPARERS: Mapping[str, Compare] = {
    "exact": comparers.exact,
    "lines": comparers.lines,
    "tokens": comparers.tokens,
    "numbers": comparers.numbers,
    "regexp": comparers.regexp,
}

MAX_NAME = 100  # characters
ANY_EXIT_CODE = frozenset(range(256))
CASE_SUFFIXES = (".in", ".out", ".args")


def read_settings(values: Mapping[str, Any], directory: Path) -> Settings:
    """What the author wrote. Raises `AuthorError` with every problem."""
    table = Table(values, KEYS, elsewhere=SHARED_KEYS)
    author = AuthorFiles(directory)
    language = LANGUAGES.get(table.read("language", one_of(tuple(LANGUAGES)), ""))
    if "language" not in table:
        table.require("run", 'Say how to run a submission, such as run = ["./program"], or name a language.')
    settings = Settings(
        files=table.read("files", list_of(relative), language.files if language else ()),
        support=table.read("support", author.tree, {}),
        sources=table.read("sources", list_of(text), language.sources if language else ()),
        compile=table.read("compile", words, language.compile if language else ()),
        compile_limits=limit_changes(table.table("compile_limits", tuple(LIMITS))),
        run=table.read("run", words, language.run if language else ()),
        environment={**(language.environment if language else {}), **table.read("environment", texts_by_name, {})},
        cases=_cases(table, author),
    )
    table.finish("This grader cannot be used.")
    return settings


def _cases(table: Table, author: AuthorFiles) -> tuple[Case, ...]:
    defaults = _case(table.table("defaults", DEFAULT_KEYS), author, Case())
    cases = {case.name: case for case in _cases_of_directory(table, author, defaults)}
    for each in table.tables("cases", CASE_KEYS):
        case = _case(each, author, defaults)
        case = replace(case, name=each.read("name", _one_line, f"case {len(cases) + 1}"))
        if case.name in cases:
            remedy = "Give each case a name of its own."
            each.refuse("name", f"is {case.name!r}, as of another case.", remedy, id="duplicate-case")
        if why := _unfit_pattern(case):
            each.refuse("expected", f"cannot be used as a pattern: {why}.", id="unfit-pattern")
        cases[case.name] = case
    if not ("cases" in table or "cases_dir" in table):
        table.refuse(
            "cases", "are missing.", "Add a [[cases]] table, or name a directory with cases_dir.", id="no-cases"
        )
    return tuple(cases.values())


def _case(table: Table, author: AuthorFiles, base: Case) -> Case:
    """`base` with what the table says otherwise."""
    case = replace(
        base,
        arguments=table.read("arguments", list_of(text), base.arguments),
        stdin=table.read("stdin", author.content, base.stdin),
        files={**base.files, **table.read("files", by_name(author.content), {})},
        expected=table.read("expected", author.content_data, base.expected),
        expected_files={**base.expected_files, **table.read("expected_files", by_name(author.content_data), {})},
        exit_codes=table.read("exit_code", _exit_codes, base.exit_codes),
        points=table.read("points", number, base.points),
        group=table.read("group", _one_line, base.group),
        visibility=table.read("visibility", _visibility, base.visibility),
        hint=table.read("hint", text, base.hint),
        limits={**base.limits, **limit_changes(table.table("limits", tuple(LIMITS)))},
    )
    return _compared(case, table, author) if "compare" in table else case


def _compared(case: Case, table: Table, author: AuthorFiles) -> Case:
    """The case with the way of comparing that the table names: by a word, or by a table with options."""
    values = table.read("compare", _comparison, {})
    if not values:
        return case
    method = values["method"]
    options = table.child("compare", values, ("method", *METHOD_KEYS[method]))
    if method == "judge":
        return replace(case, method=method, judge=_judge(options, author))
    compare = COMPARERS[method]
    if method == "numbers":
        absolute, relative = options.read("absolute", number, ABSOLUTE), options.read("relative", number, RELATIVE)
        compare = partial(comparers.numbers, absolute=absolute, relative=relative)
    return replace(case, method=method, judge=None, compare=compare)


def _comparison(value: Any) -> dict[str, Any]:
    values = value if isinstance(value, dict) else {"method": value}
    if values.get("method") not in METHOD_KEYS:
        ways = ", ".join(METHOD_KEYS)
        raise ValueError(f'must be one of {ways}, or a table such as {{ method = "numbers", absolute = 0.01 }}')
    return values


def _judge(options: Table, author: AuthorFiles) -> Judge:
    options.require("command", 'Name the program that judges, such as command = ["python3", "judge.py"].')
    command = options.read("command", words, ())
    named = {word: author.directory / word for word in command if (author.directory / word).is_file()}
    return Judge(
        command=command,
        files=named | {name: author.path(name) for name in options.read("files", list_of(author.name), ())},
        limits=limit_changes(options.table("limits", tuple(LIMITS))),
    )


def _exit_codes(value: Any) -> frozenset[int]:
    if value == "any":
        return ANY_EXIT_CODE
    if not 0 <= integer(value) <= 255:
        raise ValueError('must be a whole number from 0 to 255, or "any"')
    return frozenset({integer(value)})


def _visibility(value: Any) -> Visibility:
    return Visibility(one_of(tuple(Visibility))(value))


def _one_line(value: Any) -> str:
    if not 0 < len(text(value)) <= MAX_NAME or not value.isprintable():
        raise ValueError(f"must be one line of at most {MAX_NAME} characters")
    return text(value)


def _cases_of_directory(table: Table, author: AuthorFiles, defaults: Case) -> Iterator[Case]:
    """A case for each NAME.in, NAME.out and NAME.args of `cases_dir`, "case2" before "case10"."""
    directory = table.read("cases_dir", author.subdirectory, None)
    if directory is None:
        return
    parts = {path.name: path for path in directory.iterdir() if path.suffix in CASE_SUFFIXES}
    names = sorted({path.stem for path in parts.values()}, key=_natural_order)
    if not names:
        table.refuse(
            "cases_dir", "names a directory without cases.", "Put NAME.in and NAME.out files there.", id="no-cases"
        )
    for name in names:
        try:
            yield _case_of_files(name, parts, author, defaults)
        except ValueError as error:
            table.refuse("cases_dir", f"holds case {name}, which {error}.", id="unfit-case")


def _case_of_files(name: str, parts: Mapping[str, Path], author: AuthorFiles, defaults: Case) -> Case:
    given, wanted, arguments = (parts.get(f"{name}{suffix}") for suffix in CASE_SUFFIXES)
    case = replace(
        defaults,
        name=_one_line(name),
        stdin=HostFile(given) if given else defaults.stdin,
        expected=author.bytes_of(wanted) if wanted else defaults.expected,
        arguments=tuple(shlex.split(author.bytes_of(arguments).decode())) if arguments else defaults.arguments,
    )
    if case.expected is None and not case.judge:
        raise ValueError(f"lacks {name}.out, the output to expect")
    if why := _unfit_pattern(case):
        raise ValueError(f"has a pattern that cannot be used: {why}")
    return case


def _natural_order(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split("([0-9]+)", name)]


def _unfit_pattern(case: Case) -> str:
    if case.method != "regexp":
        return ""
    return why_unfit(case.expected) if case.expected is not None else "none is given"
