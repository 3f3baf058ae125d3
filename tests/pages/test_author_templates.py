"""Templates of courses: full syntax, live, and nothing from outside of the course (A+ spec 2.1)."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradewright.errors import AuthorError
from gradewright.exercises.records import Answer, Status
from gradewright.model.course import Course, CourseExercise
from gradewright.pages.engine import course_engine, render
from gradewright.pages.exercise_page import error_page, exercise_page
from gradewright.pages.template_checks import template_problems
from support.aplus_page import parse, read
from support.live_courses import write
from support.scenes import answer, page, scene, shown

TEMPLATES = Path(__file__).parent / "templates"
TEXT = {"type": "text", "key": "n", "title": "How many", "initial": "7", "compare_method": "int", "correct": "1"}
FORM = {
    "max_points": 5,
    "fieldgroups": [
        {
            "title": "The <u>group</u>",
            "fields": [
                {"type": "text", "key": "t", "title": "Greet", "points": 2, "correct": "hello", "hint": "Say hello."},
                {
                    "type": "checkbox",
                    "key": "c",
                    "title": "Numbers",
                    "points": 3,
                    "checkbox_feedback": True,
                    "options": [{"value": "1", "label": "One", "correct": True}, {"value": "x", "label": "X"}],
                    "feedback": [{"value": "x", "label": "No number."}],
                },
            ],
        }
    ],
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A course's repository."""
    return Path(shutil.copytree(TEMPLATES, tmp_path / "repository"))


def by_template(template: str, directory: Path, **config: Any) -> str:
    it = scene({**FORM, "template": template, **config}, directory)
    return exercise_page(it, answer("create-form", it, {"t": "bye", "c": ["1", "x"]}), template="")


def fault(template: str, directory: Path) -> str:
    with pytest.raises(AuthorError) as caught:
        by_template(template, directory)
    (problem,) = caught.value.problems
    assert problem.remedy
    return str(problem)


@pytest.mark.parametrize("name", ["./whole.html", "c1/whole.html"])
def test_the_whole_language_and_our_templates_in_it(name: str, directory: Path) -> None:
    found = read(by_template(name, directory, own_key={"deep": "value"}))
    assert found.content.one("h3").text == "TASK value"
    assert found.content.one("p", "alert-success").text == "You have 0"
    assert [each.text for each in found.content.all("p", "note")] == ["here", "thereTask"]
    assert found.content.one("img").attrs["src"] == "/static/c1/a.png"
    assert "/static/b.css" in found.content.text
    assert "123" in found.content.text
    assert found.content.one(id="who").text == "nobody"
    assert found.form.one("input", name="t").attrs["value"] == "bye"


def test_a_form_by_hand(directory: Path) -> None:
    found = read(by_template("./form_by_hand.html", directory))
    assert found.form.one("legend").one("u").text == "group"
    text, boxes = found.content.one(id="of-t"), found.content.one(id="of-c")
    assert text.one("input").attrs["value"] == "bye"
    assert text.one("em").text == "Say hello."
    assert text.one("b").text == "0/2 incorrect"
    assert ["checked" in each.attrs for each in boxes.all("input")] == [True, True]
    assert boxes.one("i", "hint-x").text == "No number."
    assert found.content.one(id="wrong").text == "t,c;group_0"


def test_a_form_by_hand_before_and_after_it_was_rejected(directory: Path) -> None:
    config = {**FORM, "template": "./form_by_hand.html", "fieldgroups": [{"fields": [{**TEXT, "required": True}]}]}
    before = shown("create-form", config, directory)
    assert before.content.one(id="of-n").one("input").attrs["value"] == "7"
    it = scene(config, directory)
    after = page("create-form", it, answer("create-form", it, {"n": "many"}))
    assert after.content.one("div", "invalid-feedback").text == "Enter a whole number."
    assert after.content.one(id="of-n").one("input").attrs["value"] == "many"


def test_a_form_by_hand_tells_no_more_than_ours(directory: Path) -> None:
    text = {**TEXT, "points": 2.5, "compare_method": "string"}
    config = {"max_points": 5, "template": "./form_by_hand.html", "fieldgroups": [{"fields": [text]}]}
    for extra, told in (({}, "2.5/2.5 correct"), ({"hide_correctness": True}, "None/2.5")):
        it = scene({**config, **extra}, directory)
        found = page("create-form", it, answer("create-form", it, {"n": "1"}))
        assert found.content.one(id="of-n").one("b").text == told


