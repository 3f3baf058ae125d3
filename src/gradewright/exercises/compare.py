"""Compare a text with what is right (A+ spec 2.8). A method is a function and a row of `METHODS`.

`compare_method` is a base and modifiers: "string-ignorews-requirecase". Modifiers change both texts before they are
compared, except that a pattern keeps its parentheses.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from gradewright.exercises import pattern
from gradewright.exercises.difference import kept
from gradewright.exercises.judged import Hint, HintKind
from gradewright.exercises.questions import Comparison
from gradewright.tables import suggest

N = TypeVar("N")
DECIMALS_OF_ZERO = re.compile(r"\.0*\s*$")  # an integer may be written 5.0
_REPL = re.compile(r"^\s*(?:\w+\s+)?\w+\s*:[^\n]*?(?<![=<>!])=(?![=>])\s*")  # name: Type =
_QUOTED = re.compile(r'^\s*"(.*)"\s*$', re.DOTALL)
REPL, QUOTES, PARENTHESES, WHITE, CASE = "ignorerepl", "ignorequotes", "ignoreparenthesis", "ignorews", "requirecase"
MODIFIERS = (REPL, QUOTES, PARENTHESES, WHITE, CASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    ok: bool
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    message: str  # continues the name of a key
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The two texts, changed by the modifiers."""

    value: str
    correct: str
    modifiers: frozenset[str]
    comparison: Comparison


def compare(comparison: Comparison, value: str) -> Compared:
    """Whether a value is right. The method must be known: see `why_unfit`."""
    if comparison.correct is None:
        return Compared(ok=True)
    base, modifiers = _parts(comparison.method)
    texts = Texts(
        value=_changed(value, modifiers),
        correct=_changed(comparison.correct, _modifiers_of_correct(base, modifiers)),
        modifiers=modifiers,
        comparison=comparison,
    )
    return METHODS[base](texts)


def is_known(method: str) -> bool:
    base, modifiers = _parts(method)
    return base in METHODS and modifiers <= set(MODIFIERS)


def base_of(method: str) -> str:
    return _parts(method)[0]


def modified(method: str, base: str) -> str:
    """Another base with the modifiers of a method."""
    return "-".join([base, *method.split("-")[1:]])


def why_unfit(method: str, correct: str | None) -> Unfit | None:
    """What an author must mend: an unknown method or modifier, or an answer that the method cannot compare with."""
    base, modifiers = _parts(method)
    if base not in METHODS:
        return Unfit(message=f"is {method!r}, which is not known.", remedy=suggest(base, tuple(METHODS)))
    for modifier in sorted(modifiers - set(MODIFIERS)):
        return Unfit(message=f"has the unknown modifier {modifier!r}.", remedy=suggest(modifier, MODIFIERS))
    if correct is None or base not in FIT:
        return None
    why = FIT[base](_changed(correct, _modifiers_of_correct(base, modifiers)))
    return Unfit(message=f"{why}, not {correct!r}.") if why else None


def integer(text: str) -> int:
    """Raises `ValueError` if it is none. "5.0" is one."""
    return int(DECIMALS_OF_ZERO.sub("", text.strip()))


def decimal(text: str) -> float:
    """Raises `ValueError` if it is no finite number."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


@lru_cache(maxsize=256)
def _parts(method: str) -> tuple[str, frozenset[str]]:
    base, *modifiers = method.split("-")
    return base, frozenset(modifiers)


def _modifiers_of_correct(base: str, modifiers: frozenset[str]) -> frozenset[str]:
    return modifiers - {PARENTHESES} if base == "regexp" else modifiers


def _changed(text: str, modifiers: frozenset[str]) -> str:
    if REPL in modifiers:
        text = _REPL.sub("", text)
    if QUOTES in modifiers:
        text = _QUOTED.sub(r"\1", text)
    if PARENTHESES in modifiers:
        text = text.replace("(", "").replace(")", "")
    return "".join(text.split()) if WHITE in modifiers else text


def _int(texts: Texts) -> Compared:
    return _numbers(texts, integer, lambda value, correct: value == correct)


def _float(texts: Texts) -> Compared:
    relative, absolute = texts.comparison.relative_tolerance, texts.comparison.absolute_tolerance
    return _numbers(texts, decimal, lambda one, other: math.isclose(one, other, rel_tol=relative, abs_tol=absolute))


def _numbers(texts: Texts, convert: Callable[[str], N], equal: Callable[[N, N], bool]) -> Compared:
    try:
        return Compared(ok=equal(convert(texts.value), convert(texts.correct)))
    except ValueError:  # also of nothing: an empty answer is wrong
        return Compared(ok=False)


def _string(texts: Texts) -> Compared:
    value, correct = _plain(texts.value, texts), _plain(texts.correct, texts)
    lines = [line.strip() for line in correct.split("\n")]
    if len(lines) == 1:
        return Compared(ok=value == correct)
    return Compared(ok=[line.strip() for line in value.split("\n")] == lines)


def _plain(text: str, texts: Texts) -> str:
    text = text.replace("\r", "").strip()
    return text if CASE in texts.modifiers else text.casefold()


def _regexp(texts: Texts) -> Compared:
    try:
        return Compared(ok=pattern.is_found(_without_slashes(texts.correct), texts.value.strip()))
    except TimeoutError:
        return Compared(ok=False, hints=(Hint(kind=HintKind.NOT_COMPARED),))


def _without_slashes(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text.startswith("/") and text.endswith("/") else text


def _subdiff(texts: Texts) -> Compared:
    alternatives = [alternative.strip() for alternative in texts.correct.split("|")]
    if any(_string(replace(texts, correct=alternative)).ok for alternative in alternatives):
        return Compared(ok=True)
    several = [Hint(kind=HintKind.SEVERAL_ACCEPTED)] if len(alternatives) > 1 else []
    value = texts.value.replace("\r", "").strip()
    fold = CASE not in texts.modifiers
    lines = [Hint(kind=HintKind.DIFFERENCE, text=kept(value, each, fold_case=fold)) for each in alternatives]
    return Compared(ok=False, hints=(*several, *lines))


def _unsorted_characters(texts: Texts) -> Compared:
    return Compared(ok=set("".join(texts.value.split())) == set("".join(texts.correct.split())))


def _why_no_number(convert: Callable[[str], object], what: str) -> Callable[[str], str]:
    def why(text: str) -> str:
        try:
            convert(text)
        except ValueError:
            return f"must be {what}"
        return ""

    return why


def _why_no_pattern(text: str) -> str:
    why = pattern.why_unfit(_without_slashes(text))
    return f"must be a regular expression ({why})" if why else ""


METHODS: Mapping[str, Callable[[Texts], Compared]] = {
    "int": _int,
    "float": _float,
    "string": _string,
    "regexp": _regexp,
    "subdiff": _subdiff,
    "unsortedchars": _unsorted_characters,
}
FIT: Mapping[str, Callable[[str], str]] = {  # why a method cannot compare with a text
    "int": _why_no_number(integer, "a whole number"),
    "float": _why_no_number(decimal, "a number"),
    "regexp": _why_no_pattern,
}
