"""aplus-json, key for key (A+ spec 3.4)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gradewright.courses.aplus.loading import load_course
from gradewright.courses.aplus_export import aplus_json

BASE, STATIC = "https://grader.example.org", "https://grader.example.org/static"
INDEX = """\
name: {en: Course, fi: Kurssi}
lang: [en, fi]
start: 2026-09-01
end: 2026-12-01 12:00:00
enrollment_start: 2026-08-01T08:00:00Z
archive_time: 2027-01-01 12:00:00.25
contact: staff@example.org
contact_phone: "123"
static_dir: static
own: not for A+
categories: {c: {name: C, own: kept}}
module_types: {t: {points_to_pass: 5, late_penalty: 0.5, children: [{key: not-inherited}]}}
exercise_types: {e: {category: c, max_submissions: 3}}
modules:
  - key: m
    type: t
    late_penalty: 0.2
    own: kept
    children:
      - key: chapter
        category: c
        static_content: {en: pages/one.html, fi: pages/yksi.html}
        children:
          - {key: e, type: e, config: e, own: kept}
      - {title: without a key}
      - {key: broken, type: e, config: broken}
      - {key: 7, category: c, static_content: a b.html}
      - {key: elsewhere, category: c, url: "https://example.org/x", name: N}
"""
FORM = """\
view_type: access.types.stdsync.createForm
max_points: 10
"""


def export(root: Path, exercise: str, index: str = INDEX) -> dict[str, Any]:
    (root / "static").mkdir(exist_ok=True)
    for name, text in {"index": index, "e": exercise, "broken": "title: without a kind\n"}.items():
        (root / f"{name}.yaml").write_text(text)
    course = load_course(root)
    assert course is not None
    document = aplus_json(course, base_url=BASE, static_url=STATIC)
    assert json.loads(json.dumps(document)) == document, "it is plain JSON"
    return document


def exported(root: Path, exercise: str, index: str = INDEX) -> dict[str, Any]:
    """The exercise `e` of the document."""
    child: dict[str, Any] = export(root, exercise, index)["modules"][0]["children"][0]["children"][0]
    return child


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "key"
    root.mkdir()
    return root


def test_the_course_and_its_modules(root: Path) -> None:
    document = export(root, "title: T\nview_type: access.types.stdsync.noSubmission\nmax_points: 1\n")
    (module,) = document.pop("modules")
    errors = document.pop("errors")
    assert document == {
        "name": {"en": "Course", "fi": "Kurssi"},
        "lang": ["en", "fi"],
        "start": "2026-09-01",
        "end": "2026-12-01T12:00:00",
        "enrollment_start": "2026-08-01T08:00:00Z",
        "archive_time": "2027-01-01T12:00:00",
        "contact": "staff@example.org",
        "categories": {"c": {"name": "C", "own": "kept"}},
    }
    assert [error.partition(": ")[0] for error in errors] == [
        "index.yaml:25:modules[0].children[1]",  # without a key
        "broken.yaml:1:view_type",
    ]
    children = module.pop("children")
    assert module == {"key": "m", "late_penalty": 0.2, "points_to_pass": 5, "own": "kept"}
    assert [child["key"] for child in children] == ["chapter", "7", "elsewhere"]
    chapter, seven, elsewhere = children
    assert chapter["url"] == {
        "en": f"{STATIC}/key/pages/one.html",
        "fi": f"{STATIC}/key/pages/yksi.html",
    }
    assert set(chapter) == {"key", "category", "url", "children"}
    assert seven == {"key": "7", "category": "c", "url": f"{STATIC}/key/a%20b.html", "children": []}
    assert elsewhere == {
        "key": "elsewhere",
        "category": "c",
        "url": "https://example.org/x",
        "name": "N",
        "children": [],
    }


def test_language_wins_over_lang_and_an_own_static_url_over_ours(root: Path) -> None:
    index = "language: fi\nstatic_url: https://static.example.org/here/\n" + INDEX
    document = export(root, "title: T\nview_type: access.types.stdsync.noSubmission\nmax_points: 1\n", index)
    assert document["lang"] == "fi"
    assert document["modules"][0]["children"][1]["url"] == "https://static.example.org/here/a%20b.html"


def test_an_exercise(root: Path) -> None:
    text = """\
title: T
description: D
view_type: access.types.stdasync.acceptFiles
files:
  - {field: a, name: a.py}
  - {field: b, name: b/c.txt, required: false}
