"""The ways of comparing what a program wrote with what was expected, one a file.

A comparer is a function `(expected, actual) -> str` that says what differs, as sentences for the student, and returns
an empty text if nothing does. It takes any bytes and never raises.
"""

from __future__ import annotations

from gradewright.contracts.cases.comparers.exact import exact
from gradewright.contracts.cases.comparers.lines import lines
from gradewright.contracts.cases.comparers.numbers import numbers
from gradewright.contracts.cases.comparers.regexp import regexp
from gradewright.contracts.cases.comparers.tokens import tokens

__all__ = ["exact", "lines", "numbers", "regexp", "tokens"]
