"""The template library `access`: what templates of authors load beside Django's own (A+ spec 2.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from gradewright.pages import ids
from gradewright.pages.question_html import question_html
from gradewright.pages.said_html import feedback_html
from gradewright.pages.shown import ShownField, ShownQuestion
from gradewright.pages.words import localised
from gradewright.reports import numbers

register = template.Library()


@register.simple_tag(takes_context=True)
def ajax_url(context: Context) -> str:
    """Set `submit_url`, where the page sends a result that it made itself; `submission_url` is there already."""
    course, exercise = context.get("course") or {}, context.get("exercise") or {}
    context["submit_url"] = f"{context.get('base_url', '')}/ajax/{course.get('key', '')}/{exercise.get('key', '')}"
    return ""


@register.filter
def find_checkbox_hints(hints: Any, value: str) -> Sequence[str]:
    """The hints that belong to the option of this value."""
    by_option: Mapping[str, Sequence[str]] = getattr(hints, "by_option", {})
    return by_option.get(value, ())


@register.filter
def find_common_hints(hints: Any) -> Sequence[str]:
    """The hints that belong to no single option."""
    common: Sequence[str] = getattr(hints, "common", hints or ())
    return common


@register.filter
def as_question(question: ShownQuestion) -> SafeString:
    """A question of `result.groups` as HTML."""
    return question_html(question)


@register.filter
def as_feedback(field: Any) -> SafeString:
    """What is said of an answer: of a question of `result.groups`, or of a field of `result.form`."""
    shown = getattr(getattr(field, "field", None), "shown", field)
    return feedback_html(shown) if isinstance(shown, ShownField) else SafeString()


@register.filter
def whole(value: Any) -> str:
    """A number as protocols want it: whole, rounded down, the same in every language; nothing for what is none."""
    try:
        return str(floor(value))
    except (OverflowError, TypeError, ValueError):
        return ""


@register.filter
def points(value: Any) -> str:
    """Points as people read them: two decimals at most, in the language of the page; nothing for what is no number."""
    try:
        return localised(numbers.points(Fraction(str(value))))
    except ValueError:
        return ""


@register.filter
def element_id(name: Any, unique_id: str) -> str:
    """The id of the element of a field."""
    return ids.element_id(unique_id, str(name))
