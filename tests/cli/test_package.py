"""`gradewright package`, and grading with what it makes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradewright.cli.package_new import LANGUAGES
from support.coursemology import CURRENT

Run = Callable[..., Any]

GTEST = ["g++", "/usr/include/gtest/gtest.h"]
TOOLS = {"c": ["gcc", *GTEST], "cpp": GTEST, "java": ["javac", "/usr/share/java/testng.jar"]}
EVERY_LANGUAGE = [pytest.param(name, marks=pytest.mark.needs("make", *TOOLS.get(name, []))) for name in LANGUAGES]


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_a_new_package_works(gradewright: Run, language: str) -> None:
    assert gradewright("package", "new", "digits", "--language", language).code == 0
    checked = gradewright("package", "check", "--strict", "--json", "digits")
    assert checked.code == 0
    document = json.loads(checked.out)
    assert document["problems"] == []
    assert {case["type"] for case in document["cases"]} == {"public", "private", "evaluation"}
    assert all(case["passed"] and case["expression"] and case["expected"] for case in document["cases"])
    for folder, points in (("solution", 4), ("submission", 1 if language != "python" else 0)):
        graded = gradewright("grade", "local", "--json", "digits", f"digits/{folder}")
        assert json.loads(graded.out)["points"] == points


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_package_brings_its_own_files_only(gradewright: Run, language: str) -> None:
    said = gradewright("package", "new", "digits", "--language", language)
    assert "gradewright package check digits" in said.err
    names = {path.relative_to("digits").parts[0] for path in Path("digits").rglob("*")}
    assert names == {"Makefile", "submission", "solution", "tests"}
    assert not list(Path("digits").rglob("*.tmpl"))


def test_nothing_is_overwritten(gradewright: Run) -> None:
    Path("mine").write_text("mine")
    assert gradewright("package", "new", ".").code == 64
    assert Path("mine").read_text() == "mine"


@pytest.mark.needs("make")
def test_the_test_cases_are_shown_as_a_table(gradewright: Run) -> None:
    gradewright("package", "new", "digits")
    lines = gradewright("package", "check", "digits").out.splitlines()
    assert lines[0].split() == ["test", "case", "type", "expression", "expected", "hint", "solution"]
    assert lines[1].split()[:4] == ["test_public_01", "public", "digit_sum(123)", "6"]
    assert len(lines) == 6


def test_every_problem_is_told_at_once(gradewright: Run) -> None:
    Path("package").mkdir()
    Path("package/notes.txt").write_text("")
    said = gradewright("package", "check", "package")
    assert said.code == 1
    assert said.err.count("ERROR:root:") == 3
    found = json.loads(gradewright("package", "check", "--json", "package").out)
    assert [problem["id"] for problem in found["problems"]] == ["no-makefile", "no-submission", "no-tests"]


def broken(makefile: str, template: str = "", solution: str | None = None) -> None:
    for name, text in {"Makefile": makefile, "submission/template.py": template, "tests/t.py": ""}.items():
        Path("package", name).parent.mkdir(parents=True, exist_ok=True)
        Path("package", name).write_text(text)
    if solution is not None:
        Path("package/solution").mkdir()
        Path("package/solution/template.py").write_text(solution)


RUN_IT = CURRENT.replace("\tpublic\n", "\tpython3 submission/template.py\n")


@pytest.mark.needs("make")
def test_a_template_that_does_not_work_needs_a_solution(gradewright: Run) -> None:
    broken(RUN_IT, template="def f(:\n")
    said = gradewright("package", "check", "package")
    assert said.code == 1
    assert "SyntaxError" in said.err, "the log is shown"
    assert "add a solution/ folder" in said.err


@pytest.mark.needs("make")
def test_a_long_message_and_what_to_do_stand_apart_and_no_empty_table_follows(gradewright: Run) -> None:
    gradewright("package", "new", "digits")
    Path("digits/Makefile").write_text("prepare compile:\n\t@echo no; false\npublic:\n")
    said = gradewright("package", "check", "digits")
    assert (said.code, said.out) == (1, "")
    assert said.err.endswith(" Error 1\nTry it where the Makefile lies.\n")
    (problem,) = json.loads(gradewright("package", "check", "digits", "--json").out)["problems"][-1:]
    assert problem["remedy"] == "Try it where the Makefile lies."


def test_what_may_take_long_is_said_before(gradewright: Run) -> None:
    gradewright("package", "new", "digits")
    said = gradewright("package", "check", "digits")
    assert "Running the tests on the solution, each target for 30 s of processor time at most." in said.err


def test_a_template_that_never_ends_is_stopped(gradewright: Run) -> None:
    broken(RUN_IT, template="while True: pass\n")
    Path("package/grader.toml").write_text('contract = "coursemology"\n[limits]\ncpu_seconds = 0.2\n')
    said = gradewright("package", "check", "package")
    assert said.code == 1
    assert "0.2 seconds of processor time" in said.err


@pytest.mark.needs("make")
def test_a_solution_that_fails_is_a_warning(gradewright: Run) -> None:
    gradewright("package", "new", "digits")
    Path("digits/solution/template.py").write_text("def digit_sum(number): return 6\n")
    said = gradewright("package", "check", "digits")
    assert said.code == 0
    assert "The solution fails 4 of 5 test cases" in said.err
    assert gradewright("package", "check", "--strict", "digits").code == 1


def test_problems_of_grader_toml_and_package_are_told_together(gradewright: Run) -> None:
    broken("prepare:\n")
    Path("package/grader.toml").write_text('contract = "coursemology"\nuse_pubic = true\nmaximum_grade = -1\n')
    said = gradewright("package", "check", "package")
    assert said.code == 1
    for words in ("Did you mean use_public?", "must not be negative", "target compile is missing", "no target that"):
        assert words in said.err


def test_a_grader_of_another_contract_is_no_package(gradewright: Run) -> None:
    gradewright("new", "sum")
    assert gradewright("package", "check", "sum").code == 64


@pytest.mark.needs("make", "zip")
def test_a_zip_grades_a_folder_of_answers(gradewright: Run) -> None:
    gradewright("package", "new", "digits")
    Path("answers").mkdir()
    for name, source in {"digits/solution": "ada", "digits/submission": "ben"}.items():
        Path("answers", f"{source}.py").write_text(Path(name, "template.py").read_text())
    subprocess.run(["zip", "-qr", "../digits.zip", "."], cwd="digits", check=True)
    assert gradewright("package", "check", "--strict", "digits.zip").code == 0
    said = gradewright("grade", "batch", "digits.zip", "answers", "--format", "csv", "--fresh")
    assert said.code == 0
    assert [line.split(",")[:4] for line in said.out.splitlines()[1:]] == [
        ["ada.py", "graded", "4", "4"],
        ["ben.py", "graded", "0", "4"],
    ]


@pytest.mark.needs("make")
def test_students_of_a_batch_page_do_not_learn_of_hidden_tests(gradewright: Run) -> None:
    gradewright("package", "new", "digits")
    said = gradewright("grade", "local", "--json", "digits", "digits/submission")
    assert {test["visibility"] for test in json.loads(said.out)["tests"]} == {"question", "hidden"}


def test_options_for_images_are_refused(gradewright: Run) -> None:
    gradewright("package", "new", "digits")
    assert gradewright("grade", "local", "--contract", "v1", "digits", "digits/solution").code == 64
