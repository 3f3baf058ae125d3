"""JSON Schemas of course files, for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from gradewright.courses.schema.exercise import KINDS, Exercise
from gradewright.courses.schema.index import IndexFile
from gradewright.exercises.kinds import BY_ORIGINAL_NAME, ORIGINALS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MODULES = {  # of the original, where it is not stdsync
    "accept-files": ("stdasync",),
    "accept-post": ("stdasync",),
    "accept-git-address": ("stdasync",),
    "accept-git-user": ("stdasync",),
    "accept-general-form": ("stdsync", "stdasync"),
    "ajax": ("ajax",),
}
TAGGED = {"^[^|]+\\|": True}  # what `title|i18n` may hold is not for editors to know


def index_schema() -> dict[str, Any]:
    """Of index.yaml and index.json."""
    return {"$schema": DIALECT, **IndexFile.model_json_schema(by_alias=True)}


def exercise_schema() -> dict[str, Any]:
    """Of an exercise file: which keys there are depends on its view_type."""
    models: list[type[Exercise]] = [Exercise, *KINDS.values()]
    references, definitions = models_json_schema([(model, "validation") for model in models], by_alias=True)
    definitions = definitions["$defs"]
    for model in models:
        definitions[model.__name__].pop("required", None)  # an include or a key with a tag may bring it
    _allow_tags(definitions)
    return {
        "$schema": DIALECT,
        "title": "Exercise file",
        "properties": {"view_type": {"examples": [names[-1] for _, names in names_of_kinds()]}},
        "allOf": [_when(names, references[(model, "validation")]) for model, names in names_of_kinds()],
        "$ref": references[(Exercise, "validation")]["$ref"],
        "$defs": definitions,
    }


def names_of_kinds() -> list[tuple[type[Exercise], list[str]]]:
    """Each kind with what authors may call it: our name first, then those of the original."""
    return [(model, [name, *_originals(name)]) for name, model in KINDS.items()]


def _originals(name: str) -> list[str]:
    last = next(original for original, ours in BY_ORIGINAL_NAME.items() if ours == name)
    return [f"{ORIGINALS}{module}.{last}" for module in MODULES.get(name, ("stdsync",))]


def _when(names: list[str], model: Mapping[str, Any]) -> dict[str, Any]:
    condition = {"properties": {"view_type": {"enum": names}}, "required": ["view_type"]}
    return {"if": condition, "then": model}


def _allow_tags(definitions: Mapping[str, Any]) -> None:
    for definition in definitions.values():
        if definition.get("type") == "object":
            definition["patternProperties"] = TAGGED
