"""A form as a page shows it: questions with what was answered, what is wrong with it and what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from gradewright.exercises.asked import AskedQuestion
from gradewright.exercises.judged import JudgedField, JudgedGroup
from gradewright.exercises.questions import QuestionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBadge:
    text: str  # "3 / 5", or "5" before it is judged
    level: str = ""  # success, warning, danger; empty: not judged


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOption:
    value: str
    label: SafeString
    selected: bool = False
    mark: str = ""  # correct or neutral, where the model answer is revealed
    hints: tuple[SafeString, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """A question, or a row of a table."""

    name: str
    id: str  # of the HTML element
    kind: QuestionKind
    title: SafeString
    options: tuple[ShownOption, ...] = ()
    text: str = ""  # what a text field holds
    required: bool = False
    errors: tuple[str, ...] = ()
    hints: tuple[SafeString, ...] = ()
    badge: ShownBadge | None = None
    verdict: str = ""  # correct or incorrect; empty: nothing to be told
    models: tuple[str, ...] = ()  # the right texts, where they are revealed
    judged: JudgedField | None = None
    more_name: str = ""  # of a row: the name of the text beside it
    more_text: str = ""  # and what it holds

    @property
    def has_feedback(self) -> bool:
        return bool(self.errors or self.verdict or self.hints or self.models)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownQuestion(ShownField):
    asked: AskedQuestion
    more: SafeString
    css_class: str = "form-group"
    attributes: Mapping[str, str] = field(default_factory=dict)  # for the HTML element
    rows: tuple[ShownField, ...] = ()

    @property
    def is_set(self) -> bool:
        """Whether several elements together take the answer, so that their title is a legend and no label."""
        return self.kind.is_table or self.kind in (QuestionKind.RADIO, QuestionKind.CHECKBOX)

    @property
    def is_asked(self) -> bool:
        return self.kind is not QuestionKind.STATIC

    @property
    def described_by(self) -> str:
        """Ids of the elements that say what to do and what went wrong."""
        named = {f"{self.id}-more": self.more, f"{self.id}-feedback": self.has_feedback}
        return " ".join(name for name, is_there in named.items() if is_there)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGroup:
    name: str
    title: SafeString
    questions: tuple[ShownQuestion, ...]
    judged: JudgedGroup | None = None
    level: str = ""
    verdict: str = ""
