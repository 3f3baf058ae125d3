"""What an exercise file means: tags, languages, includes, defaults of types."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gradewright.courses.aplus.loading import load_course
from gradewright.model.course import Course, CourseExercise

INDEX = """\
name: A
categories: {c: {name: C}}
modules:
  - key: m
    children: [{key: e, config: e, category: c, max_submissions: 1}]
"""
HEAD = "view_type: access.types.stdsync.noSubmission\nmax_points: 1\n"


def load(root: Path, **files: str) -> Course:
    """The course of these files; names without a dot are YAML files."""
    for name, text in {"index": INDEX, **files}.items():
        path = root / (name if "." in name else f"{name}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    course = load_course(root)
    assert course is not None
    return course


def exercise(root: Path, **files: str) -> CourseExercise:
    return load(root, **files).exercises["e"]


def versions(root: Path, **files: str) -> Mapping[str, Mapping[str, Any]]:
    found = exercise(root, **files)
    assert found.problems == ()
    return found.versions


def test_without_tags_there_is_one_language(tmp_path: Path) -> None:
    found = versions(tmp_path, e=HEAD + "title: One\nown: [1, {a: b}]\n")
    assert list(found) == ["en"]
    assert found["en"]["own"] == [1, {"a": "b"}]


def test_each_language_gets_a_whole_configuration(tmp_path: Path) -> None:
    text = HEAD + "title|i18n: {en: One, fi: Yksi}\nlist:\n- {label|i18n: {en: a, sv: b}, value: 1}\nsame: [1]\n"
    found = versions(tmp_path, e=text)
    assert {language: version["title"] for language, version in found.items()} == {
        "en": "One",
        "fi": "Yksi",
        "sv": None,
    }
    assert [version["list"] for version in found.values()] == [
        [{"label": "a", "value": 1}],
        [{"label": None, "value": 1}],
        [{"label": "b", "value": 1}],
    ]
    assert all(version["same"] == [1] for version in found.values())


def test_tags_are_worked_off_from_right_to_left(tmp_path: Path) -> None:
    text = HEAD + 'title: T\ntext|rst|i18n: {en: "*a*", fi: "**b**"}\n'
    found = versions(tmp_path, e=text)
    assert found["en"]["text"] == "<p><em>a</em></p>\n"
    assert found["fi"]["text"] == "<p><strong>b</strong></p>\n"


def test_i18n_within_i18n(tmp_path: Path) -> None:
    found = versions(tmp_path, e=HEAD + "title: T\na|i18n: {en: {b|i18n: {en: x, fi: y}}, fi: {b: z}}\n")
    assert [version["a"] for version in found.values()] == [{"b": "x"}, {"b": "z"}]


@pytest.mark.parametrize(
    "text", ["title: plain\ntitle|i18n: {en: tagged}\n", "title|i18n: {en: tagged}\ntitle: plain\n"]
)
def test_a_tagged_spelling_wins_over_a_plain_one(tmp_path: Path, text: str) -> None:
    assert versions(tmp_path, e=HEAD + text)["en"]["title"] == "tagged"


def test_restructuredtext_reads_no_files_and_brings_no_html(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the secret")
    text = f"|\n  .. include:: {tmp_path}/secret\n\n  .. raw:: html\n\n     <script>\n\n  <b>"
    found = exercise(tmp_path, e=HEAD + f"title: T\ntext|rst: {text}\n")
    html = found.versions["en"]["text"]
    assert "the secret" not in html
    assert "<script>" not in html
    assert "&lt;b&gt;" in html
    assert {problem.id for problem in found.problems} == {"wrong-tag"}
    assert not found.broken


@pytest.mark.parametrize(
    ("index", "language"),
    [
        ("", "en"),
        ("lang: fi\n", "fi"),
        ("lang: [sv, fi]\n", "sv"),
        ("lang: fi\nlanguage: sv\n", "sv"),
        ("language: [da]\nlang: [fi]\n", "da"),
        ("lang: []\n", "en"),
    ],
)
def test_the_default_language(tmp_path: Path, index: str, language: str) -> None:
    course = load(tmp_path, index=index + INDEX, e=HEAD + "title|i18n: {en: One, fi: Yksi}\n")
    assert course.language == language
    assert course.exercises["e"].language == language
    assert next(iter(course.exercises["e"].versions)) == language


def test_which_version_a_reader_gets(tmp_path: Path) -> None:
    found = exercise(tmp_path, e=HEAD + "title|i18n: {en: One, fi: Yksi}\n")
    assert [found.version(language)[1]["title"] for language in ("en", "fi", "fi-FI", "sv")] == [
        "One",
        "Yksi",
        "Yksi",
        "One",
    ]


def test_included_keys_are_added_in_order(tmp_path: Path) -> None:
    found = versions(
        tmp_path,
        **{
            "e": "include: [{file: a}, {file: sub/b.json}]\ntitle: T\n",
            "a": HEAD,
            "sub/b.json": '{"own": {"x": 1}, "words|i18n": {"fi": "f"}}',
        },
    )
    assert found["fi"] == {
        "title": "T",
        "view_type": "access.types.stdsync.noSubmission",
        "max_points": 1,
        "own": {"x": 1},
        "words": "f",
    }


def test_force_replaces_whole_keys(tmp_path: Path) -> None:
    found = versions(
        tmp_path, e=HEAD + "include: [{file: a, force: true}]\ntitle: T\nown: {x: 1, y: 2}\n", a="own: {x: 3}\n"
    )
    assert found["en"]["own"] == {"x": 3}


def test_an_included_template_gets_its_context(tmp_path: Path) -> None:
    found = versions(
        tmp_path,
        e=HEAD + "include:\n- {file: a, template_context: {name: Ada, many: [1, 2]}}\n",
        a='title: "{{ name|upper }} 1.5 {{ many|length }}"\nlist: [{% for each in many %}{{ each }}, {% endfor %}]\n',
    )
    assert found["en"]["title"] == "ADA 1.5 2"
    assert found["en"]["list"] == [1, 2]


def test_without_a_context_an_included_file_is_taken_as_it_is(tmp_path: Path) -> None:
    found = versions(tmp_path, e=HEAD + "include: [{file: a}]\n", a='title: "{{ name }}"\n')
    assert found["en"]["title"] == "{{ name }}"


def test_paths_with_a_slash_begin_at_the_root(tmp_path: Path) -> None:
    files = {
        "apps.meta": "# built\nbuild_image = x\na = b = c\ngrader_config = _build/yaml \n",
        "_build/yaml/index.yaml": INDEX.replace("config: e", "config: /plain/e"),
        "plain/e": HEAD + "title: T\ninclude: [{file: beside}]\n",
        "_build/yaml/beside": "own: 1\n",
    }
    (tmp_path / "_build/yaml").mkdir(parents=True)
    for name, text in files.items():
        path = tmp_path / (name if "." in name.rpartition("/")[2] else f"{name}.yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    course = load_course(tmp_path)
    assert course is not None
    assert course.directory == tmp_path
    found = course.exercises["e"]
    assert (found.file, found.problems) == ("plain/e.yaml", ())
    assert found.versions["en"]["own"] == 1


def test_nodes_stand_over_the_defaults_of_their_type(tmp_path: Path) -> None:
    index = """\
