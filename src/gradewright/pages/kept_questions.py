"""The questions of a kept page, as one student answered them, of HTML that is kept where others fared the same.

Of few answers there is HTML for each. Of texts, it is the same for all that are right and for all that are wrong, but
for the text itself, which goes into a hole.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from html import escape
from secrets import token_hex

from django.utils.safestring import SafeString

from gradewright.exercises.asked import AskedForm, AskedQuestion
from gradewright.exercises.judged import JudgedField, JudgedForm
from gradewright.pages.form_result import hidden_fields
from gradewright.pages.question_html import form_html, group_html, question_html
from gradewright.pages.shown_form import shown_group, shown_question

MOST = 5000  # questions; one takes about a kilobyte
_HOLE = token_hex(16)  # unguessable, so that no text of an author is taken for it

_kept: dict[Hashable, str] = {}


def questions_of(asked: AskedForm, judged: JudgedForm | None, unique_id: str) -> SafeString:
    """The questions for the kept page of this id: of one form in one language. None may include a template."""
    return form_html(
        hidden_fields(asked, judged),
        (
            group_html(shown_group(group, judged), [_question(each, judged, unique_id) for each in group.questions])
            for group in asked.groups
        ),
    )


def _question(asked: AskedQuestion, judged: JudgedForm | None, unique_id: str) -> str:
    field = judged.fields.get(asked.name) if judged else None
    if field is None or (judged and judged.locked):  # other students are asked something else
        return _made(asked, field, unique_id)
    key = (unique_id, asked.name, field.model is None)
    if asked.question.kind.has_few_answers:
        return _keep((*key, field.values), lambda: _made(asked, field, unique_id))
    if asked.question.kind.is_text and not field.hints:
        frame = _keep((*key, field.ok), lambda: _made(asked, replace(field, values=(_HOLE,)), unique_id))
        return frame.replace(_HOLE, escape(field.values[0]) if field.values else "")
    return _made(asked, field, unique_id)


def _keep(key: Hashable, make: Callable[[], str]) -> str:
    html = _kept.get(key)
    if html is None:
        if len(_kept) >= MOST:
            _kept.clear()
        html = _kept[key] = make()
    return html


def _made(asked: AskedQuestion, field: JudgedField | None, unique_id: str) -> str:
    return question_html(shown_question(asked, field, unique_id, include=str))
