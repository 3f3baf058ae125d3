"""Read a grader's `grader.toml`. Everything that is wrong with it is found here, all at once, each with its line."""

from __future__ import annotations

import codecs
import os
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradewright import plugins
from gradewright.courses.digest import digest_of
from gradewright.courses.toml_lines import line_of, lines_of_keys
from gradewright.errors import AuthorError, MissingError
from gradewright.model.course import Grader
from gradewright.model.problem import Problem
from gradewright.model.run import HostRoot, ImageRoot, Root
from gradewright.tables import LIMITS, SHARED_KEYS, Table, finite, limit_changes, list_of, suggest, text, warm_python

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from gradewright.interfaces import Contract
    from gradewright.model.image import Image

NAME = "grader.toml"
MAX_FILE_BYTES = 1024 * 1024
ON_DISK = ("docker-archive:", "oci:")  # references of images that are files or directories
SYNTAX_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")
WITH_SECRETS = frozenset({"/", "/dev", "/etc", "/home", "/proc", "/root", "/run", "/sys", "/var"})


def load_grader(directory: Path, *, find_image: Callable[[str], Image], besides: Collection[Path] = ()) -> Grader:
    """The grader of a directory.

    `find_image` is asked for the image once all else is well. `besides` names what may lie in the directory and does
    not belong to the grader, such as submissions. Raises `MissingError` if there is no `grader.toml`, and
    `AuthorError` with every problem in it.
    """
    source = _source(directory)
    values = _values(source, directory)
    table = Table({key: value for key, value in values.items() if key in SHARED_KEYS}, SHARED_KEYS)
    contract = _contract(table)
    own = {key: value for key, value in values.items() if key not in SHARED_KEYS}
    whole = directory.resolve()
    settings = _settings(contract, own, whole, table.problems)
    limits = limit_changes(table.table("limits", tuple(LIMITS)))
    title = table.read("title", text, "")
    warm = table.read("warm_python", warm_python, None)
    reference, expose = _root_words(table, whole)
    if contract is None or table.problems:
        raise _refusal(table.problems, source, directory)
    root: Root = ImageRoot(image=find_image(reference)) if reference else HostRoot(expose=expose)
    return Grader(
        contract=str(values["contract"]),
        title=title,
        root=root,
        directory=whole,
        limits=replace(contract.limits, **limits),
        warm_python=warm,
        settings=settings,
        digest=digest_of(whole, root, without=[*_image_files(reference), *(path.resolve() for path in besides)]),
    )


def _source(directory: Path) -> str:
    try:
        with (directory / NAME).open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise MissingError(
            f"{directory} holds no {NAME}, so it is no grader.", remedy="Make one with: gradewright new DIRECTORY"
        ) from None
    except OSError as error:
        raise MissingError(f"{directory / NAME} cannot be read: {error.strerror}.") from None
    if len(data) > MAX_FILE_BYTES:
        raise AuthorError(
            f"{directory / NAME} is larger than {MAX_FILE_BYTES} bytes.", remedy="Put large texts in files."
        )
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode()  # some editors of Windows begin each text with it
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(
            id="not-utf-8", message="This is not UTF-8.", remedy="Save it as UTF-8.", file=NAME, line=line
        )
        raise AuthorError(f"{directory / NAME} cannot be read:", [problem]) from None


def _values(source: str, directory: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(source, parse_float=finite)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        place = SYNTAX_PLACE.search(reason)
        problem = Problem(
            id="not-toml",
            message=f"This is not valid TOML: {SYNTAX_PLACE.sub('', reason)}{f', column {place[2]}' if place else ''}.",
            remedy="Texts need quotes, and each key stands on a line of its own.",
            file=NAME,
            line=int(place[1]) if place else None,
        )
        raise AuthorError(f"{directory / NAME} cannot be read:", [problem]) from None


def _contract(table: Table) -> Contract | None:
    table.require("contract", f"Name one of {', '.join(plugins.names('contracts'))}.")
    name = table.read("contract", text, None)
    if name is None:
        return None
    if name not in plugins.names("contracts"):
        table.refuse(
            "contract", f"{name!r} is not known.", suggest(name, plugins.names("contracts")), id="unknown-contract"
        )
        return None
    return plugins.contract(name)


def _settings(contract: Contract | None, values: Mapping[str, Any], directory: Path, problems: list[Problem]) -> object:
    try:
        return contract.settings(values, directory) if contract else None
    except AuthorError as error:
        problems.extend(error.problems or [Problem(id="wrong-value", message=error.message, remedy=error.remedy)])
    except OSError as error:
        remedy = "Let whoever grades read all of the grader's files."
        problems.append(
            Problem(id="unreadable-file", message=f"{error.filename} cannot be read: {error.strerror}.", remedy=remedy)
        )
    return None


def _root_words(table: Table, directory: Path) -> tuple[str, tuple[str, ...]]:
    """The reference of the image, empty if there is none, and the directories of the host to show."""
    reference = _from_directory(table.read("image", text, ""), directory)
    if "image" in table and "expose" in table:
        table.refuse(
            "expose",
            "shows directories of the host, beside an image.",
            "Remove one of the two.",
            id="expose-with-image",
        )
    return reference, table.read("expose", list_of(_exposed), ())


def _from_directory(reference: str, directory: Path) -> str:
    """The reference with a relative path made one from the grader's directory."""
    for kind in ON_DISK:
        if reference.startswith(kind):
            return f"{kind}{directory / reference.removeprefix(kind)}"
    return reference


def _image_files(reference: str) -> tuple[Path, ...]:
    """Where an image on disk lies, without a tag that may follow; nothing for one that an engine has."""
    for kind in ON_DISK:
        if reference.startswith(kind):
            whole = Path(reference.removeprefix(kind))
            return (whole if whole.exists() else Path(str(whole).rpartition(":")[0]),)
    return ()


def _exposed(value: Any) -> str:
    path = Path(text(value))
    if not path.is_absolute() or ".." in path.parts:
        raise ValueError(f"must name whole paths from /, and {value} is none")
    path = Path("/", *path.parts[1:])  # two slashes at the front are one
    if not os.path.isdir(path):  # noqa: PTH112  # unlike this, Path.is_dir raises where we may not look
        raise ValueError(f"names {value}, which is no directory on this machine")
    if {str(path), os.path.realpath(path)} & WITH_SECRETS:
        raise ValueError(f"must not name {value}, which holds what students must not see; name what is needed of it")
    return str(path)


def _refusal(problems: Sequence[Problem], source: str, directory: Path) -> AuthorError:
    found = lines_of_keys(source)
    placed = [each if each.file else replace(each, file=NAME, line=line_of(each.key, found)) for each in problems]
    placed.sort(key=lambda problem: (problem.file != NAME, problem.file, problem.line or 0))
    verb, count = ("is", "a problem") if len(placed) == 1 else ("are", f"{len(placed)} problems")
    return AuthorError(f"There {verb} {count} in {directory / NAME}:", placed)
