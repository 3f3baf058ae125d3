"""Laws of the ways of comparing, and what they tell a student."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.contracts.cases.comparers import exact, lines, numbers, regexp, tokens

Compare = Callable[[bytes, bytes], str]

TEXTUAL: list[Compare] = [exact, lines, tokens, numbers]
blanks = st.text(" \t\r\v\f", max_size=3).map(str.encode)
words = st.lists(st.binary(min_size=1, max_size=6).filter(lambda word: word.split() == [word]), max_size=6)
line_lists = st.lists(st.binary(max_size=12).filter(lambda line: b"\n" not in line), max_size=6)
values = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)


def written(value: Fraction) -> bytes:
    return f"{float(value):.6f}".encode()


@pytest.mark.parametrize("compare", TEXTUAL)
@given(data=st.binary())
def test_everything_agrees_with_itself(compare: Compare, data: bytes) -> None:
    assert compare(data, data) == ""


@pytest.mark.parametrize("compare", TEXTUAL)
@given(expected=st.binary(), actual=st.binary())
def test_no_bytes_break_a_comparison_and_order_does_not_matter(
    compare: Compare, expected: bytes, actual: bytes
) -> None:
    exactly_one_sided = partial(numbers, relative=Fraction(0)) if compare is numbers else compare
    assert bool(exactly_one_sided(expected, actual)) == bool(exactly_one_sided(actual, expected))


@given(actual=st.binary())
def test_no_bytes_break_a_pattern(actual: bytes) -> None:
    assert isinstance(regexp(rb"(a|b)*\d{2,3}[^x]?.*", actual), str)


@given(expected=st.binary(), actual=st.binary())
def test_each_way_is_laxer_than_the_one_before(expected: bytes, actual: bytes) -> None:
    for strict, lax in ((exact, lines), (lines, tokens), (tokens, numbers)):
        if not strict(expected, actual):
            assert lax(expected, actual) == ""


@given(expected=st.binary(), actual=st.binary())
def test_exact_means_exact(expected: bytes, actual: bytes) -> None:
    assert bool(exact(expected, actual)) == (expected != actual)


@given(content=line_lists, tails=st.lists(blanks, min_size=6, max_size=6), end=st.text("\n \t\r", max_size=4))
def test_lines_ignores_what_trails(content: list[bytes], tails: list[bytes], end: str) -> None:
    trailing = b"\n".join(line + tail for line, tail in zip(content, tails, strict=False)) + end.encode()
    assert lines(b"\n".join(content), trailing) == ""


@given(content=line_lists.filter(lambda content: any(line.strip() for line in content)), number=st.integers(0, 5))
def test_lines_sees_a_line_too_many_within(content: list[bytes], number: int) -> None:
    longer = [*content[: number % len(content)], b"x", *content[number % len(content) :]]
    assert lines(b"\n".join(content), b"\n".join(longer)) != ""


@given(content=words, gaps=st.lists(st.text(" \t\r\n\v\f", min_size=1, max_size=3), min_size=7, max_size=7))
def test_tokens_ignores_how_words_are_apart(content: list[bytes], gaps: list[str]) -> None:
    spread = b"".join(gap.encode() + word for gap, word in zip(gaps, content, strict=False)) + gaps[-1].encode()
    assert tokens(b" ".join(content), spread) == ""


@given(content=words, other=words)
def test_tokens_sees_every_other_word(content: list[bytes], other: list[bytes]) -> None:
    assert bool(tokens(b" ".join(content), b"\n".join(other))) == (content != other)


@given(left=values, right=values, tolerance=st.fractions(min_value=0, max_value=10, max_denominator=100))
def test_an_absolute_tolerance_is_exact_and_symmetric(left: Fraction, right: Fraction, tolerance: Fraction) -> None:
    compare = partial(numbers, absolute=tolerance, relative=Fraction(0))
    agree = abs(Fraction(written(left).decode()) - Fraction(written(right).decode())) <= tolerance
    assert (compare(written(left), written(right)) == "") == agree
    assert (compare(written(right), written(left)) == "") == agree


@given(wanted=values, factor=st.fractions(min_value=0, max_value=1, max_denominator=50))
def test_a_relative_tolerance_is_of_what_is_expected(wanted: Fraction, factor: Fraction) -> None:
    compare = partial(numbers, absolute=Fraction(0), relative=factor)
    expected = Fraction(written(wanted).decode())
    edge, beyond = expected * (1 + factor), expected * (1 + factor) + Fraction(expected >= 0) * 2 - 1
    for value in (edge, beyond):
        text = f"{value.numerator / value.denominator:.12f}".encode()
        agree = abs(Fraction(text.decode()) - expected) <= factor * abs(expected)
        assert (compare(written(wanted), text) == "") == agree


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (b"1", b"1.0"),
        (b"1", b"+1"),
        (b"1e3", b"1000"),
        (b".5", b"0.5"),
        (b"0", b"-0.0"),
        (b"x 3.14159265 y", b"x 3.1415927 y"),
        (b"nan", b"nan"),
        (b"9" * 5000, b"9" * 5000),
        (b"1e999999999", b"1e999999999"),
    ],
)
def test_numbers_that_agree(expected: bytes, actual: bytes) -> None:
    assert numbers(expected, actual) == ""


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (b"1", b"1.00001"),
        (b"inf", b"1e999"),
        (b"nan", b"0"),
        (b"1e999999999", b"1e999999998"),
        (b"1", b"\xb9"),
        (b"1", b"1_0"),
        (b"1", b"0x1"),
        (b"1 2", b"1"),
        (b"1", b"1 2"),
    ],
)
def test_numbers_that_do_not(expected: bytes, actual: bytes) -> None:
    assert numbers(expected, actual) != ""


def test_numbers_are_compared_exactly_and_not_as_floats() -> None:
    compare = partial(numbers, absolute=Fraction(0), relative=Fraction(0))
    assert compare(b"12345678901234567890", b"12345678901234567891") != ""
    assert compare(b"0.1", b"0.10000000000000000001") != ""


@pytest.mark.parametrize(
    ("compare", "expected", "actual", "says"),
    [
        (lines, b"a\nb\n", b"a\nc\n", 'Line 2 differs: expected "b", got "c".'),
        (lines, b"a\nb\n", b"a\n", 'Line 2 is missing: expected "b" after 1 line.'),
        (lines, b"a\n", b"a\nb\n", 'line 2, "b", should not be there'),
        (lines, b"a\n", b"", "no output at all"),
        (lines, b"a  b\n", b"a b\n", "Only the blanks differ."),
        (lines, b"Yes\nNo\n", b"yes\nno\n", "Only capital and small letters differ."),
        (lines, b"42\n", b"The answer is 42\n", "nothing else should be printed"),
        (exact, b"a\n", b"a", "Only the newlines at the end differ: expected 1, got none."),
        (exact, b"a\n", b"a \n", "Only blanks at the ends of lines differ"),
        (tokens, b"a b", b"a", 'Word 2 is missing: expected "b" after 1 word.'),
        (tokens, b"a", b"a b", 'word 2, "b", should not be there'),
        (tokens, b"a", b" \n", "no output at all"),
        (numbers, b"3.14", b"3.2", "more than the tolerance allows"),
        (numbers, b"3.14", b"Result: 3.14", "The numbers are right, but nothing else should be printed"),
        (numbers, b"3.14", b"three", 'expected "3.14", got "three".'),
        (regexp, b"a+", b"b", "does not have the expected form"),
        (regexp, b"a+", b"\n", "no output at all"),
        (regexp, b".*", b"x" * 300_000, "too much output"),
        (regexp, b"(a|aa)+", b"a" * 60 + b"b", "could not be compared"),
        (lines, b"a", b"\xff\x1b[31m", r'got "\xff\x1b[31m"'),
        (lines, b"a", b"x" * 100, f'got "{"x" * 60}...".'),
    ],
)
def test_what_is_said_of_a_difference(compare: Compare, expected: bytes, actual: bytes, says: str) -> None:
    assert says in compare(expected, actual)