name: A
categories: {c: {name: C}}
exercise_types: {t: {config: e, category: c, max_submissions: 1, max_points: 5, children: [{key: nothing}]}}
modules:
  - key: m
    children:
      - {key: e, type: t, max_points: 7}
      - key: 2
        type: t
        children: [{key: below, type: t}]
"""
    course = load(tmp_path, index=index, e=HEAD + "title: T\n")
    assert list(course.exercises) == ["e", "2", "below"]
    assert course.exercises["e"].node["max_points"] == 7
    assert course.exercises["2"].node["max_points"] == 5
    assert not course.problems


def test_the_deprecated_flat_list(tmp_path: Path) -> None:
    course = load(tmp_path, index="name: A\nexercises: [e, 2]\n", e=HEAD + "title: T\n", **{"2": HEAD + "title: U\n"})
    assert {key: each.versions["en"]["title"] for key, each in course.exercises.items()} == {"e": "T", "2": "U"}
    assert [problem.id for problem in course.problems] == ["deprecated"]


def test_the_newest_of_the_files_counts(tmp_path: Path) -> None:
    load(tmp_path, e=HEAD + "title: T\ninclude: [{file: a}]\n", a="own: 1\n")
    os.utime(tmp_path / "e.yaml", (1000, 1000))
    os.utime(tmp_path / "a.yaml", (2000, 2000))
    assert exercise(tmp_path, index=INDEX).modified == 2000
