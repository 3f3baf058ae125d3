"""The keys of course files: all of them known, explained, and used in the example."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from gradewright.cli.course_check import courses_in, problems_of
from gradewright.courses.aplus.loading import load_course
from gradewright.courses.schema.checking import models_of_keys
from gradewright.courses.schema.exercise import KINDS, Asynchronous, Exercise, model_of
from gradewright.courses.schema.index import IndexFile
from gradewright.courses.schema.json_schema import exercise_schema, index_schema, names_of_kinds
from gradewright.exercises.kinds import BY_ORIGINAL_NAME, name_of

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/course-files.md"
EVERYTHING = ROOT / "examples/courses/everything"
OLD_STYLE = ROOT / "examples/courses/old-style"

ORIGINAL_KEYS = (Path(__file__).parent / "original_keys.txt").read_text().split()


@pytest.mark.parametrize("key", ORIGINAL_KEYS)
def test_every_key_of_the_original_has_its_place_in_the_reference(key: str) -> None:
    assert f"| `{key}` |" in PAGE.read_text()


def test_the_page_of_course_files_is_up_to_date() -> None:
    module = runpy.run_path(str(ROOT / "docs/course_files_page.py"))
    assert PAGE.read_text() == module["page"](), "run: ./dev docs"


def models(model: type[BaseModel], seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """The model and all that are below its keys."""
    if model not in seen:
        seen.add(model)
        for below in models_of_keys(model).values():
            if below:
                models(below.model, seen)
    return seen


ALL_MODELS = models(IndexFile, set()).union(*(models(each, set()) for each in (Exercise, *KINDS.values())))


@pytest.mark.parametrize("model", sorted(ALL_MODELS, key=lambda each: each.__name__), ids=lambda each: each.__name__)
def test_every_key_is_explained(model: type[BaseModel]) -> None:
    unexplained = [name for name, field in model.model_fields.items() if not (field.description or "").endswith(".")]
    assert unexplained == []
    assert (model.__doc__ or "").strip().endswith(".")
    assert f"(course-files-{model.__name__.lower()})=" in PAGE.read_text()


def home(model: type[BaseModel], key: str) -> tuple[str, str]:
    """A key with the model that brings it, of those that build on one another."""
    bringing = [each for each in model.__mro__ if issubclass(each, BaseModel) and key in models_of_keys(each)]
    return bringing[-1].__name__, key


def used(model: type[BaseModel], value: Any) -> Iterator[tuple[str, str]]:
    """Every known key in a value, whatever tags it has there."""
    if isinstance(value, list):
        for each in value:
            yield from used(model, each)
    if not isinstance(value, dict):
        return
    known = models_of_keys(model)
    for tagged, below in value.items():
        key = str(tagged).partition("|")[0]
        if key not in known:
            continue
        yield home(model, key)
        if inner := known[key]:
            for each in below.values() if inner.by_name and isinstance(below, dict) else [below]:
                yield from used(inner.model, each)


def files_of(directory: Path) -> Iterator[tuple[type[BaseModel], Any]]:
    """Each course file with the model that it is checked with."""
    course = load_course(directory)
    assert course is not None
    yield IndexFile, dict(course.index)
    for exercise in course.exercises.values():
        path = directory / exercise.file
        text = path.read_text()
        raw = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
        yield model_of(exercise.versions["en"]["view_type"]), raw
        yield model_of(exercise.versions["en"]["view_type"]), dict(exercise.versions["en"])


def test_the_examples_use_every_key() -> None:
    found = {key for directory in (EVERYTHING, OLD_STYLE) for each in files_of(directory) for key in used(*each)}
    every = {home(model, key) for model in ALL_MODELS for key in models_of_keys(model)}
    assert sorted(every - found) == []


def test_the_example_uses_every_kind_in_two_languages_without_a_problem() -> None:
    (course,) = courses_in(EVERYTHING)
    assert problems_of(course) == []
    exercises = course.exercises.values()
    assert {name_of(each.versions["en"]["view_type"]) for each in exercises} == set(KINDS)
    assert all(set(each.versions) == {"en", "fi"} for each in exercises)
    assert any("grader" in each.versions["en"] for each in exercises)


def test_kinds_are_those_that_exercises_know() -> None:
    assert set(KINDS) == set(BY_ORIGINAL_NAME.values())
    for model, names in names_of_kinds():
        assert {model_of(name) for name in names} == {model}
    assert model_of(".views.mine") is Asynchronous


def definitions(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield schema
    yield from schema["$defs"].values()


@pytest.mark.parametrize("schema", [index_schema(), exercise_schema()], ids=["index", "exercise"])
def test_schemas_for_editors_refer_to_what_they_hold(schema: Mapping[str, Any]) -> None:
    text = json.dumps(schema)
    referred = set(re.findall(r'"#/\$defs/([^"]+)"', text))
    assert referred <= set(schema["$defs"])
    explained = [name for each in definitions(schema) for name, key in each.get("properties", {}).items() if key]
    assert {"title", "name"} <= set(explained)
    assert schema["$schema"].startswith("https://json-schema.org/")


def test_the_schema_of_exercises_knows_each_kind_by_all_its_names() -> None:
    schema = exercise_schema()
    names = [name for each in schema["allOf"] for name in each["if"]["properties"]["view_type"]["enum"]]
    assert names == [name for _, kinds in names_of_kinds() for name in kinds]
    assert "title" not in schema["$defs"]["CreateForm"].get("required", ())  # it may be written title|i18n
