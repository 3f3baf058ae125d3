"""Read one case, or what is said for all of them, from its table in `grader.toml`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from gradewright.contracts.cases import comparers
from gradewright.contracts.cases.author_files import AuthorFiles, by_name
from gradewright.contracts.cases.comparers.numbers import ABSOLUTE, RELATIVE
from gradewright.contracts.cases.comparers.regexp import why_unfit
from gradewright.contracts.cases.records import Case, Compare, Judge
from gradewright.model.report import Visibility
from gradewright.tables import LIMITS, Table, integer, limit_changes, list_of, number, one_of, text, words

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def read_case(table: Table, author: AuthorFiles, base: Case) -> Case:
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
        group=table.read("group", one_line, base.group),
        visibility=table.read("visibility", _visibility, base.visibility),
        hint=table.read("hint", text, base.hint),
        limits={**base.limits, **limit_changes(table.table("limits", tuple(LIMITS)))},
    )
    return _compared(case, table, author) if "compare" in table else case


def unfit_pattern(case: Case) -> str:
    """Why the case cannot be compared with patterns although it shall be; empty if it can or need not."""
    if case.method != "regexp":
        return ""
    patterns = [*([] if case.expected is None else [case.expected]), *case.expected_files.values()]
    return next(filter(None, map(why_unfit, patterns)), "" if patterns else "none is given")


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
    if values.get("method") not in list(METHOD_KEYS):
        ways = ", ".join(METHOD_KEYS)
        raise ValueError(f'must be one of {ways}, or a table such as {{ method = "numbers", absolute = 0.01 }}')
    return values


def _judge(options: Table, author: AuthorFiles) -> Judge:
    options.require("command", 'Name the program that judges, such as command = ["python3", "judge.py"].')
    command = options.read("command", words, ())
    names = [*filter(author.holds, command), *options.read("files", list_of(author.name), ())]
    return Judge(
        command=command,
        files={name: author.path(name) for name in names},
        limits=limit_changes(options.table("limits", tuple(LIMITS))),
    )


def _exit_codes(value: Any) -> frozenset[int]:
    if value == "any":
        return ANY_EXIT_CODE
    if not 0 <= integer(value) <= 255:
        raise ValueError('must be a whole number from 0 to 255, or "any"')
    return frozenset({integer(value)})


def _visibility(value: Any) -> Visibility:
    return Visibility(one_of((Visibility.EVERYBODY, Visibility.STAFF))(value))


def one_line(value: Any) -> str:
    if not 0 < len(text(value)) <= MAX_NAME or not value.isprintable():
        raise ValueError(f"must be one line of at most {MAX_NAME} characters")
    return text(value)
