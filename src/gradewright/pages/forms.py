"""The Django form object that templates of authors see as `result.form` (A+ spec 2.8).

Our own templates show `result.groups` instead, which costs less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from gradewright.exercises.judged import JudgedForm
from gradewright.exercises.questions import QuestionKind
from gradewright.pages.shown import ShownField, ShownGroup, ShownQuestion
from gradewright.reports.json import number

WIDGETS: Mapping[QuestionKind, Callable[..., forms.Widget]] = {
    QuestionKind.RADIO: forms.RadioSelect,
    QuestionKind.CHECKBOX: forms.CheckboxSelectMultiple,
    QuestionKind.DROPDOWN: forms.Select,
    QuestionKind.TEXT: forms.TextInput,
    QuestionKind.TEXTAREA: forms.Textarea,
    QuestionKind.STATIC: forms.HiddenInput,
    QuestionKind.FILE: forms.FileInput,
    QuestionKind.TABLE_RADIO: forms.RadioSelect,
    QuestionKind.TABLE_CHECKBOX: forms.CheckboxSelectMultiple,
}
MANY = (QuestionKind.CHECKBOX, QuestionKind.TABLE_CHECKBOX)


class Hints(list[str]):
    """Everything that is said of a field, as HTML; the filters of the library `access` tell it apart."""

    def __init__(self, common: Sequence[str], by_option: Mapping[str, Sequence[str]]) -> None:
        super().__init__([*common, *(hint for hints in by_option.values() for hint in hints)])
        self.common = common
        self.by_option = by_option


class QuestionField(forms.Field):
    """A question or a row of a table, with what templates ask of it."""

    open_set = close_set = False  # first, or last, of its group
    set_title = group_title = ""  # HTML; `set_title` only on the first
    group_name = ""
    group_errors = False
    more = ""

    def __init__(self, shown: ShownField) -> None:
        choices = [(option.value, option.label) for option in shown.options]
        widget = WIDGETS[shown.kind](**({"choices": choices} if choices else {}))
        super().__init__(required=shown.required, label=shown.title, initial=answer(shown), widget=widget)
        badge = shown.judged.badge if shown.judged else None  # which holds only what may be told
        self.shown = shown
        self.name = shown.name
        self.type = shown.kind.value
        self.choices = choices
        self.choice_list = bool(choices)
        self.points = number(badge.points) if badge and badge.points is not None else None
        self.max_points = number(badge.max_points) if badge else None
        self.grade_correct = shown.verdict == "correct"
        self.badge = shown.badge
        self.verdict = shown.verdict
        self.hints = Hints(shown.hints, {option.value: option.hints for option in shown.options if option.hints})


class QuestionForm(forms.Form):
    """Bound to what was sent, with the verdict of our rules; Django itself judges nothing."""

    def __init__(self, groups: Sequence[ShownGroup], judged: JudgedForm | None, *, unique_id: str = "") -> None:
        self.groups = groups
        self.fields_shown = list(_fields(groups))
        data = {field.name: field.initial for field in self.fields_shown} if judged else None
        super().__init__(data, auto_id=f"exercise-{unique_id}-%s", use_required_attribute=False)
        for field in self.fields_shown:
            self.fields[field.name] = field

    def full_clean(self) -> None:
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = dict(self.data)
        for field in self.fields_shown:
            if field.shown.errors:
                self._errors[field.name] = self.error_class(field.shown.errors)


def answer(shown: ShownField) -> str | list[str]:
    """What a field holds, as Django's widgets want it."""
    selected = [option.value for option in shown.options if option.selected]
    if shown.kind in MANY:
        return selected
    return (selected[0] if selected else "") if shown.options else shown.text


def _fields(groups: Sequence[ShownGroup]) -> Iterator[QuestionField]:
    for group in groups:
        fields = [field for question in group.questions for field in _fields_of(question)]
        for field in fields:
            field.group_name, field.group_title = group.name, group.title
            field.group_errors = bool(group.verdict)
        if fields:
            fields[0].open_set, fields[0].set_title = True, group.title
            fields[-1].close_set = True
        yield from fields


def _fields_of(question: ShownQuestion) -> Iterator[QuestionField]:
    for shown in question.rows or (question,):
        field = QuestionField(shown)
        field.more = question.more
        yield field
        if shown.more_name:
            text = ShownField(
                name=shown.more_name,
                id=f"{shown.id}_more",
                kind=QuestionKind.TEXT,
                title=shown.title,
                text=shown.more_text,
            )
            yield QuestionField(text)
