"""Output as people see it: nothing invisible, nothing endless, nothing that breaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.contracts.cases.showing import as_lines, diff, quoted, shortened, tail, visible

data = st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))


@given(data=data)
def test_nothing_invisible_is_left(data: bytes) -> None:
    assert all(character.isprintable() or character in "\n\t" for character in visible(data))
    assert quoted(data).isprintable()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain\ttext\n", "plain\ttext\n"),
        ("Grüße, 你好 🙂".encode(), "Grüße, 你好 🙂"),
        (b"\xff\x00\x1b[31m\r\n", "\\xff\\x00\\x1b[31m\\r\n"),
        ("a\u202eb\u200bc".encode(), "a\\u202eb\\u200bc"),
    ],
)
def test_what_is_visible_stays_and_what_is_not_is_escaped(data: bytes, text: str) -> None:
    assert visible(data) == text


@given(data=data)
def test_long_texts_and_lines_are_cut(data: bytes) -> None:
    text = shortened(data * 2000, 1000)
    assert max(map(len, text.split("\n"))) <= 203
    assert ("more bytes" in text) == (len(data) * 2000 > 1000)


def test_the_tail_is_the_last_lines() -> None:
    assert tail(b"".join(b"%d\n" % i for i in range(10_000)), lines=2) == "9998\n9999"


@given(expected=data, actual=data)
def test_a_diff_is_empty_only_for_equal_lines(expected: bytes, actual: bytes) -> None:
    assert (diff(as_lines(expected), as_lines(actual)) == "") == (as_lines(expected) == as_lines(actual))


def test_a_diff_shows_the_neighbourhood_of_the_first_difference() -> None:
    numbers = [b"%d" % i for i in range(1000)]
    changed = [*numbers[:500], b"other", *numbers[501:]]
    lines = diff(numbers, changed).splitlines()
    assert lines[0] == "@@ -498,7 +498,7 @@"
    assert lines[1:6] == [" 497", " 498", " 499", "-500", "+other"]
    assert lines[-1] == "... (443 more lines not compared here)"


def test_a_diff_makes_trailing_blanks_and_a_missing_newline_visible() -> None:
    assert diff(as_lines(b"a\nb\n"), as_lines(b"a \t\nb")).splitlines() == [
        "@@ -1,2 +1,3 @@",
        "-a",
        "+a\u00b7\u21e5",
        " b",
        "+\\ no newline at the end",
    ]


def test_a_diff_of_a_flood_stays_small() -> None:
    assert len(diff([b"x" * 10**6] * 1000, [b"y" * 10**6] * 100_000)) < 30_000
