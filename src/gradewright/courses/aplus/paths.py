"""Paths in exercise files: where they may lead, and whether what they name is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gradewright.courses.aplus.files import FileProblem, Layout
from gradewright.model.problem import Problem, Severity

RESERVED = ("/exercise", "/submission", "/personalized_exercise")


def check_paths(values: Mapping[str, Any], layout: Layout) -> Iterator[Problem]:
    """What leads out of the course, and mounts that a container cannot have (A+ spec 4.2)."""
    for key, name in _names(values):
        try:
            layout.inside(layout.root, name)
        except FileProblem as error:
            yield Problem(id=error.problem.id, message=error.problem.message, remedy=error.problem.remedy, key=key)
    yield from _mounts(values)


def missing_files(values: Mapping[str, Any], layout: Layout) -> Iterator[Problem]:
    """What is named and not there. Somebody may build it later, so these are warnings."""
    for key, name in _names(values):
        try:
            there = key == "grader" or layout.inside(layout.root, name).exists()  # a grader may be an image as well
        except FileProblem:  # told already
            continue
        if not there:
            remedy = "Mend the path, which begins at the root of the course, or make the file."
            message = f"There is no {name} in the course."
            yield Problem(id="missing-file", severity=Severity.WARNING, message=message, remedy=remedy, key=key)


def _names(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every path with its key, relative to the root."""
    for key in ("model_files", "template_files"):
        for index, name in enumerate(_list(values.get(key))):
            yield f"{key}[{index}]", str(name)
    for key in ("template", "instructions_file", "feedback_template"):
        name = values.get(key)
        if isinstance(name, str) and name.startswith("./"):
            yield key, name
    container = _mapping(values.get("container"))
    if isinstance(container.get("mount"), str):
        yield "container.mount", container["mount"]
    for name in _mapping(container.get("mounts")):
        yield f"container.mounts.{name}", name
    if isinstance(values.get("grader"), str):
        yield "grader", values["grader"]
    generator = _mapping(values.get("generator"))
    if isinstance(generator.get("cwd"), str):
        yield "generator.cwd", generator["cwd"]


def _mounts(values: Mapping[str, Any]) -> Iterator[Problem]:
    mounts = _mapping(_mapping(values.get("container")).get("mounts"))
    taken: dict[str, str] = {}
    for source, target in mounts.items():
        key = f"container.mounts.{source}"
        if why := _unfit(str(target), taken):
            remedy = "Name a directory of its own, such as /library."
            yield Problem(id="wrong-mount", message=f"{target} {why}.", remedy=remedy, key=key)
        taken.setdefault(str(target), source)


def _unfit(target: str, taken: Mapping[str, str]) -> str:
    """Why nothing can be mounted there; empty if something can."""
    parts = re.sub("/+", "/", target).rstrip("/")
    if not target.startswith("/") or ".." in target.split("/") or not parts:
        return "is no absolute path in a container"
    if any(parts == place or parts.startswith(f"{place}/") for place in RESERVED):
        return "is ours"
    return f"is where {taken[target]} is mounted already" if target in taken else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
