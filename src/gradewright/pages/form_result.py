"""`result` of an exercise that is a form (A+ spec 2.8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import SimpleLazyObject
from django.utils.html import escape
from django.utils.safestring import SafeString

from gradewright.exercises.asked import AskedForm
from gradewright.exercises.judged import JudgedForm
from gradewright.exercises.questions import QuestionKind
from gradewright.pages.forms import QuestionForm
from gradewright.pages.question_html import questions_html
from gradewright.pages.shown import ShownField, ShownGroup
from gradewright.pages.shown_form import Include, shown_groups


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """A line of the summary above the form."""

    id: str  # of the element to mend
    title: SafeString
    text: str


def form_result(
    asked: AskedForm, judged: JudgedForm | None, language: str, *, unique_id: str, include: Include
) -> dict[str, Any]:
    """What templates see of a form in a language; `include` gives the text of a template that a question names."""
    groups = shown_groups(asked, judged, unique_id=unique_id, include=include)
    hidden = hidden_fields(asked, judged)
    found = {
        "form": SimpleLazyObject(lambda: QuestionForm(groups, judged, unique_id=unique_id)),
        "groups": groups,
        "language": language,
        "questions": lambda: questions_html(groups, hidden),  # templates call it
        "hidden": tuple(hidden.items()),
        "locked": is_locked(asked, judged),
        "has_files": any(each.question.kind is QuestionKind.FILE for each in asked.questions),
        "error_list": tuple(_errors(groups)),
        "error_fields": (),
        "error_groups": (),
    }
    if judged:
        found |= _verdict(judged)
    return found


def is_locked(asked: AskedForm, judged: JudgedForm | None) -> bool:
    """Whether the form is shown and cannot be sent."""
    return asked.locked or bool(judged and judged.locked)


def hidden_fields(asked: AskedForm, judged: JudgedForm | None) -> Mapping[str, str]:
    """What the form must send beside the answers."""
    return {} if is_locked(asked, judged) else asked.all_hidden


def _verdict(judged: JudgedForm) -> dict[str, Any]:
    full = judged.points >= judged.max_points
    return {
        "error_fields": judged.error_fields,
        "error_groups": judged.error_groups,
        "invalid_checksum": judged.tampered,
        "full": full,
        "ungraded": judged.asked.form.ungraded,
        "tells_points": not (judged.asked.form.hide_correctness or judged.asked.form.ungraded),
        "level": "success" if full else "warning" if judged.points else "danger",
    }


def _errors(groups: Sequence[ShownGroup]) -> Iterator[FieldError]:
    for group in groups:
        for question in group.questions:
            for field in (question, *question.rows):
                yield from (_error(field, text) for text in field.errors)


def _error(field: ShownField, text: str) -> FieldError:
    return FieldError(id=field.id, title=field.title or escape(field.name), text=text)
