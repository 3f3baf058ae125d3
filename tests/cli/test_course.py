"""`gradewright course`: check, new, export, schema."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

EXAMPLES = Path(__file__).parents[2] / "examples" / "courses"
BROKEN = "name: A\nmodules:\n- key: m\n  children:\n  - {key: e, config: gone, category: c, max_submissions: 1}\n"


@pytest.mark.parametrize("languages", [["en"], ["fi"], ["en", "fi"], ["sv", "no", "en"]], ids=",".join)
def test_a_new_course_works(gradewright: Run, languages: list[str]) -> None:
    said = gradewright("course", "new", "mine", "--language", ",".join(languages))
    assert said.code == 0
    assert "gradewright course check mine" in said.err
    assert gradewright("course", "check", "--strict", "mine").code == 0
    (course,) = json.loads(gradewright("course", "check", "--format", "json", "mine").out)
    assert course["language"] == languages[0]
    assert [(each["key"], each["usable"]) for each in course["exercises"]] == [("numbers", True), ("sum", True)]
    assert all(each["languages"] == languages for each in course["exercises"])
    assert not list(Path("mine").rglob("*.tmpl"))


def test_the_program_of_a_new_course_is_graded_by_its_own_grader(gradewright: Run) -> None:
    gradewright("course", "new", "mine")
    Path("sum.py").write_text("import sys\nprint(sum(map(int, sys.stdin.read().split())))\n")
    for file, points in (("sum.py", 3), ("mine/exercises/sum.py", 0)):
        graded = gradewright("grade", "local", "--json", "mine/graders/sum", file)
        assert json.loads(graded.out)["points"] == points


def test_texts_of_a_new_course_are_in_its_languages(gradewright: Run) -> None:
    gradewright("course", "new", "mine", "--language", "en,fi")
    document = json.loads(gradewright("course", "export", "mine", "--aplus-json").out)
    assert document["name"] == {"en": "My course", "fi": "Oma kurssi"}
    chapter = document["modules"][0]["children"][0]
    assert set(chapter["url"]) == {"en", "fi"}
    assert "Tervetuloa" in Path("mine/static/welcome_fi.html").read_text()
    assert "@" not in "".join(path.read_text() for path in Path("mine").rglob("*.*"))


@pytest.mark.parametrize("languages", ["", "english", "en,", "en fi", "EN", "e1"])
def test_languages_have_two_letters(gradewright: Run, languages: str) -> None:
    assert gradewright("course", "new", "mine", "--language", languages).code == 64
    assert not Path("mine").exists()


def test_nothing_is_overwritten(gradewright: Run) -> None:
    Path("mine").write_text("mine")
    assert gradewright("course", "new", ".").code == 64
    assert Path("mine").read_text() == "mine"


def course(name: str, index: str) -> Path:
    directory = Path(name)
    directory.mkdir(parents=True)
    (directory / "index.yaml").write_text(index)
    return directory


def test_check_tells_places_remedies_and_counts(gradewright: Run) -> None:
    said = gradewright("course", "check", course("a", BROKEN))
    assert said.code == 1
    assert said.out.splitlines() == [
        "a/index.yaml:5: error: There is no course file gone.",
        "    Mend the path, or make the file, with a name that ends in .json or .yaml.",
        "a: 1 exercise, 1 of them cannot be used, 1 error, 0 warnings.",
    ]


def test_check_of_a_directory_of_courses(gradewright: Run) -> None:
    course("all/a", BROKEN)
    course("all/b", "name: B\nmodules: []\n")
    said = gradewright("course", "check", "all")
    assert said.code == 1
    assert [line for line in said.out.splitlines() if line.endswith("warnings.")] == [
        "a: 1 exercise, 1 of them cannot be used, 1 error, 0 warnings.",
        "b: 0 exercises, 0 errors, 0 warnings.",
    ]


def test_check_tells_of_personalised_exercises_that_nobody_can_see(gradewright: Run) -> None:
    directory = course(
        "binary", "name: B\nmodules:\n- {key: m, children: [{key: e, config: e, category: c, max_submissions: 1}]}\n"
    )
    exercise = "title: T\nview_type: access.types.stdasync.acceptPost\ncontainer: {image: host, mount: ., cmd: x}\n"
    personal = "personalized: true\ngenerator: {cmd: [x]}\ngenerated_files: [{key: a, file: a}]\nfields: [{name: a}]\n"
    (directory / "e.yaml").write_text(exercise + personal)
    said = gradewright("course", "check", str(directory))
    assert said.code == 0
    assert "binary/e.yaml: warning: The exercise is personalised, but has no instances" in said.out
    assert f"Make some: gradewright course generate {directory.resolve()} e\n" in said.out
    (directory / "personalized_exercises/e/0").mkdir(parents=True)
    assert "personalised" not in gradewright("course", "check", str(directory)).out


def test_strict_takes_warnings_for_errors(gradewright: Run) -> None:
    directory = course("a", "name: A\ndescripton: x\nmodules: []\n")
    assert gradewright("course", "check", directory).code == 0
    assert gradewright("course", "check", "--strict", directory).code == 1


def test_problems_as_json(gradewright: Run) -> None:
    said = gradewright("course", "check", "--format", "json", course("a", BROKEN))
    assert said.code == 1
    (document,) = json.loads(said.out)
    assert document["course"] == "a"
    assert document["exercises"] == [{"key": "e", "file": "", "languages": [], "usable": False}]
    (problem,) = document["problems"]
    assert problem == {
        "id": "no-such-file",
        "severity": "error",
        "message": "There is no course file gone.",
        "remedy": "Mend the path, or make the file, with a name that ends in .json or .yaml.",
        "file": "index.yaml",
        "line": 5,
        "key": "modules[0].children[0].config",
    }


def test_packages_that_are_not_installed(gradewright: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    said = gradewright("course", "check", course("a", BROKEN))
    assert said.code == 69
    assert "gradewright[server]" in said.err


def test_no_course_at_all(gradewright: Run) -> None:
    Path("empty").mkdir()
    for words in (("check", "empty"), ("export", "empty", "--aplus-json")):
        said = gradewright("course", *words)
        assert said.code == 69
        assert "no index.yaml or index.json" in said.err
        assert "Traceback" not in said.err


def test_the_course_in_the_current_directory(gradewright: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course("here", "name: A\nmodules: []\n"))
    assert gradewright("course", "check", ".").out == "here: 0 exercises, 0 errors, 0 warnings.\n"


def test_export_uses_the_addresses_given(gradewright: Run) -> None:
    words = ("course", "export", EXAMPLES / "everything", "--aplus-json", "--base-url", "https://g.example.org/")
    said = gradewright(*words)
    assert said.code == 0
    document = json.loads(said.out)
    hello = document["modules"][1]["children"][0]
    assert hello["url"] == "https://g.example.org/everything/hello"
    assert "errors" not in document


def test_export_tells_by_its_exit_code_that_something_is_left_out(gradewright: Run) -> None:
    said = gradewright("course", "export", course("a", BROKEN), "--aplus-json")
    assert said.code == 1
    document = json.loads(said.out)
    assert document["modules"] == [{"key": "m", "children": []}]
    assert len(document["errors"]) == 1


@pytest.mark.parametrize("file", ["index", "exercise"])
def test_schemas_are_json(gradewright: Run, file: str) -> None:
    said = gradewright("course", "schema", file)
    assert said.code == 0
    assert json.loads(said.out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
