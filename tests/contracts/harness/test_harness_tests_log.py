"""out/tests.log, row by row of the table of the specification (queues 1.5), and exact arithmetic."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.contracts.harness.tests_log import MOST_LINES, final_score, read_tests_log


def scores(data: bytes) -> list[Fraction]:
    log = read_tests_log(data)
    assert log.error == ""
    return [line.score for line in log.lines]


def score_of(raw: str, multiplier: str = "1", lowest: str = "0", highest: str = "100") -> Fraction:
    return final_score(
        Fraction(raw), multiplier=Fraction(multiplier), minimum=Fraction(lowest), maximum=Fraction(highest)
    )


@pytest.mark.parametrize(
    ("line", "score", "feedback"),
    [
        (b"1;ok;more", "1", "ok;more\n"),
        (b" 2 ;x", "2", "x\n"),
        (b"+2;x", "2", "x\n"),
        (b".5;x", "1/2", "x\n"),
        (b"3.;x", "3", "x\n"),
        (b"1e2;x", "100", "x\n"),
        (b"1/3;x", "1/3", "x\n"),
        (b"-1;penalty", "-1", "penalty\n"),
        (b"1;", "1", ""),
        (b"1;   ", "1", ""),
        (b"1;x\r\n", "1", "x\n"),
        (b"1;a\x0bb\x0cc\x1cd\xc2\x85e", "1", "abcde\n"),
        ("1;a\u2028b\u2029c".encode(), "1", "a\u2028b\u2029c\n"),
        (b"1;\xff\xfe", "1", "\ufffd\ufffd\n"),
        (b"1;a\0b\x1b[31m\tc", "1", "ab[31m\tc\n"),
        (b"\xef\xbb\xbf1;x", "1", "x\n"),
    ],
)
def test_a_line_is_read(line: bytes, score: str, feedback: str) -> None:
    log = read_tests_log(line)
    assert (log.error, log.raw, log.feedback) == ("", Fraction(score), feedback)


@pytest.mark.parametrize(
    "line",
    [
        b"nan;x",
        b"inf;x",
        b"-inf;x",
        b"0x10;x",
        b";x",
        b"abc;x",
        b"no semicolon",
        b"1/0;x",
        b"1_0;x",
        b"1,5;x",
        b"--1;x",
    ],
)
def test_a_malformed_line_spoils_the_log_and_is_named(line: bytes) -> None:
    log = read_tests_log(b"1;fine\n\n" + line + b"\n2;fine\n")
    assert log.error.startswith("Line 3, ")
    assert line.decode() in log.error


def test_a_malformed_line_is_passed_over_where_its_part_says_so() -> None:
    log = read_tests_log(b"1;fine\nnan;x\n2;fine\n", strict=False)
    assert (log.error, log.raw, log.feedback) == ("", 3, "fine\nfine\n")
    assert len(log.skipped) == 1
    assert "Line 2" in log.skipped[0]


@pytest.mark.parametrize("data", [b"", b"\n", b" \n\t\n\r\n"])
def test_nothing_is_no_points(data: bytes) -> None:
    log = read_tests_log(data)
    assert (log.error, log.raw, log.feedback) == ("", 0, "")


def test_the_last_line_needs_no_end() -> None:
    assert scores(b"1;a\n2;b") == scores(b"1;a\n2;b\n") == [1, 2]


@pytest.mark.parametrize("word", ["1e999999999", "1e-999999999", "1" * 65, "1e" + "9" * 50])
def test_a_number_that_would_fill_the_memory_is_refused(word: str) -> None:
    assert read_tests_log(f"{word};x".encode()).error.startswith("Line 1, ")


def test_many_large_exponents_are_refused_together() -> None:
    assert "Line 2, " in read_tests_log(b"1e600000;x\n" * 2).error


def test_too_many_lines_are_refused() -> None:
    assert str(MOST_LINES) in read_tests_log(b"1;x\n" * (MOST_LINES + 1)).error
    assert read_tests_log(b"1;x\n" * MOST_LINES).raw == MOST_LINES


@given(st.binary(max_size=200) | st.text(alphabet="0123456789;./-+eE \r\n\t\0x", max_size=60).map(str.encode))
def test_no_log_at_all_is_a_surprise(data: bytes) -> None:
    log = read_tests_log(data)
    assert not (log.error and log.lines)
    assert not any(ord(character) < 32 and character not in "\t\n" for character in log.feedback)
    assert read_tests_log(data, strict=False).error == ""


@given(st.lists(st.fractions(min_value=-99, max_value=99, max_denominator=999), max_size=30))
def test_the_sum_is_exact(values: list[Fraction]) -> None:
    assert read_tests_log("".join(f"{value};x\n" for value in values).encode()).raw == sum(values, Fraction(0))


def test_thirds_and_tenths_add_up() -> None:
    assert read_tests_log(b"1/3;x\n" * 3).raw == 1
    assert read_tests_log(b"0.1;x\n" * 10).raw == 1


@pytest.mark.parametrize(
    ("raw", "score"),
    [
        ("5/8", "0.62"),
        ("7/8", "0.88"),
        ("0.125", "0.12"),
        ("0.135", "0.14"),
        ("1/3", "0.33"),
        ("-5", "0"),
        ("250", "100"),
    ],
)
def test_a_score_is_rounded_to_the_even_cent_and_held_within_its_limits(raw: str, score: str) -> None:
    assert score_of(raw) == Fraction(score)


def test_a_score_is_multiplied_before_it_is_rounded_and_limited() -> None:
    assert score_of("3", "1/3") == 1
    assert score_of("0.005", "100") == Fraction("0.5")
    assert score_of("60", "2") == 100
    assert score_of("-3", lowest="-10") == -3
    assert score_of("0", lowest="0.005") == Fraction("0.005")


@given(
    st.fractions(), st.fractions(), st.fractions(min_value=-50, max_value=50), st.fractions(min_value=0, max_value=99)
)
def test_a_score_is_within_its_limits_and_never_falls_with_the_raw_one(
    raw: Fraction, more: Fraction, lowest: Fraction, width: Fraction
) -> None:
    limits = {"minimum": lowest, "maximum": lowest + width}
    score = final_score(raw, multiplier=Fraction(2), **limits)
    assert lowest <= score <= lowest + width
    assert score <= final_score(raw + abs(more), multiplier=Fraction(2), **limits)