container: {image: host, mount: ., cmd: /exercise/run.sh}
model_files: [static/a.py, b.py]
template_files: [static/t.py]
radar_info: {tokenizer: python}
lti: service
lti_context_id: c
max_points: 5
"""
    assert exported(root, text) == {
        "key": "e",
        "category": "c",
        "max_submissions": 3,
        "own": "kept",
        "title": "T",
        "description": "D",
        "url": f"{BASE}/key/e",
        "lti": "service",
        "lti_context_id": "c",
        "model_answer": f"{BASE}/model/key/e/a.py {BASE}/model/key/e/b.py",
        "exercise_template": f"{BASE}/exercise_template/key/e/t.py",
        "exercise_info": {
            "form_spec": [
                {"key": "a", "type": "file", "title": "a.py", "required": True},
                {"key": "b", "type": "file", "title": "b/c.txt", "required": False},
            ],
            "form_i18n": {"a.py": {"en": "a.py"}, "b/c.txt": {"en": "b/c.txt"}},
            "radar": {"tokenizer": "python"},
        },
        "children": [],
    }


def test_what_the_file_says_of_addresses_wins(root: Path) -> None:
    text = FORM + "title: T\nfieldgroups: [{fields: []}]\nurl: U\nmodel_answer: M\nexercise_template: {en: E}\n"
    found = exported(root, text)
    assert (found["url"], found["model_answer"], found["exercise_template"]) == ("U", "M", {"en": "E"})


def test_a_title_of_the_index_is_kept(root: Path) -> None:
    index = INDEX.replace("own: kept}\n      - {title", "name: N}\n      - {title")
    found = exported(root, FORM + "title: T\nfieldgroups: [{fields: []}]\n", index)
    assert found["name"] == "N"
    assert "title" not in found


def test_several_languages_give_dictionaries(root: Path) -> None:
    text = (
        FORM + "title|i18n: {en: T, fi: O}\nfieldgroups: [{fields: []}]\nmodel_files|i18n: {en: [a.py], fi: [b.py]}\n"
    )
    found = exported(root, text)
    assert found["title"] == {"en": "T", "fi": "O"}
    assert found["url"] == f"{BASE}/key/e"
    assert found["model_answer"] == {
        "en": f"{BASE}/model/key/e/a.py?lang=en",
        "fi": f"{BASE}/model/key/e/b.py?lang=fi",
    }


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("title: T\n", f"{BASE}/model/key/e/"),
        ("title: T\nshow_model_answer: false\n", ""),
        ("title|i18n: {en: T, fi: O}\n", {each: f"{BASE}/model/key/e/?lang={each}" for each in ("en", "fi")}),
    ],
)
def test_a_form_is_its_own_model_answer(root: Path, text: str, answer: object) -> None:
    found = exported(root, FORM + "fieldgroups: [{fields: []}]\n" + text)
    assert found["model_answer"] == answer
    assert "exercise_template" not in found


def test_no_submission_is_told(root: Path) -> None:
    found = exported(root, "title: T\nview_type: access.types.stdsync.noSubmission\nmax_points: 1\n")
    assert found["exercise_info"] == {"form_spec": [], "form_i18n": {}, "no_submission": True}
    assert "model_answer" not in found


def test_the_specification_of_a_form(root: Path) -> None:
    text = (
        FORM
        + """\
title: T
fieldgroups:
  - fields:
      - {type: text, title: Number, compare_method: int, required: true, more: More}
      - type: checkbox
        key: box
        title|i18n: {en: Box, fi: Rasti}
        options: [{label|i18n: {en: a, fi: a}, value: x}, {label|i18n: {en: b, fi: B}}]
        extra_info: {class: wide, own: 1}
  - fields:
      - {type: static, title|i18n: {en: "", fi: ""}}
      - type: table-radio
        title|i18n: {en: Table, fi: Taulu}
        more_text: Why?
        options: [{label: yes it is, value: y}]
        rows: [{key: r, label: R}, {label: S}]
      - {type: textarea, title|i18n: {en: Box, fi: Laatikko}}
      - {type: text, title|i18n: {en: Box, fi: Rasti}}
"""
    )
    info = exported(root, text)["exercise_info"]
    assert info["form_spec"] == [
        {"key": "field_0", "type": "number", "title": "i18n_Number", "required": True, "description": "i18n_More"},
        {
            "key": "box",
            "type": "checkbox",
            "title": "Box",
            "required": False,
            "titleMap": {"x": "i18n_a", "option_1": "b"},
            "enum": ["x", "option_1"],
            "htmlClass": "wide",
            "own": 1,
        },
        {"key": "field_2", "type": "static", "title": "", "required": False},
        {
            "key": "r",
            "type": "radio",
            "title": "Table: R",
            "required": False,
            "titleMap": {"y": "i18n_yes it is"},
            "enum": ["y"],
        },
        {"key": "r_more", "type": "text", "title": "i18n_Why?", "required": False},
        {
            "key": "field_5",
            "type": "radio",
            "title": "Table: S",
            "required": False,
            "titleMap": {"y": "i18n_yes it is"},
            "enum": ["y"],
        },
        {"key": "field_5_more", "type": "text", "title": "i18n_Why?", "required": False},
        {"key": "field_7", "type": "textarea", "title": "Box_duplicate", "required": False},
        {"key": "field_8", "type": "text", "title": "Box", "required": False},
    ]
    assert info["form_i18n"]["Box"] == {"en": "Box", "fi": "Rasti"}
    assert info["form_i18n"]["Box_duplicate"] == {"en": "Box", "fi": "Laatikko"}
    assert info["form_i18n"]["i18n_a"] == {"en": "a", "fi": "a"}
    assert info["form_i18n"]["Table: R"] == {"en": "Table: R", "fi": "Taulu: R"}
    assert "" not in info["form_i18n"]


def test_the_specification_of_texts(root: Path) -> None:
    text = """\
title: T
view_type: access.types.stdasync.acceptPost
fields: [{name: a.txt, title: A, more: M, required: true}, {name: b.txt}]
container: {image: host, mount: ., cmd: /exercise/run.sh}
"""
    assert exported(root, text)["exercise_info"]["form_spec"] == [
        {"key": "a.txt", "type": "textarea", "title": "A", "required": True, "description": "M"},
        {"key": "b.txt", "type": "textarea", "title": "", "required": False},
    ]


def test_a_broken_index_is_no_success(root: Path) -> None:
    document = export(root, "title: T\n", "- a list\n")
    assert document["success"] is False
    (error,) = document["errors"]
    assert error.startswith("index.yaml:1: The index must hold keys and values.")
