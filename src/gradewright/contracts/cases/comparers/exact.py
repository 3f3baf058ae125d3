"""Byte for byte."""

from __future__ import annotations

from gradewright.contracts.cases.comparers.lines import difference_in_lines, lines
from gradewright.contracts.cases.showing import as_lines


def exact(expected: bytes, actual: bytes) -> str:
    if expected == actual:
        return ""
    if lines(expected, actual):
        return difference_in_lines(as_lines(expected), as_lines(actual))
    if expected.rstrip(b"\n") == actual.rstrip(b"\n"):
        return f"Only the newlines at the end differ: expected {_newlines(expected)}, got {_newlines(actual)}."
    return "Only blanks at the ends of lines differ, but every character counts here."


def _newlines(data: bytes) -> str:
    count = len(data) - len(data.rstrip(b"\n"))
    return str(count or "none")
