"""Course files as texts: what they mean, on which line, and what hostile ones cannot do."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gradewright.courses.aplus.documents import Document, Place, parse
from gradewright.courses.aplus.files import MAX_BYTES
from gradewright.courses.aplus.loading import load_course
from gradewright.model.problem import Problem

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=10), below, max_size=4),
    max_leaves=12,
)


def read(text: str, suffix: str = ".yaml") -> Document:
    return parse(text, f"exercise{suffix}", suffix)


@given(VALUES)
def test_json_means_what_it_means_to_everybody(value: object) -> None:
    for written in (json.dumps(value), json.dumps(value, indent=3, ensure_ascii=False)):
        assert read(written, ".json").value == value


@given(st.text(max_size=200))
def test_no_text_ends_in_anything_but_a_value_or_a_problem(text: str) -> None:
    for suffix in (".json", ".yaml"):
        document = read(text, suffix)
        assert document.value is None or document.root is not None


@pytest.mark.parametrize(
    "text",
    [
        "a: yes\nb: No\nc: on\nd: ~\ne: 0o17\nf: 017\ng: 1_000\nh: 1:30\ni: 1.5e+3\nj: .5\nk: 0x1F",
        "a: 2015-01-01\nb: 2015-01-01 12:00\nc: 2015-01-01 12:00:00\nd: 2015-01-01T12:00:00Z",
        "a: |\n  text\n  more\nb: >\n  folded\n  text\nc: 'it''s'\nd: \"\\u00e4\"",
        "base: &base {x: 1, y: 2}\nmore: {<<: *base, y: 3}\nboth: {<<: [*base, {z: 4}]}\nlist: [*base]",
    ],
)
def test_yaml_means_what_pyyaml_says(text: str) -> None:
    assert read(text).value == yaml.safe_load(text)


def test_dates_of_yaml_become_dates() -> None:
    value = read("a: 2015-01-01\nb: 2015-01-01 12:00\nc: 2015-01-01 12:00:00").value
    assert value == {"a": date(2015, 1, 1), "b": "2015-01-01 12:00", "c": datetime(2015, 1, 1, 12)}


YAML = """\
title|i18n:
  en: One
  fi: Yksi
fields:
  - name: a
    options:
      - {label: x}

      - label|i18n: {en: y,
                     fi: z}
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 1),
        (("title",), 1),
        (("fields",), 4),
        (("fields", 0), 5),
        (("fields", 0, "name"), 5),
        (("fields", 0, "options", 0, "label"), 7),
        (("fields", 0, "options", 1, "label"), 9),
        (("fields", 0, "options", 7), 6),
        (("absent", 3), 1),
    ],
)
def test_every_value_knows_its_line(place: Place, line: int) -> None:
    assert read(YAML).line(place) == line


def test_lines_of_json() -> None:
    document = read('{\n "a": 1,\n "b": [\n  1, {\n   "c": "x\\ny"}]}', ".json")
    assert [document.line(place) for place in [("a",), ("b",), ("b", 1), ("b", 1, "c")]] == [2, 3, 4, 5]


def bomb(levels: int) -> str:
    """Each level holds ten of the one below."""
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines)


MERGES = "\n".join(
    ["m0: &m0 {a: 1, b: 2}"] + [f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 10)}]}}" for n in range(1, 12)]
)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        (bomb(12), "alias-explosion"),
        (MERGES, "alias-explosion"),
        ("a: &a [*a]", "alias-loop"),
        ("a: &a {b: {c: *a}}", "alias-loop"),
        ("[" * 100_000, "too-deep"),
        ("[" * 100_000 + "]" * 100_000, "too-deep"),
        ("{a: " * 100_000, "too-deep"),
        ("- " * 100_000 + "x", "too-deep"),
        ("? " * 100_000 + "x", "too-deep"),
        ("".join(f"{' ' * n}a:\n" for n in range(200)), "too-deep"),
        ("a: !!python/object/apply:os.system [id]", "unsupported-tag"),
        ("a: !!binary aGk=", "unsupported-tag"),
        ("a: " + "9" * 5000, "impossible-value"),
        ("a: 1\n---\nb: 2", "not-yaml"),
        ("a: \x07", "not-yaml"),
    ],
    ids=lambda value: value[:20].replace("\n", " "),
)
def test_hostile_yaml_is_refused(text: str, id: str) -> None:
    assert [problem.id for problem in read(text).problems] == [id]


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("[" * 100_000, "too-deep"),
        ('{"a": ' * 100_000, "too-deep"),
        ("[NaN]", "not-json"),
        ("[1e999]", "impossible-value"),
        ('["\\ud83d"]', "not-json"),
        ('{"\\ude00": 1}', "not-json"),
    ],
    ids=lambda value: value[:20],
)
def test_hostile_json_is_refused(text: str, id: str) -> None:
    assert [problem.id for problem in read(text, ".json").problems] == [id]


