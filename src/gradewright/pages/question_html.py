"""The questions of a form as HTML: title, what takes the answer, and what is said of it.

Templates would take most of the time of a page here. What authors wrote as HTML is a `SafeString`; the rest is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from gradewright.pages.controls import control
from gradewright.pages.said_html import badge_html, feedback_html
from gradewright.pages.shown import ShownGroup, ShownQuestion


def questions_html(groups: Iterable[ShownGroup], hidden: Mapping[str, str]) -> SafeString:
    """All groups of a form, and the hidden fields that it must send."""
    return form_html(hidden, (group_html(group, map(question_html, group.questions)) for group in groups))


def form_html(hidden: Mapping[str, str], groups: Iterable[str]) -> SafeString:
    """A form, of the HTML of its groups."""
    fields = (f'<input type="hidden" name="{escape(name)}" value="{escape(hidden[name])}">\n' for name in hidden)
    return SafeString("".join([*fields, *groups]))


def group_html(group: ShownGroup, questions: Iterable[str]) -> str:
    """A group, of the HTML of its questions."""
    level = f" alert alert-{group.level}" if group.level else ""
    legend = f'<legend class="h5">{group.title}</legend>\n' if group.title else ""
    said = f"<p>{escape(_said(group.verdict))}</p>\n" if group.verdict else ""
    return f'<fieldset class="gw-group mb-4{level}">\n{legend}{said}{"".join(questions)}</fieldset>\n'


def _said(verdict: str) -> str:
    if verdict == "correct":
        return gettext("Correct!")
    return gettext("Incorrect: the questions of this group give points only if all of them are right.")


def question_html(question: ShownQuestion) -> SafeString:
    start = f'class="{escape(question.css_class)} gw-question mb-4"'
    more = f'<div class="gw-more mb-2" id="{question.id}-more">{question.more}</div>\n' if question.more else ""
    inner = f"{more}{control(question)}\n{feedback_html(question)}"
    if question.is_set:
        described = f' aria-describedby="{question.described_by}"' if question.described_by else ""
        legend = f'<legend class="fs-6 fw-semibold">{_title(question)}</legend>'
        return SafeString(f'<fieldset {start} id="{question.id}"{described}>\n{legend}\n{inner}</fieldset>\n')
    if question.is_asked:
        label = f'<label class="form-label fw-semibold" for="{question.id}">{_title(question)}</label>'
        return SafeString(f"<div {start}>\n{label}\n{inner}</div>\n")
    title = f'<div class="fw-semibold">{question.title}</div>\n' if question.title else ""
    return SafeString(f'<div {start} id="{question.id}">\n{title}{inner}</div>\n')


def _title(question: ShownQuestion) -> str:
    return f"{question.title}{_required() if question.required else ''} {badge_html(question.badge)}"


def _required() -> str:
    return f' <span class="text-body-secondary fw-normal">({escape(gettext("required"))})</span>'
