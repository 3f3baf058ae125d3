"""Compare methods and modifiers, by the table of A+ spec 2.8."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.exercises.compare import METHODS, MODIFIERS, compare, is_known, why_unfit
from gradewright.exercises.judged import Hint, HintKind
from gradewright.exercises.questions import Comparison

TABLE = [  # method, correct, value, is it right
    ("int", "5", "5", True),
    ("int", "5", " 5 ", True),
    ("int", "5", "5.0", True),
    ("int", "5", "+5", True),
    ("int", "5", "6", False),
    ("int", "5", "", False),
    ("int", "5", "five", False),
    ("float", "3.0", "3", True),
    ("float", "3.0", "3.05", False),
    ("float", "3.0", "3.0000000001", True),
    ("float", "3.0", "3e0", True),
    ("float", "0", "1e-12", False),
    ("float", "3.0", "", False),
    ("float", "3.0", "nan", False),
    ("string", "Abc", "aBC", True),
    ("string", "abc", " abc\r\n", True),
    ("string", "abc", "ab c", False),
    ("string", "one\ntwo", "one \r\n  TWO", True),
    ("string", "one\ntwo", "one", False),
    ("string", "one\ntwo", "one\ntwo\nthree", False),
    ("string", "", "", True),
    ("string-requirecase", "Abc", "Abc", True),
    ("string-requirecase", "Abc", "abc", False),
    ("string-ignorews", "a b c", "abc", True),
    ("string-ignorews", "abc", " a\tb\nc ", True),
    ("string-ignorequotes", "abc", '"abc"', True),
    ("string-ignorequotes", '"abc"', "abc", True),
    ("string-ignorequotes", "abc", '"abc', False),
    ("string-ignorequotes", "abc", '""abc""', False),
    ("string-ignoreparenthesis", "f(x)", "f x", False),
    ("string-ignoreparenthesis", "f(x)", "fx", True),
    ("string-ignoreparenthesis-ignorews", "f(x)", "f x", True),
    ("string-ignorerepl", "5", "res0: Int = 5", True),
    ("string-ignorerepl", "5", "val res0: Int = 5", True),
    ("string-ignorerepl", "x => x", "val f: Int => Int = x => x", True),
    ("string-ignorerepl-ignorequotes", "hi", 'res1: String = "hi"', True),
    ("string", "5", "res0: Int = 5", False),
    ("regexp", "ab+c", "xxabbcxx", True),
    ("regexp", "/^ab+c$/", "  abbc  ", True),
    ("regexp", "^ab+c$", "xabbc", False),
    ("regexp", "abc", "ABC", False),
    ("regexp", "(?i)abc", "ABC", True),
    ("regexp-ignoreparenthesis", "^(a|b)x$", "(a)x", True),
    ("regexp-ignorews", "^ab$", "a b", True),
    ("subdiff", "abc|abd", "abd", True),
    ("subdiff", "abc | abd", "ABD ", True),
    ("subdiff", "abc|abd", "abe", False),
    ("subdiff-requirecase", "abc", "ABC", False),
    ("subdiff-ignorews", "a b", "ab", True),
    ("unsortedchars", "aabbcc", "cab", True),
    ("unsortedchars", "abc", "c b a", True),
    ("unsortedchars", "abc", "ABC", False),
    ("unsortedchars", "abc", "ab", False),
]


@pytest.mark.parametrize(("method", "correct", "value", "right"), TABLE)
def test_the_table(method: str, correct: str, value: str, right: bool) -> None:
    assert compare(Comparison(method=method, correct=correct), value).ok is right


@pytest.mark.parametrize(
    ("relative", "absolute", "right"), [(0.02, 0.0, True), (0.0, 0.05, True), (0.01, 0.0, False), (0.0, 0.04, False)]
)
def test_tolerances_of_float(relative: float, absolute: float, right: bool) -> None:
    comparison = Comparison(
        method="float", correct="3.0", relative_tolerance=relative, absolute_tolerance=absolute + 1e-12
    )
    assert compare(comparison, "3.05").ok is right


def test_subdiff_shows_what_is_there_and_hides_what_is_missing() -> None:
    hints = compare(Comparison(method="subdiff", correct="abc|abd"), "abe").hints
    assert hints == (
        Hint(kind=HintKind.SEVERAL_ACCEPTED),
        Hint(kind=HintKind.DIFFERENCE, text="ab-"),
        Hint(kind=HintKind.DIFFERENCE, text="ab-"),
    )


def test_subdiff_of_one_answer_speaks_of_no_others() -> None:
    hints = compare(Comparison(method="subdiff", correct="print(x)"), "print x").hints
    assert hints == (Hint(kind=HintKind.DIFFERENCE, text="print-x-"),)


@pytest.mark.parametrize("length", [100, 10_000])
def test_subdiff_is_soon_done_with_any_text(length: int) -> None:
    hints = compare(Comparison(method="subdiff", correct="ab" * length), "ba" * length + "x").hints
    assert len(hints[0].text) == 2 * length


def test_without_a_right_answer_everything_is_right() -> None:
    assert compare(Comparison(), "anything").ok


def test_a_pattern_that_tries_for_ever_is_given_up() -> None:
    comparison = Comparison(method="regexp", correct=r"^(([a-z])+.)+[A-Z]([a-z])+$")
    compared = compare(comparison, "a" * 100_000 + "!")
    assert not compared.ok
    assert compared.hints == (Hint(kind=HintKind.NOT_COMPARED),)


@pytest.mark.parametrize(
    ("method", "correct", "message"),
    [
        ("strng", "a", "is 'strng', which is not known."),
        ("string-ignorewhite", "a", "has the unknown modifier 'ignorewhite'."),
        ("int", "five", "must be a whole number, not 'five'."),
        ("float", "inf", "must be a number, not 'inf'."),
        ("regexp", "(", "must be a regular expression (missing ), unterminated subpattern at position 0), not '('."),
        ("regexp", r"\p{L}", r"must be a regular expression (bad escape \p at position 0), not '\\p{L}'."),
    ],
)
def test_what_authors_must_mend(method: str, correct: str, message: str) -> None:
    unfit = why_unfit(method, correct)
    assert unfit is not None
    assert unfit.message == message


METHODS_WITH_MODIFIERS = st.builds(
    lambda base, modifiers: "-".join([base, *modifiers]),
    st.sampled_from(sorted(set(METHODS) - {"int", "float", "regexp"})),
    st.lists(st.sampled_from(MODIFIERS), unique=True),
)


@given(METHODS_WITH_MODIFIERS, st.text(max_size=60))
def test_the_right_answer_itself_is_right(method: str, correct: str) -> None:
    assert is_known(method)
    value = correct.split("|")[0] if method.startswith("subdiff") else correct
    assert compare(Comparison(method=method, correct=correct), value).ok


@given(METHODS_WITH_MODIFIERS | st.sampled_from(["int", "float"]), st.text(max_size=60), st.text(max_size=300))
def test_no_answer_makes_it_fail(method: str, correct: str, value: str) -> None:
    assert compare(Comparison(method=method, correct=correct), value).ok in (True, False)


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_difference_shows_no_character_that_was_not_sent(correct: str, value: str) -> None:
    for hint in compare(Comparison(method="subdiff-requirecase", correct=correct), value).hints:
        assert set(hint.text) <= set(value) | {"-"}


@given(st.integers())
def test_integers_are_equal_to_themselves_only(number: int) -> None:
    assert compare(Comparison(method="int", correct=str(number)), str(number)).ok
    assert not compare(Comparison(method="int", correct=str(number)), str(number + 1)).ok


PATTERNS = [
    "a",
    "^a.b$",
    "(?i)[a-c]+x?",
    r"\bab\b",
    r"\d{2,}",
    "a|b(?!c)",
    "(a)(b)?\\1",
    "[^a]\\Z",
    r"\w\s\W",
    "(?m)^b",
    r"[\[]a",
    "",
]


@given(st.sampled_from(PATTERNS), st.text("abcABC x12[\n\u00e4\u0130", max_size=12))
def test_patterns_mean_what_they_mean_in_python(pattern: str, value: str) -> None:
    found = re.search(pattern, value.strip()) is not None
    assert compare(Comparison(method="regexp", correct=pattern), value).ok is found
