"""What `grader.toml` may say to this contract. Its keys are explained in docs/reference/contracts/coursemology.md."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from gradewright.contracts.coursemology.package import load_package
from gradewright.contracts.coursemology.records import CoursemologySettings, Package
from gradewright.errors import AuthorError, MissingError
from gradewright.tables import SHARED_KEYS, Table, number, text, texts_by_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gradewright.model.problem import Problem

SWITCHES = {  # key: default
    "use_public": True,
    "use_private": True,
    "use_evaluation": False,
    "show_private": False,
    "show_evaluation": False,
    "show_public_test_output": False,
    "show_output": False,
    "published": True,
}
MOST_SECONDS = 1_000_000
KEYS = ("package", "maximum_grade", "test_seconds", "prepare_once", "environment", *SWITCHES)


def read_settings(values: Mapping[str, Any], directory: Path) -> CoursemologySettings:
    """The settings in a table. Raises `AuthorError` with every problem found, those of the package included."""
    table = Table(values, KEYS, elsewhere=SHARED_KEYS)
    switches = {key: table.read(key, _truth, default) for key, default in SWITCHES.items()}
    if not any(switches[key] for key in ("use_public", "use_private", "use_evaluation")):
        table.refuse(
            "use_public", "and use_private are off, so that no test counts.", "Switch one on.", id="nothing-counts"
        )
    grade = table.read("maximum_grade", number, None)
    seconds = table.read("test_seconds", _seconds, None)
    once = table.read("prepare_once", _truth, None)
    environment = table.read("environment", texts_by_name, {})
    package = _package(table, directory)
    table.finish("This package cannot be used.")
    assert package is not None
    return CoursemologySettings(
        package=package,
        maximum_grade=grade,
        test_seconds=seconds,
        prepare_once=once,
        environment=environment,
        **switches,
    )


def _package(table: Table, directory: Path) -> Package | None:
    place = table.read("package", text, ".")
    path = (directory / place).resolve()
    if not path.is_relative_to(directory.resolve()):
        table.refuse("package", f"names {place}, which lies outside.", "Keep it beside grader.toml.", id="wrong-value")
        return None
    try:
        return load_package(path)
    except MissingError as error:
        table.refuse("package", f"cannot be opened: {error.message}", error.remedy, id="no-package")
    except AuthorError as error:
        table.problems.extend(_placed(problem, place) for problem in error.problems)
    return None


def _placed(problem: Problem, package: str) -> Problem:
    """With its file as seen from `grader.toml`; what concerns no file of the package, at the key that names it."""
    if problem.file:
        return replace(problem, file=PurePosixPath(package, problem.file).as_posix())
    return replace(problem, key="package")


def _seconds(value: Any) -> float:
    seconds = float(number(value))
    if not 0 <= seconds < MOST_SECONDS:
        raise ValueError(f"must be a number of seconds below {MOST_SECONDS}, or 0 for no limit")
    return seconds


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value
