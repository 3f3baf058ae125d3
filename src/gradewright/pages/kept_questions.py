"""The questions of a kept page, as one student answered them: choices that somebody made before are HTML already.

Judging keeps the fields of choices, so the same choice is the same field.
"""

from __future__ import annotations

from django.utils.safestring import SafeString

from gradewright.exercises.asked import AskedForm, AskedQuestion
from gradewright.exercises.judged import JudgedField, JudgedForm
from gradewright.pages.form_result import hidden_fields
from gradewright.pages.question_html import form_html, group_html, question_html
from gradewright.pages.shown_form import shown_group, shown_question

MOST = 5000  # questions; one takes about a kilobyte


def questions_of(asked: AskedForm, judged: JudgedForm | None, unique_id: str) -> SafeString:
    """The questions for the page of this id, which is in one language. None of them may include a template."""
    return form_html(
        hidden_fields(asked, judged),
        (
            group_html(shown_group(group, judged), [_question(each, judged, unique_id) for each in group.questions])
            for group in asked.groups
        ),
    )


def _question(asked: AskedQuestion, judged: JudgedForm | None, unique_id: str) -> str:
    field = judged.fields.get(asked.name) if judged else None
    if field and judged and not judged.locked and asked.question.kind.has_few_answers:
        return _KEPT.html(asked, field, unique_id)
    return _made(asked, field, unique_id)


def _made(asked: AskedQuestion, field: JudgedField | None, unique_id: str) -> str:
    return question_html(shown_question(asked, field, unique_id, include=str))


class _KeptQuestions:
    def __init__(self) -> None:
        self._html: dict[tuple[int, str], tuple[JudgedField, str]] = {}

    def html(self, asked: AskedQuestion, field: JudgedField, unique_id: str) -> str:
        """The question on the page of this id; `field` is told by identity, as it is kept."""
        key = (id(field), unique_id)
        kept = self._html.get(key)
        if kept is None or kept[0] is not field:
            if len(self._html) >= MOST:
                self._html.clear()
            kept = self._html[key] = (field, _made(asked, field, unique_id))
        return kept[1]


_KEPT = _KeptQuestions()
