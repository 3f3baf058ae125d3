"""A form as graders get it: its answers in data.json, its uploads beside it (A+ spec 2.8)."""

from __future__ import annotations

import json
from typing import Any

from gradewright.exercises import compare
from gradewright.exercises.asked import AskedForm, AskedQuestion
from gradewright.exercises.background import Files
from gradewright.exercises.questions import QuestionKind
from gradewright.exercises.records import Received, Upload, Visit
from gradewright.exercises.validation import NUMBERS, field_names, values_of

FILE = "data.json"
LANGUAGE, POST_URL = "__grader_lang", "__aplus_post_url"


def form_files(asked: AskedForm, received: Received, visit: Visit) -> Files:
    """The files that a grader gets, of a form that was found valid."""
    data: dict[str, Any] = {}
    files: dict[str, Upload | bytes] = {}
    for question in asked.questions:
        if question.question.kind is QuestionKind.FILE:
            files |= {name: received.files[name] for name in (question.name,) if name in received.files}
        elif question.question.kind is not QuestionKind.STATIC:
            data |= _answers(question, received)
    data[LANGUAGE] = visit.language
    if visit.post_url:
        data[POST_URL] = visit.post_url
    return {FILE: json.dumps(data).encode(), **files}


def _answers(asked: AskedQuestion, received: Received) -> dict[str, Any]:
    found = {name: _answer(asked, name, received) for name in field_names(asked)}
    for row in asked.rows:
        if row.more_name:
            found[row.more_name] = (received.value(row.more_name) or "").strip()
    return found


def _answer(asked: AskedQuestion, name: str, received: Received) -> Any:
    kind = asked.question.kind
    values = values_of(kind, name, received)
    if kind.takes_many:
        return list(values)
    text = values[0].strip() if values else ""
    method = compare.base_of(asked.question.comparison.method)
    if not kind.is_text or method not in NUMBERS:
        return text
    convert, _ = NUMBERS[method]
    return convert(text) if text else None
