"""Whatever authors write, a course is loaded, checked and exported without a crash."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gradewright.cli.course_check import problems_of
from gradewright.courses.aplus.loading import load_course
from gradewright.courses.aplus_export import aplus_json
from gradewright.courses.schema.exercise import KINDS
from gradewright.courses.schema.forms import FormField
from gradewright.courses.schema.index import IndexFile, Module, Node

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JUNK = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
    max_leaves=5,
)


def mappings(model: Any, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Some keys of a model with any values, and the known ones with values that lead further, or junk."""
    names = [field.alias or name for name, field in model.model_fields.items()]
    keys = st.sampled_from(names + [f"{name}|i18n" for name in names] + [f"{name}|rst" for name in names])
    junk = st.dictionaries(keys, JUNK | st.fixed_dictionaries({"en": JUNK, "fi": JUNK}), max_size=4)
    led = st.fixed_dictionaries({}, optional={name: value | JUNK for name, value in known.items()})
    return st.builds(lambda first, second: {**first, **second}, junk, led)


NODES = st.deferred(lambda: mappings(Node, key=st.text(), config=st.just("e"), children=st.lists(NODES, max_size=2)))
CHILDREN = st.lists(st.fixed_dictionaries({"key": st.just("e"), "config": st.just("e")}) | NODES, max_size=3)
MODULES = st.lists(mappings(Module, key=st.text(), children=CHILDREN), max_size=2)
INDEXES = mappings(IndexFile, modules=MODULES, exercise_types=st.dictionaries(st.text(), NODES, max_size=2))

FIELDS = mappings(
    FormField,
    type=st.sampled_from(["radio", "checkbox", "text", "table-radio", "file"]),
    options=st.lists(st.dictionaries(st.sampled_from(["label", "value", "correct"]), JUNK), max_size=2),
    rows=st.lists(st.dictionaries(st.sampled_from(["label", "key", "correct_options"]), JUNK), max_size=2),
)
FORMS = st.lists(st.fixed_dictionaries({"fields": st.lists(FIELDS, max_size=3)}), max_size=2)
EXERCISES = st.sampled_from(sorted(KINDS)).flatmap(
    lambda kind: mappings(
        KINDS[kind],
        view_type=st.just(kind),
        title=st.text(),
        fieldgroups=FORMS,
        files=st.lists(st.dictionaries(st.sampled_from(["field", "name"]), JUNK), max_size=2),
        container=st.dictionaries(st.sampled_from(["image", "mount", "cmd", "mounts", "resources"]), JUNK),
        include=st.lists(st.dictionaries(st.sampled_from(["file", "force", "template_context"]), JUNK), max_size=2),
    )
)


def assert_nothing_breaks(index: Any, exercise: Any) -> None:
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "index.json").write_text(json.dumps(index))
        Path(directory, "e.json").write_text(json.dumps(exercise))
        course = load_course(Path(directory))
        assert course is not None
        for problem in problems_of(course):
            assert str(problem)
        json.dumps(aplus_json(course, base_url="https://example.org", static_url="/static"), allow_nan=False)


@given(INDEXES | JUNK)
def test_any_index(index: Any) -> None:
    assert_nothing_breaks(index, {"title": "E", "view_type": "no-submission", "max_points": 1})


@given(EXERCISES | JUNK)
def test_any_exercise(exercise: Any) -> None:
    children = [{"key": "e", "config": "e", "category": "c", "max_submissions": 1}]
    index = {"name": "A", "categories": {"c": {"name": "C"}}, "modules": [{"key": "m", "children": children}]}
    assert_nothing_breaks(index, exercise)
