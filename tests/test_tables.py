"""Typed values out of tables: what is taken, what is refused, and with which words."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.errors import AuthorError
from gradewright.tables import (
    LIMITS,
    Table,
    closest,
    finite,
    integer,
    limit_changes,
    list_of,
    natural,
    number,
    one_of,
    positive,
    seconds,
    size,
    text,
    texts_by_name,
    words,
)

CONVERTERS = [
    integer,
    natural,
    number,
    positive,
    seconds,
    size,
    text,
    texts_by_name,
    words,
    list_of(text),
    one_of(["a", "b"]),
]
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.fractions(), st.text(), st.dates()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("value", "bytes"),
    [
        (1, 1),
        ("7", 7),
        ("64M", 64 * 1024**2),
        ("256 MiB", 256 * 1024**2),
        ("1.5 GiB", 3 * 512 * 1024**2),
        ("10 kB", 10_000),
    ],
)
def test_sizes(value: Any, bytes: int) -> None:
    assert size(value) == bytes


@pytest.mark.parametrize(
    ("value", "length"), [(10, 10), (Fraction(5, 2), 2.5), ("10s", 10), ("500ms", 0.5), ("1.5 min", 90), ("3", 3)]
)
def test_durations(value: Any, length: float) -> None:
    assert seconds(value) == length


@pytest.mark.parametrize("value", ["", "M", "-1M", "1 TiB", "1,5M", "ten", 0, -1, 1.5, True, None, [1], "0"])
def test_what_is_no_size(value: Any) -> None:
    with pytest.raises(ValueError, match=r"must be"):
        size(value)


@pytest.mark.parametrize("value", ["", "s", "1h", "-1s", "soon", 0, Fraction(-1), True, float("inf"), None, [1]])
def test_what_is_no_duration(value: Any) -> None:
    with pytest.raises(ValueError, match=r"must "):
        seconds(value)


@pytest.mark.parametrize("convert", CONVERTERS)
@given(value=anything)
def test_a_converter_gives_a_value_or_a_sentence(convert: Any, value: Any) -> None:
    table = Table({"key": value}, ["key"])
    result = table.read("key", convert, None)
    assert (result is None) == bool(table.problems)
    assert all(problem.message.startswith("key must") for problem in table.problems)


@pytest.mark.parametrize(
    ("written", "value"), [("0.1", Fraction(1, 10)), ("1_000.5", Fraction(2001, 2)), ("-2e-3", Fraction(-1, 500))]
)
def test_numbers_are_taken_as_written(written: str, value: Fraction) -> None:
    assert finite(written) == value


@pytest.mark.parametrize("written", ["inf", "-inf", "nan", "+nan", "1e999999999", "1e-999999999"])
def test_numbers_that_nobody_grades_with_are_no_fractions(written: str) -> None:
    assert isinstance(finite(written), float)


def test_all_problems_are_collected_with_their_keys() -> None:
    table = Table({"a": "x", "unknown": 1, "inner": {"b": -1}, "rows": [{"c": 1}, {"d": 2}]}, ["a", "inner", "rows"])
    assert table.read("a", integer, 7) == 7
    assert table.table("inner", ["b"]).read("b", natural, 8) == 8
    assert [row.read("c", integer, 9) for row in table.tables("rows", ["c"])] == [1, 9]
    table.require("z", "Add it.")
    with pytest.raises(AuthorError, match=r"^It is wrong\.") as error:
        table.finish("It is wrong.")
    assert [(problem.key, problem.id) for problem in error.value.problems] == [
        ("unknown", "unknown-key"),
        ("a", "wrong-value"),
        ("inner.b", "wrong-value"),
        ("rows[2].d", "unknown-key"),
        ("z", "missing-key"),
    ]


def test_what_is_absent_is_the_default_and_no_problem() -> None:
    table = Table({}, ["a"])
    assert table.read("a", text, "default") == "default"
    assert table.table("a", []).problems == []
    assert table.tables("a", []) == []
    table.finish("Never raised.")


@pytest.mark.parametrize(("word", "meant"), [("pionts", "points"), ("wall", "wall_seconds"), ("xyzzy", "")])
def test_a_misspelt_word_is_understood(word: str, meant: str) -> None:
    assert closest(word, ["points", "name", "wall_seconds"]) == meant


def test_limits_are_read_by_their_keys() -> None:
    table = Table({"wall_seconds": 1, "memory": "1M", "cores": Fraction(1, 2), "disk_files": 5}, LIMITS)
    assert limit_changes(table) == {"wall_seconds": 1.0, "memory_bytes": 1024**2, "cores": 0.5, "disk_files": 5}