def test_where_a_page_sends_points_that_it_made_itself(directory: Path) -> None:
    it = scene({"template": "./ajax.html"}, directory, submission_url="https://aplus.example/s?a=1&b=2")
    link = parse(exercise_page(it, Answer(status=Status.SHOWN), template="")).one("a")
    assert link.attrs["href"] == "https://grader.example/ajax/c1/task"
    assert link.text == "https://aplus.example/s?a=1&b=2"


def test_instructions_and_parts_of_questions_from_files(directory: Path) -> None:
    (directory / "how.html").write_text("<p id='how'>{{ exercise.title }}</p>")
    question = {**TEXT, "more": "<s>More</s>", "include": "./parts/note.html"}
    config = {"max_points": 1, "instructions_file": "./how.html", "fieldgroups": [{"fields": [question]}]}
    it = scene(config, directory)
    found = page("create-form", it, answer("create-form", it, {"n": "1"}))
    assert found.content.one(id="how").text == "Task"
    assert found.content.one("div", "gw-more").text == "MoreTask"


def test_edits_are_live(directory: Path) -> None:
    for text in ("first", "second"):
        (directory / "live.html").write_text(text)
        assert by_template("./live.html", directory) == text


def test_a_template_is_compiled_once_for_as_long_as_its_file_is_the_same(directory: Path) -> None:
    write(directory / "live.html", "first")
    engine = course_engine(Course(key="c1", directory=directory))
    compiled = engine.get_template("c1/live.html")
    assert engine.get_template("c1/live.html") is compiled
    write(directory / "live.html", "later")
    assert engine.get_template("c1/live.html") is not compiled


def test_edits_of_what_a_template_extends_and_includes_are_live(directory: Path) -> None:
    write(directory / "outer.html", "[{% block a %}{% endblock %}]")
    write(directory / "inner.html", "first")
    write(
        directory / "live.html", "{% extends './outer.html' %}{% block a %}{% include './inner.html' %}{% endblock %}"
    )
    assert by_template("./live.html", directory) == "[first]"
    write(directory / "inner.html", "later")
    assert by_template("./live.html", directory) == "[later]"
    write(directory / "outer.html", "({% block a %}{% endblock %})")
    assert by_template("./live.html", directory) == "(later)"
    (directory / "inner.html").unlink()
    assert "There is no template 'c1/inner.html'" in fault("./live.html", directory)


