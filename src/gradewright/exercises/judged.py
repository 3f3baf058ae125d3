"""A form after it was sent: what each field earned, and everything that may be shown about it (A+ spec 2.8).

What must not be told is not here: `verdict` is None and `badge` has no points where the form hides correctness or the
group hides its single questions. So a page shows what it finds and needs no rules of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from gradewright.exercises.asked import AskedForm, Badge, Level
from gradewright.exercises.questions import Correctness


class Verdict(StrEnum):
    CORRECT = "correct"
    INCORRECT = "incorrect"


class HintKind(StrEnum):
    AUTHOR = "author"  # `text` is the author's HTML
    DIFFERENCE = "difference"  # `text` is plain, with "-" for each character that is missing
    SEVERAL_ACCEPTED = "several-accepted"  # several answers are accepted
    SEVERAL_SELECTABLE = "several-selectable"  # several options may be selected
    ONLY_FULLY_CORRECT = "only-fully-correct"  # only what is entirely right gives points
    NOT_COMPARED = "not-compared"  # the author's pattern took too long for this answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    kind: HintKind = HintKind.AUTHOR
    text: str = ""


class InvalidCode(StrEnum):
    """Why a value cannot be judged."""

    REQUIRED = "required"
    NOT_OFFERED = "invalid_choice"  # `value` is none of the options shown
    NOT_AN_INTEGER = "invalid_integer"
    NOT_A_NUMBER = "invalid_number"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid:
    code: InvalidCode
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What would have been right."""

    options: Mapping[str, Correctness] = field(default_factory=dict)  # by value: the correct and the neutral ones
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedField:
    """A question or a row of a table."""

    name: str
    values: tuple[str, ...] = ()  # as sent
    more: str = ""  # of a row: the text beside it, as sent
    errors: tuple[Invalid, ...] = ()  # not empty: the form is rejected
    ok: bool | None = None  # None: not judged. For the rules; show `verdict`
    points: Fraction = Fraction(0)
    max_points: Fraction = Fraction(0)
    badge: Badge | None = None
    verdict: Verdict | None = None  # None: nothing to be told
    hints: tuple[Hint, ...] = ()  # below the question, in this order
    option_hints: Mapping[str, tuple[Hint, ...]] = field(default_factory=dict)  # below the option of this value
    model: Model | None = None  # only if it shall be revealed
    rows: tuple[JudgedField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedGroup:
    name: str
    ok: bool = True
    points: Fraction = Fraction(0)
    max_points: Fraction = Fraction(0)
    level: Level | None = None  # with group_errors: colour of its frame
    verdict: Verdict | None = None  # with group_errors: said once for all its questions; explain that, too


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedForm:
    asked: AskedForm
    accepted: bool  # False: rejected, and nothing is told of what is right
    tampered: bool = False  # a sample or its checksum is missing or wrong
    points: Fraction = Fraction(0)
    max_points: Fraction = Fraction(0)
    groups: Mapping[str, JudgedGroup] = field(default_factory=dict)
    fields: Mapping[str, JudgedField] = field(default_factory=dict)  # questions by name; rows are in them
    error_fields: tuple[str, ...] = ()  # names of questions and rows that are invalid or wrong
    error_groups: tuple[str, ...] = ()
    locked: bool = False  # show it disabled and without a button: its options were drawn for this attempt
