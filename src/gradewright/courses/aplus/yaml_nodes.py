"""Compose YAML 1.1 with libyaml: nodes that know their lines, and nothing that explodes when it is built."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml
from yaml.resolver import Resolver

from gradewright.model.problem import Problem

MAX_DEPTH = 100
MAX_NODES = 250_000  # with each alias counted as what it stands for
MANY_BRACKETS = 500
DEEP_LINE = re.compile(r"^[ ?:-]{150}", re.MULTILINE)
TAG_PREFIX = "tag:yaml.org,2002:"
STRING = f"{TAG_PREFIX}str"
DEFAULTS: dict[type[yaml.Node], str] = {
    yaml.MappingNode: f"{TAG_PREFIX}map",
    yaml.SequenceNode: f"{TAG_PREFIX}seq",
}
OPENING = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
CLOSING = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


class SyntaxProblem(Exception):
    """A text cannot be read at all."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@lru_cache(maxsize=4096)
def _type_of_word(word: str) -> str:
    return str(Resolver().resolve(yaml.ScalarNode, word, (True, False)))  # type: ignore[no-untyped-call]


class Loader(yaml.CSafeLoader):
    """Types words as YAML 1.1 does, but each word once: course files repeat theirs a lot."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        if kind is yaml.ScalarNode:
            return _type_of_word(value) if implicit[0] else STRING
        return DEFAULTS[kind]


def compose(text: str) -> yaml.Node | None:
    """The root of a document, None if it is empty. Raises `SyntaxProblem`."""
    try:
        _check_depth(text)
        loader = Loader(text)
        try:
            node: yaml.Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise SyntaxProblem(_syntax_problem(error, text)) from None
    if node is not None and "*" in text:
        _count(node, {}, ())
    return node


def _check_depth(text: str) -> None:
    """libyaml itself would end the process on some ten thousand levels, so they are counted before it builds any."""
    if text.count("[") + text.count("{") < MANY_BRACKETS and not DEEP_LINE.search(text):
        return
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, OPENING) - isinstance(event, CLOSING)
        if depth > MAX_DEPTH:
            raise SyntaxProblem(too_deep(event.start_mark.line + 1 if event.start_mark else 1))


def _count(node: yaml.Node, known: dict[int, int], above: tuple[int, ...]) -> int:
    """How many nodes there are with every alias written out."""
    if isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) in above:
        raise SyntaxProblem(_endless(node.start_mark.line + 1))
    if id(node) not in known:
        pairs = isinstance(node, yaml.MappingNode)
        children = [each for pair in node.value for each in pair] if pairs else node.value
        known[id(node)] = 1 + sum(_count(child, known, (*above, id(node))) for child in children)
    if known[id(node)] > MAX_NODES:
        raise SyntaxProblem(_too_many(node.start_mark.line + 1))
    return known[id(node)]


def too_deep(line: int) -> Problem:
    return Problem(
        id="too-deep", message=f"This is nested more than {MAX_DEPTH} levels deep.", remedy="Flatten it.", line=line
    )


def _endless(line: int) -> Problem:
    return Problem(id="alias-loop", message="This contains itself by an alias.", remedy="Write it out.", line=line)


def _too_many(line: int) -> Problem:
    message = f"With its aliases written out this has more than {MAX_NODES} values."
    return Problem(id="alias-explosion", message=message, remedy="Use fewer aliases.", line=line)


def _syntax_problem(error: yaml.YAMLError, text: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = " ".join(filter(None, [getattr(error, "context", None), getattr(error, "problem", None)])) or str(error)
    line = mark.line + 1 if mark else None
    return Problem(
        id="not-yaml", message=f"This is not valid YAML: {reason}.", remedy=_remedy(reason, line, text), line=line
    )


def _remedy(reason: str, line: int | None, text: str) -> str:
    lines = text.splitlines()
    if line and line <= len(lines) and "\t" in lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]:
        return "Indent with spaces, never with tabs."
    if "mapping values are not allowed" in reason:
        return "Put a text that holds ': ' in quotes, and see that the lines are indented alike."
    if "undefined alias" in reason:
        return "A text that begins with * needs quotes."
    return "Look at the indentation of this line and of the one above it; texts with : # { [ * & % @ need quotes."
