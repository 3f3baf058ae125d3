"""docs/reference/templates.md is complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.forms import Field

from gradewright.exercises.kinds import kind
from gradewright.pages import tags
from gradewright.pages.django_ready import TEMPLATES
from gradewright.pages.engine import LIBRARIES
from gradewright.pages.feedback import TOLD
from gradewright.pages.form_result import form_result
from gradewright.pages.forms import QuestionField
from gradewright.pages.variables import result_variable, variables
from support.scenes import CONTEXT, answer, scene

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "templates.md").read_text()
FORM = {"max_points": 1, "fieldgroups": [{"fields": [{"type": "text", "title": "?"}]}]}
NOT_TOLD = {"shown", "name"}


def missing(names: set[str]) -> list[str]:
    return sorted(name for name in names if not re.search(rf"`[^`]*\b{re.escape(name)}\b[^`]*`", PAGE))


def test_every_public_template_is_named() -> None:
    names = {str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html") if not file.name.startswith("_")}
    assert missing(names) == []


def test_every_variable_is_explained() -> None:
    assert missing(set(variables(scene({}), None))) == []


@pytest.mark.parametrize("stage", ["before", "after"])
def test_every_name_of_a_result_is_explained(stage: str) -> None:
    it = scene(FORM)
    shown = kind("create-form").show(it.version[1], it.visit, CONTEXT)
    what = shown if stage == "before" else answer("create-form", it, {"field_0": "x"})
    result = form_result(what.result["asked"], what.result.get("judged"), "en", unique_id="x", include=str)
    assert missing(set(result)) == []
    assert missing(set(result_variable(what) or {})) == []
    (field,) = result["form"].fields.values()
    assert isinstance(field, QuestionField)
    assert missing(set(vars(field)) - set(vars(Field())) - NOT_TOLD) == []


def test_every_tag_and_filter_and_library_is_explained() -> None:
    assert missing({*tags.register.tags, *tags.register.filters, *LIBRARIES, *TOLD}) == []
