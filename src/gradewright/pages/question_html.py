"""A question of a form as HTML: title, what takes the answer, and what is said of it.

Templates would take most of the time of a page here. What authors wrote as HTML is a `SafeString`; the rest is escaped.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from gradewright.pages.controls import control

if TYPE_CHECKING:
    from gradewright.pages.shown import ShownBadge, ShownField, ShownQuestion


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
    required = f' <span class="text-body-secondary fw-normal">({_word("required")})</span>' if question.required else ""
    return f"{question.title}{required} {badge_html(question.badge)}"


def badge_html(badge: ShownBadge | None) -> SafeString:
    """Points beside a title; nothing if there are none to be told."""
    if badge is None:
        return SafeString()
    unit = f'<span class="visually-hidden"> {_word("points")}</span>'
    return SafeString(f'<span class="badge text-bg-{badge.level or "secondary"}">{badge.text}{unit}</span>')


def feedback_html(field: ShownField) -> SafeString:
    """Everything that is said of an answer below it; nothing if there is nothing."""
    if not field.has_feedback:
        return SafeString()
    lines = [
        *(f'<div class="invalid-feedback d-block">{escape(error)}</div>' for error in field.errors),
        verdict_html(field.verdict),
        *(f'<div class="gw-hint small border-start border-3 ps-2 my-1">{hint}</div>' for hint in field.hints),
        _models(field.models),
    ]
    return SafeString(f'<div class="gw-feedback mt-1" id="{field.id}-feedback">\n{"".join(lines)}</div>\n')


def verdict_html(verdict: str) -> str:
    if not verdict:
        return ""
    is_right = verdict == "correct"
    tone, sign, word = ("success", "✓", _word("Correct!")) if is_right else ("danger", "✗", _word("Incorrect"))
    sign = f'<span aria-hidden="true">{sign}</span>'
    return f'<div class="gw-verdict text-{tone}-emphasis small">{sign} {word}</div>\n'


def _models(models: tuple[str, ...]) -> str:
    if not models:
        return ""
    texts = f" {_word('or')} ".join(f"<code>{escape(model)}</code>" for model in models)
    return f'<div class="gw-model small" data-aplus-once="yes">{_word("A correct answer:")} {texts}</div>\n'


def _word(text: str) -> str:
    return escape(gettext(text))
