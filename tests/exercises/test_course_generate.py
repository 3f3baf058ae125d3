"""`gradewright course generate`: instances made by the author's generator, in a sandbox."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gradewright.cli.main import cli
from gradewright.exercises.personal import DIRECTORY

INDEX = """
name: Course
modules:
  - key: m
    children:
      - {key: sums, config: sums.yaml, category: c}
      - {key: page, config: page.yaml, category: c}
categories: {c: {name: C}}
"""
SUMS = """
title: Sums
view_type: access.types.stdsync.createForm
max_points: 10
fieldgroups: [{fields: [{type: text, correct: x}]}]
personalized: true
generated_files: [{key: task, file: task.txt, content_in_template: true}]
generator: {cmd: [python3, ../make.py], cwd: ./generators/}
"""
PAGE = "{title: Page, view_type: access.types.stdsync.noGrading, template: ./page.html}"
GENERATOR = """
import os, pathlib, sys
directory = pathlib.Path(sys.argv[-1])
assert directory.is_absolute() and not list(directory.iterdir())
assert pathlib.Path("words.txt").read_text() == "words"
(directory / "task.txt").write_text(os.urandom(8).hex())
(directory / "more").mkdir()
(directory / "more" / "unlisted.txt").write_text("kept")
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    course = tmp_path / "demo"
    (course / "generators").mkdir(parents=True)
    for name, text in {"index.yaml": INDEX, "sums.yaml": SUMS, "page.yaml": PAGE, "make.py": GENERATOR}.items():
        (course / name).write_text(text)
    (course / "page.html").write_text("page")
    (course / "generators" / "words.txt").write_text("words")
    return course


def generate(course: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["course", "generate", str(course), *words])


def tasks(course: Path) -> dict[str, str]:
    return {
        path.parent.name: path.read_text() for path in sorted((course / DIRECTORY / "sums").glob("[0-9]*/task.txt"))
    }


def test_instances_are_made_replaced_and_added(course: Path) -> None:
    first = generate(course, "--instances", "2")
    assert first.exit_code == 0, first.output
    assert "sums: 0, 1" in first.output
    made = tasks(course)
    assert sorted(made) == ["0", "1"]
    assert made["0"] != made["1"]
    assert (course / DIRECTORY / "sums" / "1" / "more" / "unlisted.txt").read_text() == "kept"

    added = generate(course, "sums", "--instances", "2", "--keep-old", "--json")
    assert json.loads(added.stdout) == {"course": "demo", "instances": {"sums": [2, 3]}}
    assert sorted(tasks(course)) == ["0", "1", "2", "3"]
    assert {number: task for number, task in tasks(course).items() if number in made} == made

    left = generate(course, "--if-none-exist", "--json")
    assert json.loads(left.stdout)["instances"] == {}

    assert generate(course, "--instances", "1").exit_code == 0
    assert list(tasks(course)) == ["0"]
    assert tasks(course)["0"] not in made.values()
    assert [path.name for path in (course / DIRECTORY).iterdir()] == ["sums"]


@pytest.mark.parametrize(
    ("generator", "said"),
    [
        ("import sys; sys.exit('no words today')", "no words today"),
        ("pass", "The generator did not write task.txt, which generated_files lists as task."),
        ("import os, sys; os.symlink('/etc/passwd', sys.argv[-1] + '/task.txt')", "cannot be kept"),
        ("open('changed', 'w')", "Read-only file system"),
    ],
)
def test_a_generator_that_fails_leaves_the_old_instances(course: Path, generator: str, said: str) -> None:
    assert generate(course, "--instances", "1").exit_code == 0
    before = tasks(course)
    (course / "make.py").write_text(generator)
    failed = generate(course, "--instances", "2")
    assert failed.exit_code == 1
    assert said in str(failed.exception)
    assert tasks(course) == before
    assert [path.name for path in (course / DIRECTORY).iterdir()] == ["sums"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sum"], "Did you mean sums?"),
        (["page"], "This exercise is not personalised."),
        (["--instances", "0"], "0 is not in the range"),
    ],
)
def test_what_cannot_be_generated(course: Path, words: list[str], said: str) -> None:
    result = generate(course, *words)
    assert result.exit_code != 0
    assert said in f"{result.output} {result.exception}"


def test_a_course_without_personalised_exercises(course: Path) -> None:
    (course / "index.yaml").write_text(INDEX.replace("- {key: sums, config: sums.yaml, category: c}\n", ""))
    result = generate(course)
    assert result.exit_code == 0
    assert "has no personalised exercises" in result.stderr
    assert json.loads(generate(course, "--json").stdout)["instances"] == {}


def test_a_directory_without_a_course(tmp_path: Path) -> None:
    assert "There is no course in" in str(generate(tmp_path).exception)