def test_a_link_that_leads_elsewhere_since_it_was_read_is_refused(directory: Path) -> None:
    write(directory / "inside.html", "inside")
    write(directory.parent / "secret.html", "SECRET")
    link = directory / "link.html"
    link.symlink_to(directory / "inside.html")
    assert by_template("./link.html", directory) == "inside"
    link.unlink()
    link.symlink_to(directory.parent / "secret.html")
    assert "leads out of the directory of the course" in fault("./link.html", directory)


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("./syntax.html", "c1/syntax.html:3: TemplateSyntaxError: Invalid block tag on line 3: 'endfor'"),
        ("./includes_syntax.html", "c1/syntax.html:3: TemplateSyntaxError: Invalid block tag"),
        ("./filter.html", "c1/filter.html:3: TemplateSyntaxError: Invalid filter: 'no_such_filter'"),
        ("./library.html", "c1/library.html:1: TemplateSyntaxError: 'os' is not a registered tag library."),
        ("./arguments.html", "c1/arguments.html:2: TemplateSyntaxError: widthratio"),
        ("./raises.html", "c1/raises.html:1: ZeroDivisionError: integer modulo by zero"),
        ("./loop.html", "It includes or extends itself without end."),
        ("./latin1.html", "c1/latin1.html is not a text in UTF-8 (byte 3)."),
        ("./missing.html", "There is no template 'c1/missing.html'."),
        ("./includes_missing.html", "c1/includes_missing.html:1: There is no template 'c1/nowhere.html'."),
        ("./parts", "There is no template 'c1/parts'."),
        ("./", "There is no template 'c1/'."),
        ("access/nowhere.html", "There is no template 'access/nowhere.html'."),
        ("whole.html", "There is no template 'whole.html'."),
        ("c2/whole.html", "There is no template 'c2/whole.html'."),
        ("./../other/secret.html", "c1/../other/secret.html leads out of the directory of the course."),
        ("c1//etc/passwd", "c1//etc/passwd leads out of the directory of the course."),
        ("/etc/passwd", "There is no template '/etc/passwd'."),
        ("access/../../engine.py", "There is no template 'access/../../engine.py'."),
        ("./nul\0.html", "cannot be read"),
        ("./" + "x" * 5000, "cannot be read"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(template: str, problem: str, directory: Path) -> None:
    (directory.parent / "other").mkdir()
    (directory.parent / "other" / "secret.html").write_text("SECRET")
    assert problem in fault(template, directory)


def test_no_link_leads_out_of_the_course(directory: Path) -> None:
    (directory.parent / "secret.html").write_text("SECRET")
    (directory / "out.html").symlink_to(directory.parent / "secret.html")
    (directory / "up").symlink_to(directory.parent)
    (directory / "ring.html").symlink_to(directory / "ring.html")
    (directory / "within.html").symlink_to(directory / "parts" / "note.html")
    assert "leads out of the directory of the course" in fault("./out.html", directory)
    assert "leads out of the directory of the course" in fault("./up/secret.html", directory)
    assert "ring.html" in fault("./ring.html", directory)
    assert "note" in by_template("./within.html", directory)


def test_a_file_that_is_no_template_is_not_read(directory: Path) -> None:
    with (directory / "huge.html").open("wb") as file:
        file.truncate(5 * 1024**2)
    assert "larger than 4 MiB" in fault("./huge.html", directory)


def test_what_cannot_be_shown_is_a_page_for_staff(directory: Path) -> None:
    it = scene(FORM, directory)
    with pytest.raises(AuthorError) as caught:
        by_template("./syntax.html", directory)
    found = read(error_page(it, [str(caught.value)]))
    assert "c1/syntax.html:3" in found.content.one("pre").text
    assert "Traceback" not in found.content.text


def test_templates_of_an_operator_win_over_ours_and_may_extend_them(directory: Path, tmp_path: Path) -> None:
    overrides = tmp_path / "overrides"
    (overrides / "access").mkdir(parents=True)
    (overrides / "access" / "_submit.html").write_text("<button>Send it</button>")
    course = Course(key="c1", directory=directory)
    assert "Send it" in render(course_engine(course, overrides), "access/accept_post_form.html", {}, "en")
    assert "Send it" not in render(course_engine(course), "access/accept_post_form.html", {}, "en")
    assert "Send it" not in render(
        course_engine(course, tmp_path / "nowhere"), "access/accept_post_form.html", {}, "en"
    )


def test_courses_of_one_name_in_two_places_have_their_own_templates(tmp_path: Path) -> None:
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "x.html").write_text(place)
        assert by_template("./x.html", tmp_path / place) == place


def test_mistakes_are_found_before_anybody_sees_the_page(directory: Path) -> None:
    config = {
        "template": "./includes_syntax.html",
        "instructions_file": "./loop.html",
        "feedback_template": "access/nowhere.html",
        "fieldgroups": [{"fields": [{"type": "static", "include": "./includes_missing.html"}]}],
    }
    it = scene(config, directory)
    course = replace(it.course, exercises={"task": it.exercise, "twin": it.exercise})
    assert [(problem.file, problem.line, problem.message[:40]) for problem in template_problems(course)] == [
        ("syntax.html", 3, "TemplateSyntaxError: Invalid block tag o"),
        ("", None, "There is no template 'access/nowhere.htm"),
        ("includes_missing.html", 1, "There is no template 'c1/nowhere.html'."),
    ]


def test_fine_templates_have_no_problems(directory: Path) -> None:
    (directory / "dynamic.html").write_text("{% extends base %}{% include 'access/ajax.html' %}{% include x|add:'y' %}")
    config = {**FORM, "template": "./whole.html", "instructions_file": "./not-there.html"}
    it = scene({**config, "feedback_template": "./dynamic.html"}, directory)
    assert template_problems(replace(it.course, exercises={"task": it.exercise})) == []
    broken = CourseExercise(course="c1", key="broken")
    assert template_problems(replace(it.course, exercises={"broken": broken})) == []
