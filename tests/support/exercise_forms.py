"""Forms in the shortest words, asked and judged as the service does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradewright.exercises.asked import AskedForm
from gradewright.exercises.asking import asked_form
from gradewright.exercises.check import judge
from gradewright.exercises.form_reader import form_of
from gradewright.exercises.judged import JudgedForm
from gradewright.exercises.records import Received, Visit
from gradewright.exercises.sampling import Lot

SECRET = "secret of the service"
VISIT = Visit(uid="1")
Fields = dict[str, Any]


def config(*fields: Fields, group: Fields | None = None, **exercise: Any) -> Fields:
    """An exercise with one group of questions."""
    return {"max_points": 10, "fieldgroups": [{"fields": list(fields), **(group or {})}], **exercise}


def ask(exercise: Mapping[str, Any], visit: Visit = VISIT, key: str = "quiz") -> AskedForm:
    return asked_form(form_of(exercise), Lot(exercise=key, visit=visit, secret=SECRET))


def send(exercise: Mapping[str, Any], visit: Visit = VISIT, **answers: str | list[str]) -> JudgedForm:
    """What becomes of these answers, sent with the samples that the page carried."""
    asked = ask(exercise, visit)
    values = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in answers.items()}
    hidden = {name: (value,) for name, value in asked.all_hidden.items()}
    return judge(asked, Received(fields={**hidden, **values}), visit, SECRET)


def options(*marks: bool | str) -> list[Fields]:
    """Options with the values a, b, c, ..."""
    return [{"value": chr(97 + place), "label": chr(65 + place), "correct": mark} for place, mark in enumerate(marks)]
