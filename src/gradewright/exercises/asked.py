"""What one student is asked: the form after the lot has fallen, with the names of its fields (A+ spec 2.8).

field name    `key`, or field_N: N counts what is shown from 0, each row of a table and each text of a row once
group name    group_N
{#}           in a title, the running number of the question, from 1
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from gradewright.exercises.questions import Form, Group, Option, Question, Row


class Level(StrEnum):
    """How well it went; the name of a colour in most style sheets."""

    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """Points to show beside a question."""

    max_points: Fraction
    points: Fraction | None = None  # None: show only `max_points`
    level: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRow:
    """A row of a table, a field of its own."""

    name: str
    more_name: str = ""  # of the text beside it; empty: there is none
    row: Row
    initial: tuple[str, ...] = ()  # values of options


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    name: str
    title: str = ""  # HTML, with its running number worked in
    question: Question
    options: tuple[Option, ...] = ()  # those that are shown, in the order in which they are
    rows: tuple[AskedRow, ...] = ()
    initial: tuple[str, ...] = ()  # values of options, or the one text
    hidden: Mapping[str, str] = field(default_factory=dict)  # <name>_sample and <name>_checksum, if drawn
    badge: Badge | None = None  # before it is judged


@dataclass(frozen=True, kw_only=True)  # no slots, so that what follows from it is worked out once
class AskedGroup:
    name: str
    group: Group
    questions: tuple[AskedQuestion, ...]

    @cached_property
    def max_points(self) -> Fraction:
        return sum((each.question.max_points for each in self.questions), Fraction(0))


@dataclass(frozen=True, kw_only=True)  # no slots, as above
class AskedForm:
    form: Form
    groups: tuple[AskedGroup, ...]
    hidden: Mapping[str, str] = field(default_factory=dict)  # _sample and _checksum, if questions are drawn
    locked: bool = False  # show it disabled and without a button: a model answer

    @cached_property
    def questions(self) -> tuple[AskedQuestion, ...]:
        return tuple(question for group in self.groups for question in group.questions)

    @cached_property
    def all_hidden(self) -> Mapping[str, str]:
        """Every hidden field that the page must carry."""
        found = dict(self.hidden)
        for question in self.questions:
            found |= question.hidden
        return found
