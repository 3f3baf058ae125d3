"""Forms as their authors wrote them: groups of questions, options, rows of tables (A+ spec 2.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any


class QuestionKind(StrEnum):
    RADIO = "radio"
    CHECKBOX = "checkbox"
    DROPDOWN = "dropdown"
    TEXT = "text"
    TEXTAREA = "textarea"
    STATIC = "static"  # nothing is asked: only `more` is shown
    FILE = "file"
    TABLE_RADIO = "table-radio"
    TABLE_CHECKBOX = "table-checkbox"

    @property
    def is_table(self) -> bool:
        return self in (QuestionKind.TABLE_RADIO, QuestionKind.TABLE_CHECKBOX)

    @property
    def is_text(self) -> bool:
        return self in (QuestionKind.TEXT, QuestionKind.TEXTAREA)

    @property
    def takes_one(self) -> bool:
        """Whether one of several options is chosen."""
        return self in (QuestionKind.RADIO, QuestionKind.DROPDOWN, QuestionKind.TABLE_RADIO)

    @property
    def has_few_answers(self) -> bool:
        """Whether the answer is some of a few options, or nothing."""
        return self in (QuestionKind.RADIO, QuestionKind.CHECKBOX, QuestionKind.DROPDOWN, QuestionKind.STATIC)

    @property
    def takes_many(self) -> bool:
        return self in (QuestionKind.CHECKBOX, QuestionKind.TABLE_CHECKBOX)


class Correctness(StrEnum):
    """What choosing an option means."""

    CORRECT = "correct"
    WRONG = "wrong"
    NEUTRAL = "neutral"  # does not count in checkboxes; in radio buttons and dropdowns it counts as correct


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    value: str  # as posted; unique in its question
    label: str = ""  # HTML
    correctness: Correctness = Correctness.WRONG
    selected: bool = False  # from the start
    hint: str = ""  # HTML; deprecated: shown if the question went wrong because of this option


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table. Its options are those of the question."""

    key: str = ""
    label: str = ""  # HTML
    points: Fraction = Fraction(0)
    hint: str = ""  # HTML; shown if the row is wrong
    correctness: tuple[Correctness, ...] = ()  # of the question's options, in their order


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackRule:
    """A message that depends on the answer."""

    label: str  # HTML
    value: str = ""  # shown if this was answered; "%100%": if the question is entirely right
    inverted: bool = False  # shown if not
    regexp: bool = False  # `value` is a regular expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a text is compared with what is right."""

    method: str = "string"  # base[-modifier ...]: see compare.py
    correct: str | None = None  # None: everything is right
    relative_tolerance: float = 1e-9  # of method "float"
    absolute_tolerance: float = 0.0


Structure = tuple[int, tuple["str | Structure", ...]]  # (how many, of these): values of options, or structures again


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Which options are drawn by lot, or which questions of a group."""

    count: int = 0
    correct_count: int | None = None  # of `count`; None: as the lot falls
    structure: Structure | None = None  # instead of `count`
    resample: bool = True  # for each attempt anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    kind: QuestionKind
    key: str = ""  # name in the POST; empty: field_N
    title: str = ""  # HTML; "{#}" stands for the running number
    more: str = ""  # HTML
    include: str = ""  # name of a template, shown after `more`
    points: Fraction = Fraction(0)
    required: bool = False
    options: tuple[Option, ...] = ()
    rows: tuple[Row, ...] = ()  # of a table
    more_text: str = ""  # title of a table's additional column of texts; empty: no such column
    comparison: Comparison = Comparison()
    initial: str = ""  # of a text
    model: str = ""  # text of the model answer; empty: the correct one
    hint: str = ""  # HTML; of a text: shown if it is wrong
    feedback: tuple[FeedbackRule, ...] = ()
    partial_points: bool = False
    checkbox_feedback: bool = False  # hints stand below the options that they belong to
    draw: Draw | None = None  # of options; None: all are shown
    extra: Mapping[str, Any] = field(default_factory=dict)  # extra_info: class, placeholder, pattern, ...
    lines: int = 6  # of a text area
    columns: int = 60  # of a text area
    config: Mapping[str, Any] = field(default_factory=dict)  # as written, for templates

    @property
    def max_points(self) -> Fraction:
        """Of the question itself and of all its rows."""
        return self.points + sum((row.points for row in self.rows), Fraction(0)) if self.rows else self.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    questions: tuple[Question, ...]
    title: str = ""  # HTML, the legend
    draw: Draw | None = None  # of questions; None: all are shown
    group_errors: bool = False  # only all right gives points, and nothing is told of single questions
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)  # no slots, so that `is_random` is worked out once
class Form:
    groups: tuple[Group, ...]
    max_points: Fraction
    ungraded: bool = False  # feedback or enrollment: every answer is right
    hide_correctness: bool = False
    reveals_model: bool = False  # after the last attempt
    secret: str = ""  # of the exercise, for checksums; empty: the service's own

    @cached_property
    def is_random(self) -> bool:
        """Whether other students see other questions or options, so that the page must not be cached."""
        return any(
            group.draw is not None or any(question.draw for question in group.questions) for group in self.groups
        )
