"""`gradewright new` makes graders that work at once, and never overwrites anything."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradewright.cli.new import KINDS, LANGUAGES
from gradewright.contracts.cases.languages import LANGUAGES as PRESETS

Run = Callable[..., Any]

TOOLS = {"c": ["gcc"], "cpp": ["g++"], "java": ["javac"], "javascript": ["node"]}
EVERY_LANGUAGE = [pytest.param(name, marks=pytest.mark.needs(*TOOLS.get(name, []))) for name in LANGUAGES]


@pytest.mark.parametrize("kind", ["cases", "coursera-host"])
@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_a_new_grader_grades_its_samples(gradewright: Run, kind: str, language: str) -> None:
    assert gradewright("new", "sum", "--kind", kind, "--language", language).code == 0
    assert json.loads(gradewright("sanity", "--skip-environment", "--json", "sum").out)["findings"] == []
    batch = json.loads(gradewright("grade", "batch", "sum", "sum/submissions", "--sandbox", "bubblewrap", "--json").out)
    assert {each["outcome"] for each in batch["submissions"]} == {"graded"}
    share = {
        Path(each["submission"]).stem: each["report"]["points"] / each["report"]["max_points"]
        for each in batch["submissions"]
    }
    assert (share["right"], share["wrong"]) == (1, 0)
    assert 0 < share["nearly-right"] < 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dockerfile_of_a_new_image_has_no_pitfalls(gradewright: Run, language: str) -> None:
    made = gradewright("new", "My Image!", "--kind", "coursera-image", "--language", language)
    assert "docker build -t my-image ." in made.err
    assert 'image = "my-image"' in Path("My Image!/grader.toml").read_text()
    checked = gradewright("sanity", "--skip-environment", "--json", "-f", "My Image!/Dockerfile")
    assert json.loads(checked.out)["findings"] == []
    compile(Path("My Image!/grade.py").read_text(), "grade.py", "exec")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_template_is_left_open(gradewright: Run, kind: str, language: str) -> None:
    gradewright("new", "new", "--kind", kind, "--language", language)
    written = [path for path in Path("new").rglob("*") if path.is_file()]
    assert len(written) >= 5
    assert not [path for path in written if re.search("@[a-z]+@", path.read_text()) or path.suffix == ".tmpl"]


def test_the_commands_to_type_next_are_told(gradewright: Run) -> None:
    said = gradewright("new", "sum")
    assert said.out == ""
    assert re.findall("^  (.+)$", said.err, re.MULTILINE) == [
        "cd sum",
        "gradewright sanity .",
        "gradewright grade local . submissions/right.py",
        "gradewright grade batch . submissions",
    ]


def test_languages_are_those_that_the_contract_knows() -> None:
    assert set(LANGUAGES) == set(PRESETS)


def test_nothing_is_overwritten(gradewright: Run) -> None:
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    said = gradewright("new", "mine")
    assert said.code == 64
    assert "mine is there already and not empty" in said.err
    assert [path.name for path in Path("mine").iterdir()] == ["notes.txt"]


def test_a_file_is_not_taken_for_a_directory(gradewright: Run) -> None:
    Path("file").write_text("mine")
    assert gradewright("new", "file").code == 64
    said = gradewright("new", "file/below")
    assert said.code == 69
    assert "cannot be written: Not a directory" in said.err
    assert Path("file").read_text() == "mine"


def test_an_empty_directory_is_welcome(gradewright: Run) -> None:
    Path("empty").mkdir()
    assert gradewright("new", "empty").code == 0
    assert Path("empty/grader.toml").is_file()


@pytest.mark.parametrize("option", [["--kind", "magic"], ["--language", "cobol"]])
def test_what_is_not_offered_is_a_mistake_of_usage(gradewright: Run, option: list[str]) -> None:
    said = gradewright("new", "new", *option)
    assert said.code == 64
    assert "is not one of" in said.err
    assert not Path("new").exists()
