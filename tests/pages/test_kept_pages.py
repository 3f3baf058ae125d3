"""Pages that are kept are the pages that would be made anew."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradewright.exercises.kinds import kind
from gradewright.exercises.records import Answer, Status
from gradewright.pages.exercise_page import exercise_page
from gradewright.pages.variables import Scene
from support.aplus_page import read
from support.scenes import SITE, Values, answer, scene

TEMPLATE = "access/create_form_default.html"
RADIO = {
    "type": "radio",
    "key": "r",
    "title": "Which?",
    "points": 5,
    "options": [
        {"value": "a", "label": "A", "correct": True},
        {"value": "b", "label": "B"},
        {"value": "c", "label": "C"},
    ],
}
FORM = {
    "max_points": 10,
    "fieldgroups": [{"fields": [RADIO, {"type": "text", "key": "t", "correct": "x", "points": 5}]}],
}
DRAWN = {"max_points": 5, "fieldgroups": [{"fields": [{**RADIO, "type": "checkbox", "randomized": 2}]}]}
SENT: list[Values] = [
    {"r": "a", "t": "x"},
    {"r": "b", "t": "x"},
    {"r": "c", "t": "x"},
    {"r": "a", "t": "<y>"},
    {"r": "a", "t": "&lt;z"},
    {"r": "a", "t": " X\n"},
    {"r": "nonsense", "t": "x"},
    {},
]


def without_ids(html: str) -> str:
    return re.sub(r"exercise-[a-z]{8}-", "exercise-ID-", html)


def made_anew(it: Scene, what: Answer, tmp_path: Path) -> str:
    """By templates of an operator that change nothing, so that nothing is kept."""
    return exercise_page(replace(it, site=replace(SITE, overrides=tmp_path)), what, template=TEMPLATE)


@pytest.mark.parametrize("config", [FORM, DRAWN, {**FORM, "feedback": True}, {**FORM, "hide_correctness": True}])
def test_what_students_get_is_theirs(config: dict[str, Any], tmp_path: Path) -> None:
    it = scene(config)
    for values in SENT + SENT:
        what = answer("create-form", it, values)
        page = exercise_page(it, what, template=TEMPLATE)
        assert without_ids(page) == without_ids(made_anew(it, what, tmp_path))


TEXTS: list[dict[str, Any]] = [
    {"type": "text", "key": "t", "correct": "x|y", "compare_method": "subdiff", "points": 5},
    {"type": "textarea", "key": "t", "correct": "x", "hint": "No.", "feedback": [{"value": "x", "label": "Yes."}]},
    {"type": "text", "key": "t", "title": "Say", "initial": "z", "model": "the x", "correct": "x", "required": True},
]
MANY = {
    **RADIO,
    "type": "checkbox",
    "partial_points": True,
    "checkbox_feedback": True,
    "feedback": [{"value": "b", "label": "B?"}],
}


@pytest.mark.parametrize("text", TEXTS)
def test_answers_are_told_apart_also_where_the_last_attempt_reveals_the_model(
    text: dict[str, Any], tmp_path: Path
) -> None:
    fields = [MANY, text, {"type": "static", "title": "Read", "key": "s"}]
    first = scene({"max_points": 10, "reveal_model_at_max_submissions": True, "fieldgroups": [{"fields": fields}]})
    visits = [replace(first.visit, ordinal=ordinal, max_submissions=2) for ordinal in (1, 2, 1)]
    for it in [replace(first, visit=visit) for visit in visits]:
        for values in [*SENT, {"r": ["a", "b"], "t": "y", "s": "<s>"}, {"r": ["b", "a"], "t": "z"}]:
            what = answer("create-form", it, values)
            page = exercise_page(it, what, template=TEMPLATE)
            assert without_ids(page) == without_ids(made_anew(it, what, tmp_path))


@pytest.mark.parametrize("uid", ["1", "2", "3", "4"])
def test_questions_that_are_drawn_are_those_of_the_visitor(uid: str, tmp_path: Path) -> None:
    first = scene(DRAWN)
    it = replace(first, visit=replace(first.visit, uid=uid))
    what = answer("create-form", it, {})
    page = exercise_page(it, what, template=TEMPLATE)
    assert without_ids(page) == without_ids(made_anew(it, what, tmp_path))


def test_a_page_is_made_once_and_again_if_anything_differs() -> None:
    it = scene(FORM)
    blank = answer("create-form", it, {}, hidden=False)
    shown = Answer(status=Status.SHOWN, result={"asked": blank.result["asked"]})
    first = exercise_page(it, shown, template=TEMPLATE)
    assert exercise_page(it, shown, template=TEMPLATE) is first
    elsewhere = replace(it, visit=replace(it.visit, post_url="/elsewhere"))
    assert read(exercise_page(elsewhere, shown, template=TEMPLATE)).form.attrs["action"] == "/elsewhere"
    finnish = replace(it, visit=replace(it.visit, language="fi"))
    assert "Palauta" in exercise_page(finnish, shown, template=TEMPLATE)
    assert read(exercise_page(scene({**FORM, "title": "New"}), shown, template=TEMPLATE)).title == "New"
    refused = replace(shown, status=Status.REJECTED, message="Too large.")
    assert read(exercise_page(it, refused, template=TEMPLATE)).alerts == ["Too large."]


def test_pages_of_a_student_alone_are_not_kept() -> None:
    config = {"container": {"image": "i", "mount": "m", "cmd": "c"}, "git_address": "git@host.example:$USER/x.git"}
    it = scene(config, uid="1")
    user = kind("accept-git-user")
    pages = [exercise_page(it, answer("accept-git-user", it, {}), template=user.template) for _ in range(2)]
    assert pages[0] is not pages[1]
    assert read(pages[0]).fields["user"] == ["1"]
