"""What is said of an answer, as HTML: points, what is wrong, right or not, hints, the right answer."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from gradewright.pages.shown import ShownBadge, ShownField


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
    return _word_in(get_language(), text)


@lru_cache(maxsize=1024)
def _word_in(active_language: str | None, text: str) -> str:
    return escape(gettext(text))
