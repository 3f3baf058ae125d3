"""Compose JSON into the same nodes as YAML, so that everything after it knows the lines of both."""

from __future__ import annotations

import json
import re

import yaml

from gradewright.courses.aplus.yaml_nodes import MAX_DEPTH, SyntaxProblem, too_deep
from gradewright.model.problem import Problem

PREFIX = "tag:yaml.org,2002:"
BLANK = re.compile(r"[ \t\r\n]*")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
TAGS = {str: "str", bool: "bool", int: "int", float: "float", type(None): "null"}


def compose(text: str) -> yaml.Node | None:
    """The root of a document, None if it is empty. Raises `SyntaxProblem`."""
    return _Composer(text).whole() if text.strip() else None


class _Composer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._seen = 0
        self._line = 0
        self._decoder = json.JSONDecoder(parse_constant=self._no_constant)

    def whole(self) -> yaml.Node:
        try:
            node = self._value(0)
            if self._next():
                raise self._problem("there is more after the end of the value")
        except ValueError as error:  # also JSONDecodeError
            self._at = getattr(error, "pos", self._at)
            raise self._problem(getattr(error, "msg", str(error))) from None
        return node

    def _value(self, depth: int) -> yaml.Node:
        mark = self._mark()
        if depth > MAX_DEPTH:
            raise SyntaxProblem(too_deep(mark.line + 1))
        match self._next():
            case "{":
                return yaml.MappingNode(f"{PREFIX}map", self._pairs(depth + 1), mark)
            case "[":
                return yaml.SequenceNode(f"{PREFIX}seq", self._members(depth + 1), mark)
        return self._scalar(mark)

    def _scalar(self, mark: yaml.Mark) -> yaml.ScalarNode:
        start = self._at
        value, self._at = self._decoder.raw_decode(self._text, start)
        written = value if isinstance(value, str) else self._text[start : self._at]
        if LONE_SURROGATE.search(written):
            raise self._problem("half a character stands alone in a text")
        return yaml.ScalarNode(PREFIX + TAGS[type(value)], written, mark)

    def _pairs(self, depth: int) -> list[tuple[yaml.Node, yaml.Node]]:
        pairs: list[tuple[yaml.Node, yaml.Node]] = []
        self._at += 1
        while self._more("}", bool(pairs)):
            mark = self._mark()
            if self._next() != '"':
                raise self._problem("a key in double quotes is missing")
            key = self._scalar(mark)
            if self._next() != ":":
                raise self._problem("a colon is missing after the key")
            self._at += 1
            pairs.append((key, self._value(depth)))
        return pairs

    def _members(self, depth: int) -> list[yaml.Node]:
        members: list[yaml.Node] = []
        self._at += 1
        while self._more("]", bool(members)):
            members.append(self._value(depth))
        return members

    def _more(self, end: str, begun: bool) -> bool:
        """Whether another member follows; the comma before it, or the end, is passed."""
        following = self._next()
        if following == end:
            self._at += 1
            return False
        if begun and following != ",":
            raise self._problem("a comma is missing")
        self._at += begun
        return True

    def _next(self) -> str:
        """The next character that is no blank; empty at the end."""
        found = BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _mark(self) -> yaml.Mark:
        self._next()
        self._line += self._text.count("\n", self._seen, self._at)
        self._seen = self._at
        return yaml.Mark("", self._at, self._line, 0, None, 0)

    def _no_constant(self, name: str) -> None:
        raise ValueError(f"{name} is no number of JSON")

    def _problem(self, reason: str) -> SyntaxProblem:
        line = self._text.count("\n", 0, self._at) + 1
        remedy = "JSON has no comments and no comma after the last member; texts stand in double quotes."
        return SyntaxProblem(
            Problem(id="not-json", message=f"This is not valid JSON: {reason}.", remedy=remedy, line=line)
        )
