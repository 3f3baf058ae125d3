"""The tree of an index: modules, chapters and exercises, with the defaults of their types (A+ spec 1.1, 1.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gradewright.courses.aplus.documents import Document, Place, dotted
from gradewright.model.problem import Problem

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An exercise as an index lists it."""

    key: str
    config: str  # what names its file
    node: Node  # its entry, over the defaults of its type
    place: Place
    index: Document

    def place_in(self, problem: Problem) -> Problem:
        """The problem at this entry of the index."""
        place = (*self.place, "config")
        return replace(problem, file=self.index.file, line=self.index.line(place), key=dotted(place))


def nodes(children: Any, place: Place) -> Iterator[tuple[Place, Node]]:
    """Every chapter and exercise below, each before what is below it."""
    if not isinstance(children, list):
        return
    for index, child in enumerate(children):
        if isinstance(child, Mapping):
            yield (*place, index), child
            yield from nodes(child.get("children"), (*place, index, "children"))


def modules(index: Node) -> Iterator[tuple[Place, Node]]:
    found = index.get("modules")
    for number, module in enumerate(found if isinstance(found, list) else ()):
        if isinstance(module, Mapping):
            yield ("modules", number), module


def with_defaults(node: Node, types: Any) -> Node:
    """The node over the defaults of its type; what is below it is never inherited."""
    kind = node.get("type")
    defaults = types.get(str(kind)) if isinstance(types, Mapping) and kind is not None else None
    inherited = defaults if isinstance(defaults, Mapping) else {}
    merged = {**inherited, **node}
    if "children" in inherited and "children" not in node:
        del merged["children"]
    return merged


def exercises(index: Document) -> Iterator[Listed]:
    """The exercises in the order of the index, a key as often as it is listed."""
    values: Node = index.value
    if "modules" not in values:
        yield from _flat(index)
    for place, module in modules(values):
        for below, node in nodes(module.get("children"), (*place, "children")):
            whole = with_defaults(node, values.get("exercise_types"))
            if is_exercise(whole):
                yield Listed(key=str(whole["key"]), config=str(whole["config"]), node=whole, place=below, index=index)


def is_exercise(node: Node) -> bool:
    """Whether a node, with its defaults, is one of our exercises: no chapter, and served by nobody else."""
    return node.get("key") is not None and isinstance(node.get("config"), str | int)


def _flat(index: Document) -> Iterator[Listed]:
    """The deprecated list: a name is the key, and the file too."""
    names = index.value.get("exercises")
    for number, name in enumerate(names if isinstance(names, list) else ()):
        if isinstance(name, str | int):
            node = {"key": str(name), "config": str(name)}
            yield Listed(key=str(name), config=str(name), node=node, place=("exercises", number), index=index)