def only_problem(directory: Path) -> Problem:
    course = load_course(directory)
    assert course is not None
    assert course.broken
    (problem,) = course.problems
    return problem


@pytest.mark.parametrize(
    ("data", "id", "line"),
    [
        (b"name: A\n\xff\xfe: b\n", "not-utf-8", 2),
        (b"name: A\nb: \0\n", "nul", 2),
        (b"\x7fELF\x02\x01\x01\0\0", "nul", 1),
        ("name: Ä\n".encode("utf-16"), "not-utf-8", 1),
        (b"#" * (MAX_BYTES + 1), "too-large", None),
    ],
    ids=["latin", "nul", "program", "utf-16", "large"],
)
def test_files_that_are_no_text_are_refused(tmp_path: Path, data: bytes, id: str, line: int | None) -> None:
    (tmp_path / "index.yaml").write_bytes(data)
    problem = only_problem(tmp_path)
    assert (problem.id, problem.file, problem.line) == (id, "index.yaml", line)


def test_a_byte_order_mark_is_no_harm(tmp_path: Path) -> None:
    (tmp_path / "index.yaml").write_text("name: A\nmodules: []\n", encoding="utf-8-sig")
    course = load_course(tmp_path)
    assert course is not None
    assert (course.name, course.problems) == ("A", ())


def exercise_problem(root: Path, config: str) -> str:
    index = {"name": "A", "modules": [{"key": "m", "children": [{"key": "e", "config": config, "category": "c"}]}]}
    (root / "index.json").write_text(json.dumps(index))
    course = load_course(root)
    assert course is not None
    return course.exercises["e"].problems[0].id


def test_links_that_lead_out_of_the_course_are_refused(tmp_path: Path) -> None:
    root = tmp_path / "course"
    root.mkdir()
    (tmp_path / "secret.yaml").write_text("title: A\nview_type: accept-files\n")
    (root / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (root / "folder").symlink_to(tmp_path)
    (root / "loop.yaml").symlink_to("loop.yaml")
    (root / "inside.yaml").write_text("title: A\nview_type: no-submission\nmax_points: 1\n")
    (root / "fine.yaml").symlink_to("inside.yaml")
    (tmp_path / "course.yaml").write_text("title: A\nview_type: accept-files\n")
    assert exercise_problem(root, "link.yaml") == "outside-course"
    assert exercise_problem(root, "link") == "outside-course"
    for directory in (".", "/", "x/..", "../course"):
        assert exercise_problem(root, directory) == "no-such-file"
    assert exercise_problem(root, "folder/secret") == "outside-course"
    assert exercise_problem(root, "../secret") == "outside-course"
    assert exercise_problem(root, "/../secret.yaml") == "outside-course"
    assert exercise_problem(root, "loop") == "no-such-file"
    assert exercise_problem(root, "a\0b") == "unsafe-path"
    (root / "index.json").write_text('{"name": "A", "exercises": ["fine"]}')
    course = load_course(root)
    assert course is not None
    assert not course.exercises["fine"].broken


def test_an_index_that_is_a_link_out_of_the_course_is_refused(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    (tmp_path / "secret.yaml").write_text("name: A\nmodules: []\n")
    (tmp_path / "course/index.yaml").symlink_to(tmp_path / "secret.yaml")
    assert only_problem(tmp_path / "course").id == "outside-course"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "e.yaml")
    assert exercise_problem(tmp_path, "e.yaml") == "no-such-file"
