"""Converters for the values of course files, which YAML has made texts, numbers, truth values or nothing of.

For `tables.Table.read`: each returns the typed value or raises `ValueError` with what continues "KEY ...".
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from gradewright.tables import Table, suggest

TRUE = ("true", "yes", "on", "1")
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")  # in quotes; without an exponent, which could be huge
FALSE = ("false", "no", "off", "0", "")


def text(value: Any) -> str:
    """A text; numbers and truth values become one as Python writes them, as they do in the original's forms."""
    if value is None:
        return ""
    if not isinstance(value, str | int | float | date):
        raise ValueError("must be a text")
    return str(value)


def flag(value: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return bool(value)
    word = str(value).lower()
    if word not in TRUE + FALSE:
        raise ValueError("must be true or false")
    return word in TRUE


def number(value: Any) -> Fraction:
    """A number, exactly as written; also a negative one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("must be a number")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("must be a finite number")
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        raise ValueError("must be a number")
    return Fraction(str(value))


def tolerance(value: Any) -> float:
    if number(value) < 0:
        raise ValueError("must not be negative")
    return float(number(value))


def points_in_all(value: Any) -> Fraction:
    """A number of at least 0."""
    if number(value) < 0:
        raise ValueError("must not be negative")
    return number(value)


def count(value: Any) -> int:
    """A whole number of at least 0."""
    whole = number(value)
    if whole.denominator != 1 or whole < 0:
        raise ValueError("must be a whole number of at least 0")
    return int(whole)


def sequence(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError("must be a list")
    return value


def mapping(value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError("must be a dictionary")
    return value


def open_table(values: Mapping[str, Any]) -> Table:
    """A table in which authors may write keys of their own, for their templates."""
    return Table(values, values.keys())


def open_child(table: Table, key: str) -> Table:
    """The table at a key, with whatever keys it has; an empty one if it is absent."""
    values = table.read(key, mapping, {})
    return table.child(key, values, values.keys())


def entries(table: Table, key: str) -> list[Table]:
    """The dictionaries of a list, as tables whose keys are counted from 0: "fields[2].type"."""
    found = []
    for index, value in enumerate(table.read(key, sequence, ())):
        if isinstance(value, Mapping):
            found.append(table.child(f"{key}[{index}]", value, value.keys()))
        else:
            table.refuse(f"{key}[{index}]", "must be a dictionary.", id="wrong-value")
    return found


def unknown(table: Table, key: str, word: str, known: Sequence[str]) -> None:
    """Make it a problem that a word is none of those that may stand here."""
    table.refuse(key, f"is {word!r}, which is not known.", suggest(word, known), id="wrong-value")
