"""The index of a course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gradewright.courses.aplus.documents import Document
from gradewright.courses.aplus.files import (
    INDEX,
    META,
    FileProblem,
    Layout,
    candidates,
    find_layout,
    modified,
    read_document,
    the_only,
)
from gradewright.courses.aplus.index_checks import check_index, missing_pages
from gradewright.courses.aplus.nodes import Listed, exercises
from gradewright.model.course import Course
from gradewright.model.problem import Problem

DEFAULT_LANGUAGE = "en"
CHECKS = (check_index, missing_pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A course without its exercises, and what they are to be made of."""

    course: Course
    layout: Layout
    listed: Mapping[str, Listed] = field(default_factory=dict)
    files: tuple[Path, ...] = ()  # that it was made of, or would be


def load_index(root: Path, *, thorough: bool = False) -> Index | None:
    """None if the directory holds no index, so that it is no course. Mistakes are among the course's problems.

    If `thorough`, pages of chapters that are not there are mistakes too.
    """
    try:
        layout = find_layout(root)
    except FileProblem as error:
        layout, problem = Layout.of(root), replace(error.problem, file=META)
        return Index(course=_broken(root, [problem]), layout=layout, files=(root / META,))
    if layout is None:
        return None
    found = candidates(layout.config / INDEX)
    files = (root / META, *(layout.config / f"{INDEX}{suffix}" for suffix in (".json", ".yaml")))
    try:
        document = read_document(layout, the_only(found, layout, INDEX))
    except FileProblem as error:
        problem = replace(error.problem, file=layout.name(found[0]))
        return Index(course=_broken(root, [problem]), layout=layout, files=files)
    if not isinstance(document.value, dict):
        return Index(course=_broken(root, document.problems or [_no_mapping(document)]), layout=layout, files=files)
    checks = CHECKS if thorough else CHECKS[:1]
    problems = [*document.problems, *(problem for check in checks for problem in check(document, layout))]
    return index_of(layout, document, files, tuple(dict.fromkeys(problems)))


def index_of(layout: Layout, document: Document, files: tuple[Path, ...], problems: tuple[Problem, ...]) -> Index:
    """The index that a document is; its value must be a mapping."""
    values, root = document.value, layout.root
    language = default_language(values)
    course = Course(
        key=root.name,
        directory=Path(layout.end),  # a link to it may be changed: whoever holds this goes on with what was loaded
        name=_name(values.get("name"), language) or root.name,
        language=language,
        index=values,
        modified=modified(files),
        problems=problems,
    )
    listed = {each.key: each for each in exercises(document)}
    return Index(course=course, layout=layout, listed=listed, files=files)


def _name(value: Any, language: str) -> str:
    """What people call the course, in its own language if there are several."""
    if isinstance(value, Mapping):
        value = value.get(language) or next(iter(value.values()), "")
    return str(value or "")


def default_language(index: Mapping[str, Any]) -> str:
    """The language that a course falls back to (A+ spec 1.3)."""
    for key in ("language", "lang"):
        value = index.get(key)
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, str) and first:
            return first
    return DEFAULT_LANGUAGE


def _broken(root: Path, problems: list[Problem]) -> Course:
    return Course(key=root.name, directory=root, problems=tuple(problems))


def _no_mapping(document: Document) -> Problem:
    what = "The index is empty." if document.value is None else "The index must hold keys and values."
    return Problem(id="no-mapping", message=what, remedy="Begin it with: name: ...", file=document.file, line=1)
