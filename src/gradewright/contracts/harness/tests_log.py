"""out/tests.log is read and scored, exactly (queues 1.5). Nothing here rounds before the end or trusts a byte."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from gradewright.contracts.harness.rationals import exponent, rational

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LINES = 10_000
MOST_EXPONENTS = 1_000_000  # of one score, and of all together: 1e999999999 would fill the memory
SHOWN = 60  # characters of a malformed line in a message
DECIMALS = 2
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The result of one test."""

    number: int  # in the file, from 1
    score: Fraction
    feedback: str  # without blanks around it; may be empty


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsLog:
    """With an `error` there is no score."""

    __test__ = False

    lines: tuple[Line, ...] = ()
    skipped: tuple[str, ...] = ()  # what is wrong with each line that was passed over
    error: str = ""

    @property
    def raw(self) -> Fraction:
        """The sum of all scores."""
        return sum((line.score for line in self.lines), Fraction(0))

    @property
    def feedback(self) -> str:
        return "".join(f"{line.feedback}\n" for line in self.lines if line.feedback)


def read_tests_log(data: bytes, *, strict: bool = True) -> TestsLog:
    """The results in a log; never raises. A line that is malformed spoils it if `strict`, else it is passed over."""
    texts = list(_texts(data))
    if len(texts) > MOST_LINES:
        return TestsLog(error=f"It has {len(texts)} lines; at most {MOST_LINES} are read.")
    lines: list[Line] = []
    skipped: list[str] = []
    exponents = 0
    for number, text in texts:
        try:
            exponents += exponent(text.partition(";")[0])
            if exponents > MOST_EXPONENTS:
                raise ValueError(f"has an exponent beyond {MOST_EXPONENTS}, alone or with those before it")
            lines.append(_line(number, text))
        except ValueError as error:
            problem = f"Line {number}, {_shown(text)}, {error}."
            if strict:
                return TestsLog(error=problem)
            skipped.append(problem)
    return TestsLog(lines=tuple(lines), skipped=tuple(skipped))


def final_score(raw: Fraction, *, multiplier: Fraction, minimum: Fraction, maximum: Fraction) -> Fraction:
    """The raw score multiplied, rounded to two decimals (a half to the even one), and held within its limits."""
    return min(max(round(raw * multiplier, DECIMALS), minimum), maximum)


def _texts(data: bytes) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers. Only a line feed ends a line."""
    for number, line in enumerate(data.removeprefix(BOM).split(b"\n"), 1):
        if line.strip():
            yield number, line.removesuffix(b"\r").decode(errors="replace")


def _line(number: int, text: str) -> Line:
    score, semicolon, feedback = text.partition(";")
    if not semicolon:
        raise ValueError("has no semicolon, and must be like 2;It adds")
    try:
        value = rational(score, greatest_exponent=MOST_EXPONENTS)
    except ValueError as error:
        raise ValueError(f"has a wrong score: it {error}") from None
    return Line(number=number, score=value, feedback=_printable(feedback).strip())


def _printable(text: str) -> str:
    """Without control characters, which neither XML nor a terminal should meet."""
    if text.isprintable():
        return text
    return "".join(each for each in text if each == "\t" or _belongs_in_xml(each))


def _belongs_in_xml(character: str) -> bool:
    return unicodedata.category(character) != "Cc" and character not in "\ufffe\uffff"


def _shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}...")
