"""From a form that is asked, and perhaps judged, to what a page shows of it.

In the language that is active in Django; the texts of authors are HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString

from gradewright.exercises.asked import AskedForm, AskedGroup, AskedQuestion, AskedRow, Badge
from gradewright.exercises.judged import JudgedField, JudgedForm, Model
from gradewright.exercises.questions import Option, Question
from gradewright.pages.ids import element_id
from gradewright.pages.shown import ShownBadge, ShownField, ShownGroup, ShownOption, ShownQuestion
from gradewright.pages.words import error_text, hint_html, localised
from gradewright.reports.numbers import points

ALTERNATIVES = "subdiff"  # the method whose right answers stand between "|"
Include = Callable[[str], str]  # from the name of a template to its text
_points = lru_cache(maxsize=1024)(points)
HTML_ATTRIBUTES = ("placeholder", "pattern", "maxlength", "min", "max", "step", "inputmode", "autocomplete")


def shown_groups(
    asked: AskedForm, judged: JudgedForm | None, *, unique_id: str, include: Include
) -> tuple[ShownGroup, ...]:
    """The groups of a form, filled in with what was sent if anything was."""
    fields = judged.fields if judged else {}
    return tuple(
        shown_group(
            group, judged, [shown_question(each, fields.get(each.name), unique_id, include) for each in group.questions]
        )
        for group in asked.groups
    )


def shown_group(asked: AskedGroup, judged: JudgedForm | None, questions: Iterable[ShownQuestion] = ()) -> ShownGroup:
    verdict = judged.groups.get(asked.name) if judged else None
    return ShownGroup(
        name=asked.name,
        title=_html(asked.group.title),
        questions=tuple(questions),
        judged=verdict,
        level=(verdict and verdict.level) or "",
        verdict=(verdict and verdict.verdict) or "",
    )


def shown_question(asked: AskedQuestion, judged: JudgedField | None, unique_id: str, include: Include) -> ShownQuestion:
    question = asked.question
    extra = question.extra
    values = judged.values if judged else asked.initial
    included = include(question.include) if question.include else ""
    return ShownQuestion(
        **_common(asked.name, unique_id, judged),
        kind=question.kind,
        badge=_badge(judged.badge if judged else asked.badge),
        asked=asked,
        title=_html(asked.title),
        options=_options(asked.options, values, judged),
        text=values[0] if values and not asked.options else "",
        models=_models(question, judged),
        required=question.required,
        more=_html(question.more + included),
        css_class=str(extra.get("class") or "form-group"),
        attributes=_attributes(extra),
        rows=tuple(_row(each, asked, row, unique_id) for each, row in _rows(asked, judged)),
    )


def _rows(asked: AskedQuestion, judged: JudgedField | None) -> Iterable[tuple[AskedRow, JudgedField | None]]:
    by_name = {row.name: row for row in judged.rows} if judged else {}
    return [(row, by_name.get(row.name)) for row in asked.rows]


def _row(asked: AskedRow, table: AskedQuestion, judged: JudgedField | None, unique_id: str) -> ShownField:
    return ShownField(
        **_common(asked.name, unique_id, judged),
        kind=table.question.kind,
        badge=_badge(judged.badge if judged else None),
        title=_html(asked.row.label),
        options=_options(table.options, judged.values if judged else asked.initial, judged),
        required=table.question.required,
        more_name=asked.more_name,
        more_text=judged.more if judged else "",
    )


def _common(name: str, unique_id: str, judged: JudgedField | None) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "id": escape(element_id(unique_id, name))}
    if judged:
        found |= {
            "errors": tuple(map(error_text, judged.errors)),
            "hints": tuple(map(hint_html, judged.hints)),
            "verdict": judged.verdict or "",
            "judged": judged,
        }
    return found


def _options(options: Iterable[Option], values: tuple[str, ...], judged: JudgedField | None) -> tuple[ShownOption, ...]:
    model = (judged and judged.model) or Model()
    hints = judged.option_hints if judged else {}
    return tuple(
        ShownOption(
            value=option.value,
            label=_html(option.label),
            selected=option.value in values,
            mark=model.options.get(option.value, ""),
            hints=tuple(map(hint_html, hints.get(option.value, ()))),
        )
        for option in options
    )


def _models(question: Question, judged: JudgedField | None) -> tuple[str, ...]:
    text = judged.model.text if judged and judged.model else None
    if not text:
        return ()
    several = question.comparison.method.startswith(ALTERNATIVES) and text == question.comparison.correct
    return tuple(text.split("|")) if several else (text,)


def _badge(badge: Badge | None) -> ShownBadge | None:
    if badge is None:
        return None
    if badge.points is None:
        return ShownBadge(text=localised(_points(badge.max_points)))
    return ShownBadge(text=localised(f"{_points(badge.points)} / {_points(badge.max_points)}"), level=badge.level or "")


def _attributes(extra: Mapping[str, Any]) -> dict[str, str]:
    if not extra:
        return {}
    found = {name: str(extra[name]) for name in HTML_ATTRIBUTES if extra.get(name) is not None}
    if "validationMessage" in extra:
        found["title"] = str(extra["validationMessage"])
    return found


def _html(text: str) -> SafeString:
    return SafeString(text)  # the author's own
