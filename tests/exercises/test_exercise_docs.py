"""Every kind, key, type, method and modifier has its place in the reference."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gradewright import plugins
from gradewright.exercises import compare, form_reader, kinds

REFERENCE = Path(__file__).parent.parent.parent / "docs" / "reference"
KEYS = re.compile(r"""(?:read|require|entries)\((?:table, |entry, )?"([a-z_]+)\"""")
SOURCES = Path(form_reader.__file__).parent


@pytest.mark.parametrize("name", plugins.names("exercise_kinds"))
def test_every_kind_has_a_section(name: str) -> None:
    text = (REFERENCE / "exercise-kinds.md").read_text()
    assert f"\n## {name}\n" in text
    [original] = [each for each, ours in kinds.BY_ORIGINAL_NAME.items() if ours == name]
    assert re.search(rf"\| `{name}` \| `access\.types\.\w+\.{original}` \|", text)


@pytest.mark.parametrize("word", [*form_reader.KINDS, *compare.METHODS, *compare.MODIFIERS])
def test_every_type_method_and_modifier_is_explained(word: str) -> None:
    assert f"`{word}`" in (REFERENCE / "questions.md").read_text()


def test_every_key_of_a_form_is_explained() -> None:
    text = (REFERENCE / "questions.md").read_text()
    source = "".join((SOURCES / name).read_text() for name in ("form_reader.py", "draw_reader.py"))
    keys = set(KEYS.findall(source))
    assert "partial_points" in keys
    assert {key for key in keys if f"`{key}`" not in text and f"{key}:" not in text} == set()
