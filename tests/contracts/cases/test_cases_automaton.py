"""Patterns mean what they mean to Python, but no text makes them slow."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.contracts.cases.automaton import UnfitPattern, compiled

characters = st.sampled_from(
    [*"abA1 .\n", r"\d", r"\w", r"\s", r"\.", r"\x61", "[ab]", "[^a]", "[]a-c]", r"[\d\]]", "é"]
)
repeats = st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,}", "{,}", "*?", "+?", "{1,2}?", "{x}", "{}"])


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("|".join).map("({})".format),
        st.tuples(inner.map("(?:{})".format), repeats).map("".join),
    )


patterns = st.recursive(st.one_of(characters, st.just("")), combined, max_leaves=12)
texts = st.text("abA1 .\né]x{}2", max_size=8)


@given(flags=st.sampled_from(["", "(?i)", "(?s)", "(?is)"]), pattern=patterns, text=texts)
def test_a_pattern_matches_what_python_matches(flags: str, pattern: str, text: str) -> None:
    assert compiled(flags + pattern).fullmatch(text) == bool(re.fullmatch(flags + pattern, text))


@pytest.mark.parametrize(
    "pattern", ["^ab$", r"\Aab\Z", "^ab$|^c$", "(?i)^AB$", "a|b|", "()*", "(a|)*b", "{", "a{,", "x{}", "(?P<a>a)b"]
)
@given(text=texts)
def test_anchors_and_odd_patterns(pattern: str, text: str) -> None:
    assert compiled(pattern).fullmatch(text) == bool(re.fullmatch(pattern, text))


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|aa)+b", "(a|a)*b", "(.*)*b", "a*a*a*a*a*b", "(a?){30}a{30}b"])
def test_a_pattern_that_python_would_try_for_years_is_quick(pattern: str) -> None:
    automaton = compiled(pattern)
    assert not automaton.fullmatch("a" * 20_000)
    assert automaton.fullmatch("a" * 60 + "b")


def test_what_is_remembered_stays_small() -> None:
    automaton = compiled("(a|b)*a(a|b){9}")
    for number in range(4000):
        automaton.fullmatch(f"{number:012b}".translate({48: "a", 49: "b"}))
    assert len(automaton.remembered) <= 20_000


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(", "not a regular expression"),
        ("a**", "multiple repeat"),
        (r"(a)\1", r"\1 at character 4 is not supported"),
        ("(?=a)", "(?= at character 1"),
        ("(?<!a)b", "(?< at character 1"),
        ("(?i:a)", "(?i at character 1"),
        (r"\bword", r"\b at character 1"),
        ("(?x) a", "flag 'x'"),
        ("a++", "+ after a repetition"),
        ("a^b", "^ at character 2"),
        ("(a$)", "$ at character 3"),
        ("a{2000}", "too large"),
        ("((a{40}){40}){40}", "too large"),
        ("(){1000000}", "too large"),
        ("(" * 5000 + ")" * 5000, "too large"),
    ],
)
def test_what_cannot_be_matched_in_bounded_time_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(UnfitPattern, match=re.escape(why)):
        compiled(pattern)
