"""Check values with a model; what is wrong is told with its place, and keys that look like known ones are suspected."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gradewright.courses.aplus.documents import Place
from gradewright.courses.schema.values import Keys
from gradewright.model.problem import Severity

ALIKE = 0.8  # of 1: how much a key must look like a known one to be taken for a slip
WORDS = {  # what pydantic finds, as the end of a sentence: (words, what to do)
    "missing": ("is missing.", "Add it."),
    "list_type": ("must be a list.", "Write each member on a line of its own after '- '."),
    "dict_type": ("must be a mapping.", "Write keys and values below it, one on each line."),
    "model_type": ("must be a mapping.", "Write keys and values below it, one on each line."),
    "string_type": ("must be a text.", "Put it in quotes."),
}


class Finding(NamedTuple):
    """Something that is wrong at a place."""

    id: str
    severity: Severity
    place: Place
    message: str
    remedy: str


def findings(model: type[Keys], values: Mapping[str, Any]) -> Iterator[Finding]:
    """Everything that is wrong with the values."""
    try:
        model.model_validate(values)
    except ValidationError as error:
        for details in error.errors(include_url=False, include_input=False):
            yield _finding(details, values)
    yield from _strangers(model, values, ())


def _finding(details: ErrorDetails, values: Any) -> Finding:
    place = _place(details["loc"], values)
    name = place[-1] if place and isinstance(place[-1], str) else "An entry"
    words, remedy = WORDS.get(details["type"], (f"{details['msg']}.", ""))
    if details["type"] == "value_error":
        words = f"{details['ctx']['error']}."
    id = "missing-key" if details["type"] == "missing" else "wrong-value"
    return Finding(id, Severity.ERROR, place, f"{name} {words}", remedy)


def _place(location: tuple[str | int, ...], values: Any) -> Place:
    """Where that is in the values, without what pydantic says of its own alternatives."""
    place: list[str | int] = []
    for number, step in enumerate(location):
        if isinstance(values, list) and isinstance(step, int):
            values = values[step]
        elif isinstance(values, Mapping) and (step in values or number == len(location) - 1):
            values = values.get(step)
        else:
            continue
        place.append(step)
    return tuple(place)


def _strangers(model: type[BaseModel], values: Any, place: Place) -> Iterator[Finding]:
    """Unknown keys that look like known ones, at any depth."""
    if isinstance(values, list):
        for index, each in enumerate(values):
            yield from _strangers(model, each, (*place, index))
    if not isinstance(values, dict):
        return
    known = models_of_keys(model)
    for key, value in values.items():
        if key not in known:
            if meant := _meant(known, key):
                message = f"{key} is not known."
                yield Finding("unknown-key", Severity.WARNING, (*place, key), message, f"Did you mean {meant}?")
        elif below := known[key]:
            if not below.by_name:
                yield from _strangers(below.model, value, (*place, key))
            elif isinstance(value, dict):
                for name, each in value.items():
                    yield from _strangers(below.model, each, (*place, key, name))


class Below(NamedTuple):
    """What a key holds: a mapping of known keys, a list of such, or such by names of the author's."""

    model: type[BaseModel]
    by_name: bool


@cache
def models_of_keys(model: type[BaseModel]) -> Mapping[str, Below | None]:
    """Every known key, with the model of what is below it if there is one."""
    hints = get_type_hints(model)
    return {field.alias or name: _below(hints[name]) for name, field in model.model_fields.items()}


def _below(annotation: Any) -> Below | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Below(annotation, by_name=False)
    found = next(filter(None, map(_below, get_args(annotation))), None)
    return Below(found.model, by_name=True) if found and get_origin(annotation) is dict else found


def _meant(known: Collection[str], key: str) -> str:
    """The known key that the author may have meant; empty if there is none."""
    bare = key.partition("|")[0].strip()
    for candidate in (bare, bare.lower(), bare.lower().replace("-", "_"), bare.replace("_", "-")):
        if candidate in known:
            return candidate if "|" not in key else ""
    alike = get_close_matches(bare.lower(), known, n=1, cutoff=ALIKE)
    return alike[0] if alike else ""
