"""Each template by itself, as templates of authors include it: with a result and without, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from gradewright.exercises.kinds import kind
from gradewright.pages.django_ready import LANGUAGES, TEMPLATES
from gradewright.pages.engine import course_engine, render
from gradewright.pages.exercise_page import exercise_page
from gradewright.pages.form_result import form_result
from gradewright.pages.variables import variables
from support.aplus_page import parse
from support.scenes import CONTEXT, answer, scene

NAMES = sorted(str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html"))
OF_THE_ORIGINAL = (  # A+ spec 2.1
    "404 500 frame grader_frame access/_error_summary access/accept_files_default access/accept_files_form"
    " access/accept_general_default access/accept_general_form access/accept_git_default access/accept_git_form"
    " access/accept_git_user access/accept_post_default access/accept_post_form access/active_element_default"
    " access/active_element_feedback access/ajax access/async_accepted access/course access/create_form_default"
    " access/exercise_config_error access/exercise_frame access/exercise_head"
    " access/feedback_template_did_not_use_result_alert access/field_errors access/graded_form"
    " access/graded_form_feedback access/graded_form_model_solution access/login access/no_submission_default"
    " access/personalized_content_default access/ready access/task_direct access/task_resubmit access/task_success"
    " access/task_system_error access/task_timeout"
)
FORM = {
    "max_points": 5,
    "description": "Short & sweet",
    "fields": [{"name": "why", "title": "Why?", "more": "<b>Tell</b>", "required": True}, {"name": "how"}],
    "files": [{"field": "file1", "name": "a.py"}, {"field": "file2", "name": "b.py", "required": False}],
    "required_number_of_files": 1,
    "require_gitlab": "gitlab.example",
    "fieldgroups": [
        {"title": "Group", "fields": [{"type": "text", "title": "Name", "correct": "x", "points": 5, "required": True}]}
    ],
}
RESULTS: dict[str, dict[str, Any] | None] = {
    "none": None,
    "accepted": {"accepted": True, "points": 3, "max_points": 5, "out": "<p>out</p>", "grading_data": "<x>"},
    "rejected": {
        "rejected": True,
        "missing_files": True,
        "missing": ["a.py"],
        "missing_fields": True,
        "message": "<m>",
    },
    "error": {"error": True, "invalid_address": True, "address": '"><x>', "invalid_checksum": True},
}


def test_every_name_of_the_original_is_there() -> None:
    assert {f"{name}.html" for name in OF_THE_ORIGINAL.split()} <= set(NAMES)


@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_it_renders_as_html_whose_tags_fit(name: str, language: str, result: str) -> None:
    it = scene(FORM, language=language)
    found = variables(it, RESULTS[result]) | {"errors": ["<e>"], "error": "<e>", "problems": ["<e>"], "message": "<m>"}
    html = render(course_engine(it.course), name, found, language)
    document = parse(html)
    assert not document.all("x") + document.all("m") + document.all("e")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_alone_can_be_included(language: str) -> None:
    it = scene(FORM, language=language)
    asked = kind("create-form").show(it.version[1], it.visit, CONTEXT).result["asked"]
    result = form_result(asked, None, "en", unique_id="abcdefgh", include=str)
    html = render(course_engine(it.course), "access/graded_form.html", variables(it, result), language)
    assert parse(html).one("input", type_="text").attrs["id"] == "exercise-abcdefgh-field_0"


@pytest.mark.parametrize(("language", "words"), [("en", "Submit"), ("fi", "Palauta")])
def test_pages_speak_the_language_asked_for(language: str, words: str) -> None:
    it = scene(FORM, language=language)
    html = exercise_page(it, answer("accept-files", it, {}), template="access/accept_files_default.html")
    assert f'<html lang="{language}">' in html
    assert parse(html).one("button").text == words
