"""The elements of a form that take an answer, as HTML: Django's widgets for our records, in one pass.

Templates would take most of the time of a page here. What authors wrote as HTML is a `SafeString`; the rest is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from gradewright.exercises.questions import QuestionKind
from gradewright.pages.said_html import feedback_html
from gradewright.pages.shown import ShownField, ShownOption, ShownQuestion


def control(question: ShownQuestion) -> SafeString:
    """What takes the answer to a question; nothing if nothing is asked."""
    match question.kind:
        case QuestionKind.RADIO | QuestionKind.CHECKBOX:
            html = "".join(_choices(question))
        case QuestionKind.DROPDOWN:
            html = _dropdown(question)
        case QuestionKind.TEXTAREA:
            html = _text_area(question)
        case QuestionKind.TEXT | QuestionKind.FILE:
            value = "" if question.kind is QuestionKind.FILE else f' value="{escape(question.text)}"'
            html = f'<input type="{question.kind}"{_form_control(question)}{value}>'
        case QuestionKind.TABLE_RADIO | QuestionKind.TABLE_CHECKBOX:
            html = _table(question)
        case QuestionKind.STATIC:
            html = ""
    return SafeString(html)


def _choices(question: ShownQuestion) -> Iterable[str]:
    required = " required" if question.required and question.kind is QuestionKind.RADIO else ""
    start = f'<input type="{question.kind}" class="form-check-input{_invalid(question)}" name="{escape(question.name)}"'
    for index, option in enumerate(question.options):
        name = f"{question.id}-{index}"
        hints = "".join(
            f'<div class="gw-hint small border-start border-3 ps-2 my-1">{hint}</div>' for hint in option.hints
        )
        yield (
            f'<div class="form-check">\n{start} id="{name}" value="{escape(option.value)}"'
            f"{' checked' if option.selected else ''}{required}>\n"
            f'<label class="form-check-label opacity-100" for="{name}">{option.label}</label>'
            f"{_mark(option)}{hints}</div>\n"
        )


def _dropdown(question: ShownQuestion) -> str:
    options = "".join(
        f'<option value="{escape(option.value)}"{" selected" if option.selected else ""}>{option.label}</option>\n'
        for option in question.options
    )
    marked = [option for option in question.options if option.mark]
    revealed = "".join(f'<div class="small">{option.label}{_mark(option)}</div>' for option in marked)
    element = f"<select{_form_control(question, 'form-select')}>\n{options}</select>"
    return f'{element}<div data-aplus-once="yes">{revealed}</div>' if revealed else element


def _text_area(question: ShownQuestion) -> str:
    size = f' rows="{question.asked.question.lines}" cols="{question.asked.question.columns}"'
    return f"<textarea{_form_control(question)}{size}>\n{escape(question.text)}</textarea>"


def _form_control(question: ShownQuestion, css_class: str = "form-control") -> str:
    more = "".join(f' {name}="{escape(value)}"' for name, value in question.attributes.items())
    return (
        f' class="{css_class}{_invalid(question)}" id="{question.id}" name="{escape(question.name)}"{more}'
        f"{' required' if question.required else ''}{_described(question)}"
    )


def _described(question: ShownQuestion) -> str:
    invalid = ' aria-invalid="true"' if question.errors else ""
    return f'{invalid} aria-describedby="{question.described_by}"' if question.described_by else invalid


def _invalid(field: ShownField) -> str:
    return " is-invalid" if field.errors else ""


def _table(question: ShownQuestion) -> str:
    heads = "".join(
        f'<th scope="col" class="text-center fw-normal" id="{question.id}-column-{index}">{option.label}</th>'
        for index, option in enumerate(question.asked.options)
    )
    if text := question.asked.question.more_text:
        heads += f'<th scope="col" class="fw-normal" id="{question.id}-text">{text}</th>'
    rows = "".join(_row(question, row) for row in question.rows)
    return (
        '<div class="table-responsive">\n<table class="table table-sm align-middle">\n'
        f"<thead><tr><td></td>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>"
    )


def _row(question: ShownQuestion, row: ShownField) -> str:
    start = (
        f'<td class="text-center"><input type="{question.kind.removeprefix("table-")}"'
        f' class="form-check-input{_invalid(row)}" name="{escape(row.name)}" aria-labelledby="{row.id}-label'
    )
    cells = "".join(
        f'{start} {question.id}-column-{index}" value="{escape(option.value)}"'
        f"{' checked' if option.selected else ''}>{_mark(option)}</td>"
        for index, option in enumerate(row.options)
    )
    if row.more_name:
        cells += (
            f'<td><input type="text" class="form-control form-control-sm" name="{escape(row.more_name)}"'
            f' value="{escape(row.more_text)}" aria-labelledby="{row.id}-label {question.id}-text"></td>'
        )
    tone = ' class="table-danger"' if row.errors else ""
    label = f'<th scope="row" class="fw-normal"><span id="{row.id}-label">{row.title}</span>{feedback_html(row)}</th>'
    return f'<tr id="{row.id}"{tone}>{label}{cells}</tr>\n'


def _mark(option: ShownOption) -> str:
    """That an option is right, where this is revealed; A+ does not keep it."""
    if not option.mark:
        return ""
    tone, word = ("success", gettext("correct")) if option.mark == "correct" else ("secondary", gettext("either way"))
    return f' <span class="quiz1-icon-{option.mark} badge text-bg-{tone}" data-aplus-once="yes">{escape(word)}</span>'
