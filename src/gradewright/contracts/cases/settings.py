"""Read the `grader.toml` of the contract `cases`. Its keys are explained in docs/reference/contracts/cases.md."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradewright.contracts.cases.author_files import AuthorFiles, relative
from gradewright.contracts.cases.case_directory import cases_in_directory
from gradewright.contracts.cases.case_settings import CASE_KEYS, DEFAULT_KEYS, one_line, read_case, unfit_pattern
from gradewright.contracts.cases.languages import LANGUAGES
from gradewright.contracts.cases.records import Case, Settings
from gradewright.tables import LIMITS, SHARED_KEYS, Table, limit_changes, list_of, one_of, text, texts_by_name, words

if TYPE_CHECKING:
    from collections.abc import Mapping
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
    defaults = read_case(table.table("defaults", DEFAULT_KEYS), author, Case())
    cases = {case.name: case for case in cases_in_directory(table, author, defaults)}
    for each in table.tables("cases", CASE_KEYS):
        case = read_case(each, author, defaults)
        case = replace(case, name=each.read("name", one_line, f"case {len(cases) + 1}"))
        if case.name in cases:
            remedy = "Give each case a name of its own."
            each.refuse("name", f"is {case.name!r}, as of another case.", remedy, id="duplicate-case")
        if why := unfit_pattern(case):
            each.refuse("expected", f"cannot be used as a pattern: {why}.", id="unfit-pattern")
        cases[case.name] = case
    if not ("cases" in table or "cases_dir" in table):
        table.refuse(
            "cases", "are missing.", "Add a [[cases]] table, or name a directory with cases_dir.", id="no-cases"
        )
    return tuple(cases.values())
