"""A course file as values, with the line of each."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from gradewright.courses.aplus import json_nodes, yaml_nodes
from gradewright.courses.aplus.yaml_nodes import SyntaxProblem
from gradewright.model.problem import Problem, Severity

Place = tuple[str | int, ...]  # keys and indexes on the way from the root: ("fieldgroups", 0, "title")
Pair = tuple[yaml.Node, yaml.Node]

PREFIX = "tag:yaml.org,2002:"
STRING, MERGE = f"{PREFIX}str", f"{PREFIX}merge"
WORDS = {
    f"{PREFIX}bool": "a truth value",
    f"{PREFIX}int": "a number",
    f"{PREFIX}float": "a number",
    f"{PREFIX}timestamp": "a date",
}
COMPOSERS = {".json": json_nodes.compose, ".yaml": yaml_nodes.compose}
SUFFIXES = tuple(COMPOSERS)


def dotted(place: Place) -> str:
    """A place as people write it: "fieldgroups[0].title"."""
    return "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in place).removeprefix(".")


class TaggedMapping(dict[str, Any]):
    """A mapping with tags somewhere in it; what has none is the same in all languages."""


class TaggedList(list[Any]):
    """A list with tags somewhere in it."""


@dataclass(slots=True, kw_only=True)
class Document:
    """What a course file says."""

    file: str  # relative to the course's directory
    value: Any = None
    problems: list[Problem] = field(default_factory=list)
    root: yaml.Node | None = None

    def line(self, place: Place) -> int | None:
        """The line of a value, counted from 1; else of the nearest that holds it."""
        node = self.root
        if node is None:
            return None
        line, steps = node.start_mark.line + 1, list(place)
        while steps:
            found = _step(node, steps.pop(0), steps)
            if found is None:
                break
            line, node = found
        return int(line)


def parse(text: str, file: str, suffix: str) -> Document:
    """The document in a text. What is wrong with it is among its problems; without a root nothing could be read."""
    try:
        root = COMPOSERS[suffix](text)
    except SyntaxProblem as error:
        return Document(file=file, problems=[_at(error.problem, file)])
    builder = _Builder(file)
    value = builder.build(root, 0) if root is not None else None
    return Document(file=file, value=value, problems=builder.problems, root=root)


def _any_tagged(values: Iterable[Any]) -> bool:
    return any(isinstance(each, TaggedList | TaggedMapping) for each in values)


def _at(problem: Problem, file: str) -> Problem:
    return replace(problem, file=file)


def _step(node: yaml.Node, step: str | int, ahead: list[str | int]) -> tuple[int, yaml.Node] | None:
    """The line and the node of a member, whatever tags its key has."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        member = node.value[step]
        return member.start_mark.line + 1, member
    if not isinstance(node, yaml.MappingNode):
        return None
    spellings = [pair for pair in node.value if pair[0].value == step or str(pair[0].value).startswith(f"{step}|")]
    if not spellings:
        return None
    key, value = max(spellings, key=lambda pair: len(pair[0].value))
    if "|i18n" in key.value and isinstance(value, yaml.MappingNode) and value.value:
        languages = {language.value: version for language, version in value.value}
        value = languages.get(ahead[0]) if ahead and ahead[0] in languages else value.value[0][1]
    return key.start_mark.line + 1, value


class _Builder:
    """Builds values out of nodes, and goes on where something is wrong."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self._tagged = False  # some key so far has tags: "title|i18n"
        self._file = file
        constructor = SafeConstructor()
        self._scalars = {
            STRING: lambda node: node.value,
            MERGE: lambda node: node.value,
            f"{PREFIX}value": lambda node: node.value,
            f"{PREFIX}null": lambda node: None,
            f"{PREFIX}bool": constructor.construct_yaml_bool,
            f"{PREFIX}int": constructor.construct_yaml_int,
            f"{PREFIX}float": constructor.construct_yaml_float,
            f"{PREFIX}timestamp": constructor.construct_yaml_timestamp,
        }

    def build(self, node: yaml.Node, depth: int) -> Any:
        if node.tag == STRING:
            return node.value
        if depth > yaml_nodes.MAX_DEPTH:
            self._note(yaml_nodes.too_deep(node.start_mark.line + 1), node)
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth + 1)
        if isinstance(node, yaml.SequenceNode):
            self._expect(node, f"{PREFIX}seq")
            members = [self.build(each, depth + 1) for each in node.value]
            return TaggedList(members) if self._tagged and _any_tagged(members) else members
        return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        make = self._scalars.get(node.tag)
        if make is None:
            self._expect(node, "")
            return node.value
        try:
            value = make(node)
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError
        except (ValueError, KeyError, OverflowError, AttributeError):
            self._refuse("impossible-value", node, f"{node.value[:40]!r} looks like {WORDS[node.tag]} and is none.")
            return node.value
        return value

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Any]:
        self._expect(node, f"{PREFIX}map")
        own = [pair for pair in node.value if pair[0].tag != MERGE]
        found: dict[str, Any] = {}
        if len(own) < len(node.value):
            found.update(self._merged(node, depth))
        lines: dict[str, int] = {}
        for key_node, value_node in own:
            key = self._key(key_node)
            if key in lines:
                self._duplicate(key, key_node, lines[key])
            lines[key] = key_node.start_mark.line + 1
            found[key] = self.build(value_node, depth)
        if self._tagged and (any("|" in key for key in found) or _any_tagged(found.values())):
            return TaggedMapping(found)
        return found

    def _merged(self, node: yaml.MappingNode, depth: int) -> dict[str, Any]:
        """What `<<` brings in; of several mappings the first wins."""
        values = [value for key, value in node.value if key.tag == MERGE]
        sources = [each for value in values for each in (value.value if value.tag == f"{PREFIX}seq" else [value])]
        found: dict[str, Any] = {}
        for source in reversed(sources):
            if isinstance(source, yaml.MappingNode):
                found.update(self._mapping(source, depth))
            else:
                self._refuse("wrong-merge", source, "<< must name mappings.")
        return found

    def _key(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self._refuse("wrong-key", node, "A key must be a text, not a list or a mapping.")
            return "?"
        if node.tag != STRING and node.tag in self._scalars:
            problem = Problem(
                id="key-without-quotes",
                severity=Severity.WARNING,
                message=f"The key {node.value} is {WORDS.get(node.tag, 'no text')} to YAML; it is taken as text.",
                remedy="Put it in quotes.",
            )
            self._note(problem, node)
        elif "|" in node.value:
            self._tagged = True
        return str(node.value)

    def _duplicate(self, key: str, node: yaml.Node, first: int) -> None:
        problem = Problem(
            id="duplicate-key",
            severity=Severity.WARNING,
            message=f"The key {key} stands in line {first} already; only the last one counts.",
            remedy="Remove one of them.",
            key=key,
        )
        self._note(problem, node)

    def _expect(self, node: yaml.Node, tag: str) -> None:
        if node.tag != tag:
            tag = node.tag.replace(PREFIX, "!!")
            self._refuse("unsupported-tag", node, f"The YAML tag {tag} is not supported.", "Remove it.")

    def _refuse(self, id: str, node: yaml.Node, message: str, remedy: str = "Put it in quotes.") -> None:
        self._note(Problem(id=id, message=message, remedy=remedy), node)

    def _note(self, problem: Problem, node: yaml.Node) -> None:
        self.problems.append(replace(problem, file=self._file, line=node.start_mark.line + 1))
