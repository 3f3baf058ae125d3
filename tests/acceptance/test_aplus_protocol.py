"""What A+ and a browser meet at once: pages, points, the export (A+ spec 1, 2, 3 and its checklist, 9)."""

from __future__ import annotations

import hashlib
import random
import re
from typing import Any

import pytest

from acceptance.conftest import Course

LONG_AGO, FAR_AWAY = "Thu, 01 Jan 2009 00:00:00 GMT", "Thu, 01 Jan 2037 00:00:00 GMT"


def exported(course: Course) -> dict[str, Any]:
    document = course.get("/teacher/aplus-json").json()
    assert isinstance(document, dict)
    return document


def exercises(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What A+ imports of each learning object, by key."""
    waiting, found = list(document["modules"]), {}
    while waiting:
        node = waiting.pop()
        found[node["key"]] = node
        waiting += node["children"]
    return found


def test_scripts_are_told_of_courses_and_exercises(course: Course) -> None:
    script = {"X-Requested-With": "XMLHttpRequest"}
    name = "A course as its teacher wrote it"
    assert course.get("/", headers=script).json() == {"ready": True, "courses": [{"key": "teacher", "name": name}]}
    found = course.get("/teacher/", headers=script).json()
    assert (found["ready"], found["course_name"]) == (True, name)
    assert {"key": "quiz", "title": "Quiz"} in found["exercises"]


def test_the_export_speaks_of_the_course_as_its_index_does(course: Course) -> None:
    document = exported(course)
    assert (document["lang"], document["start"], document["end"]) == (
        ["en", "fi"],
        "2029-01-01T12:00:00Z",  # a form that A+ reads
        "2029-06-01 12:00",
    )
    assert document["modules"][0]["name"] == {"en": "Round one", "fi": "Ensimmäinen kierros"}
    assert document["modules"][0]["duration"] == "1y"


def test_the_export_has_addresses_and_the_values_of_types(course: Course) -> None:
    found = exercises(exported(course))
    static = f"{course.served.url}/static/teacher"
    assert found["chapter"]["url"] == {"en": f"{static}/chapter.html", "fi": f"{static}/luku.html"}
    assert course.client.get(found["chapter"]["url"]["fi"]).text == "<p>Luku</p>\n"
    quiz = found["quiz"]
    assert (quiz["url"], quiz["max_submissions"], quiz["max_points"]) == (f"{course.url}/quiz", 3, 10)
    assert not {"type", "config"} & set(quiz)
    assert quiz["model_answer"] == f"{course.served.url}/model/teacher/quiz/"
    assert found["languages"]["title"] == {"en": "Animals", "fi": "Eläimet"}
    assert found["program"]["model_answer"] == f"{course.served.url}/model/teacher/program/main.py"
    assert course.client.get(found["program"]["model_answer"]).text == 'print("model")\n'


def test_the_export_describes_forms(course: Course) -> None:
    found = exercises(exported(course))
    [question] = found["quiz"]["exercise_info"]["form_spec"]
    assert (question["key"], question["type"], question["required"]) == ("warm", "checkbox", True)
    assert question["enum"] == ["red", "orange", "blue", "green", "cyan", "brown"]
    assert found["program"]["exercise_info"]["form_spec"][1] == {
        "key": "file2",
        "type": "file",
        "title": "notes.txt",
        "required": False,
    }
    assert found["texts"]["exercise_info"]["form_spec"][0]["type"] == "number"


def test_a_broken_exercise_is_told_of_and_left_out_alone(course: Course) -> None:
    document = exported(course)
    assert "untitled" not in exercises(document)
    assert any("untitled.yaml" in error and "title" in error for error in document["errors"])
    page = course.page("untitled")
    assert page.metas["status"] == "error"
    assert "title is missing" in page.content.one("pre").text


def test_heads_of_pages_say_what_a_plus_reads(course: Course) -> None:
    page = course.page("quiz")
    assert (page.title, page.max_points, page.metas.get("points")) == ("Quiz", 10, None)
    page = course.answer("quiz", warm=["red", "orange"])
    assert (page.metas["status"], page.metas["wait"], page.points, page.max_points) == ("accepted", "1", 10, 10)


def test_what_is_the_same_for_everybody_may_be_kept(course: Course) -> None:
    first = course.get("/teacher/quiz")
    assert {"Last-Modified", "Expires"} <= {name.title() for name in first.headers}
    for since, status in [(first.headers["Last-Modified"], 304), (FAR_AWAY, 304), (LONG_AGO, 200), ("nonsense", 200)]:
        assert course.get("/teacher/quiz", headers={"If-Modified-Since": since}).status_code == status


@pytest.mark.parametrize("exercise", ["drawn", "personal"])
def test_what_differs_between_students_may_not_be_kept(course: Course, exercise: str) -> None:
    page = course.get(f"/teacher/{exercise}?uid=1", headers={"If-Modified-Since": FAR_AWAY})
    assert page.status_code == 200
    assert not {"last-modified", "expires"} & set(page.headers)


@pytest.mark.parametrize(
    ("chosen", "points"),
    [
        (["red", "orange"], 10),
        (["red", "orange", "brown"], 10),  # neutral
        (["red"], 6),
        (["red", "orange", "blue", "green"], 2),
        (["red", "blue", "green"], 0),
        (["blue", "green", "cyan"], 0),
    ],
)
def test_partial_points_of_a_checkbox(course: Course, chosen: list[str], points: int) -> None:
    assert course.answer("quiz", warm=chosen).points == points


def test_hints_follow_the_answer(course: Course) -> None:
    right, wrong = course.answer("quiz", warm=["red", "orange"]), course.answer("quiz", warm=["blue"])
    assert "You know your colours." in right.content.text
    assert "Blue is cold." not in right.content.text
    assert "Blue is cold." in wrong.content.text
    assert "Think of fire." in wrong.content.text


def test_models_are_revealed_with_the_last_attempt_only(course: Course) -> None:
    def revealed(ordinal: int, *chosen: str) -> int:
        page = course.answer_by("1", "quiz", ordinal, warm=list(chosen))
        return len(page.content.all(cls="quiz1-icon-correct", data_aplus_once="yes"))

    assert [revealed(2, "blue"), revealed(3, "blue"), revealed(4, "blue")] == [0, 2, 2]
    assert revealed(3) == 0  # rejected: nothing chosen where something is required


@pytest.mark.parametrize(
    ("question", "answer", "points"),
    [
        ("whole", " 42 ", 1),
        ("whole", "41", 0),
        ("real", "3.0000000001", 1),
        ("real", "3.05", 0),
        ("string", " hello\r\n", 1),
        ("case", "hello", 0),
        ("spaces", "A  B", 1),
        ("quotes", '"abc"', 1),
        ("repl", "val x: Int = 5", 1),
        ("regexp", " aabzz", 1),
        ("regexp", "xaab", 0),
        ("old", "zzccdz", 1),
        ("parts", "ABD", 1),
        ("parts", "abe", 0),
        ("letters", "c a b", 1),
        ("letters", "CAB", 0),
        ("lines", " ONE \r\n two", 1),
        ("lines", "one", 0),
    ],
)
def test_texts_are_compared_as_the_course_says(course: Course, question: str, answer: str, points: int) -> None:
    assert course.answer("texts", **{question: answer}).points == points


def test_a_number_that_is_none_costs_no_attempt(course: Course) -> None:
    page = course.answer("texts", whole="many")
    assert (page.status, page.points) == ("rejected", None)


def test_close_answers_are_compared_letter_by_letter(course: Course) -> None:
    assert "ab-" in course.answer("texts", parts="abe").content.text


def test_a_group_is_all_or_nothing(course: Course) -> None:
    assert course.answer("group", a="x", b="wrong").points == 0
    assert course.answer("group", a="x", b="y").points == 10


def test_every_opinion_has_full_points(course: Course) -> None:
    assert course.answer("survey", opinion="Dull.").points == 7
    assert course.answer("survey", opinion=" ").status == "rejected"


@pytest.mark.parametrize(
    ("sent", "points", "wrong"),
    [
        ({"x": "1", "y": "a"}, 5, ""),
        ({"x": "3", "y": "a"}, 1, "x"),
        ({"x": "1"}, 2, "y"),
        ({"x": "1", "y": "a", "z": "b"}, 7, "z"),
    ],
)
def test_posted_values_and_a_template_of_the_course(
    course: Course, sent: dict[str, str | list[str]], points: int, wrong: str
) -> None:
    page = course.answer("values", **sent)
    assert page.points == points
    assert page.content.one(id="said").text == f"{points} points, wrong: {wrong}, x was {sent['x']}".replace("  ", " ")


def drawn(key: str, uid: str, ordinal: int) -> list[int]:
    """The two questions of four, by the rule of the original."""
    first = random.Random(f"{key}_fieldgroup0{uid}").randrange(10**10)
    return random.Random(first + ordinal).sample(range(4), 2)


@pytest.mark.parametrize(("uid", "ordinal"), [("1", 1), ("1", 2), ("2", 1), ("1-2", 5), ("77", 3)])
def test_questions_are_drawn_by_the_rule_of_the_original(course: Course, uid: str, ordinal: int) -> None:
    page = course.page("drawn", uid=uid, ordinal_number=str(ordinal))
    asked = [int(number) for number in re.findall(r"\bQ([0-3])\b", page.content.text)]
    assert asked == drawn("drawn", uid, ordinal)
    assert page.fields["_sample"] == ["-".join(map(str, asked))]


def test_drawn_questions_are_graded_once(course: Course) -> None:
    hidden = {name: course.page("drawn").fields[name] for name in ("_sample", "_checksum")}
    first, second = map(str, drawn("drawn", "1", 1))
    page = course.answer("drawn", field_0=first, field_1=second, **hidden)
    assert page.points == 10
    assert not page.content.all("button")


@pytest.mark.parametrize("tampered", [{}, {"_checksum": ""}, {"_checksum": hashlib.md5(b"0-1").hexdigest()}])
def test_a_tampered_draw_is_rejected(course: Course, tampered: dict[str, str]) -> None:
    page = course.answer("drawn", field_0="0", field_1="1", **({"_sample": "0-1", **tampered} if tampered else {}))
    assert (page.status, page.points) == ("rejected", None)
    assert page.alerts


def test_the_draw_of_another_student_gains_nothing(course: Course) -> None:
    theirs = course.page("drawn", uid="2").fields
    mine = list(map(str, drawn("drawn", "1", 1)))
    hidden = {name: theirs[name] for name in ("_sample", "_checksum")}
    assert course.answer_by("1", "drawn", field_0=mine[0], field_1=mine[1], **hidden).points == 10


@pytest.mark.parametrize(
    ("query", "shown", "title", "emphasised"),
    [
        ("", "en", "Animals", "easy"),
        ("?lang=fi", "fi", "Eläimet", "helppo"),
        ("?lang=fi-FI", "fi", "Eläimet", "helppo"),
        ("?lang=sv", "sv", "Animals", "easy"),
    ],
)
def test_languages(course: Course, query: str, shown: str, title: str, emphasised: str) -> None:
    page = course.get(f"/teacher/languages{query}").text
    assert f'<html lang="{shown}"' in page
    assert f'<h3 class="exercise-title">{title}</h3>' in page
    assert f"<em>{emphasised}</em>" in page


def test_the_language_of_a_form_goes_with_it(course: Course) -> None:
    assert course.page("languages", language="fi").fields["__grader_lang"] == ["fi"]
    assert course.answer("languages", animal="kissa", __grader_lang="fi").points == 5
    assert course.answer("languages", animal="kissa").points == 0


def test_an_exercise_of_included_files(course: Course) -> None:
    page = course.page("included")
    assert (page.title, page.max_points) == ("Included", 8)
    assert {"p", "q"} <= set(page.fields)


def test_missing_files_cost_no_attempt_and_the_template_says_so(course: Course) -> None:
    assert course.page("program").content.one("h3").text == "Program of A course as its teacher wrote it"
    page = course.answer("program", file1="text instead of a file")
    assert page.status == "rejected"
    assert page.content.one(id="said").text == "Some files are missing."


def test_a_required_text_that_is_empty_costs_no_attempt(course: Course) -> None:
    assert course.answer("essay", **{"texts/essay.txt": " \n ", "more.txt": "kept"}).status == "rejected"


@pytest.mark.parametrize(("ordinal", "instance"), [(1, 1), (3, 1), (4, 2), (7, 3), (10, 0)])
def test_instances_are_chosen_by_the_rule_of_the_original(course: Course, ordinal: int, instance: int) -> None:
    page = course.page("personal", uid="2", ordinal_number=str(ordinal))
    assert f"number {instance}" in page.content.text
    [link] = [each.attrs["href"] for each in page.content.all("a")]
    assert link == f"{course.served.url}/generatedfile/teacher/personal/{instance}/number.txt"
    download = course.client.get(link)
    assert download.headers["Content-Disposition"] == 'attachment; filename="number.txt"'
    assert download.text == f"number {instance}\n"


def test_a_personal_exercise_needs_a_student(course: Course) -> None:
    assert course.page("personal", uid="").metas["status"] == "error"


@pytest.mark.parametrize(
    "path",
    [
        "/nobody/",
        "/teacher/nothing",
        "/teacher/quiz/",
        "/model/teacher/program/../../index.yaml",
        "/model/teacher/program/..%2f..%2fexercises%2findex.yaml",
        "/generatedfile/teacher/personal/1/solution.txt",
        "/generatedfile/teacher/personal/9/number.txt",
        "/generatedfile/teacher/personal/1/..%2f2%2fsolution.txt",
        "/static/teacher/..%2fapps.meta",
        "/static/teacher/%00",
        "/exercise_template/teacher/quiz/",
        "/ajax/teacher/quiz",
    ],
)
def test_what_nobody_offers_cannot_be_had(course: Course, path: str) -> None:
    assert course.get(path).status_code in (404, 405)


@pytest.mark.parametrize(
    "query", ["uid=abc", "uid=%00", "ordinal_number=x", "ordinal_number=-1", "max_submissions=1e3"]
)
@pytest.mark.parametrize("exercise", ["quiz", "drawn", "personal", "essay"])
def test_a_query_that_makes_no_sense_is_no_failure_of_ours(course: Course, query: str, exercise: str) -> None:
    page = course.get(f"/teacher/{exercise}?{query}")
    assert page.status_code == 400
    assert query.partition("=")[0] in page.text


def test_markup_of_students_stays_text(course: Course) -> None:
    marked = '"></textarea><script>alert(1)</script>'
    assert not course.answer("texts", string=marked, lines=marked).content.all("script")
    assert not course.page("quiz", post_url=marked).content.all("script")


@pytest.mark.parametrize(
    "address",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "http://user@127.0.0.1/",
        "file:///etc/passwd",
        "http://[::1]/",
    ],
)
def test_results_go_nowhere_but_to_the_front_end(course: Course, address: str) -> None:
    response = course.client.post(
        f"{course.url}/essay", params={"uid": "1", "submission_url": address}, data={"texts/essay.txt": "text"}
    )
    assert 'name="status" value="error"' in response.text


def test_an_edit_is_live_and_a_broken_one_leaves_the_last_good_version(course: Course) -> None:
    file = course.directory / "exercises" / "survey.yaml"
    good = file.read_text()
    file.write_text("title: [\n")
    assert course.page("survey").title == "Survey"
    assert any("survey.yaml" in error for error in exported(course)["errors"])
    file.write_text(good.replace("title: Survey", "title: Another survey"))
    assert course.page("survey").title == "Another survey"
    assert not any("survey.yaml" in error for error in exported(course)["errors"])
    file.write_text(good)
