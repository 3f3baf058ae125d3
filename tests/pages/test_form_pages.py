"""Forms before and after they were sent (A+ spec 2.8), as a browser and a screen reader find them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.exercises.records import Upload
from support.aplus_page import AplusPage, broken_references, unlabelled
from support.scenes import Values, answer, model, page, scene, sent, shown

RADIO = {
    "type": "radio",
    "key": "r",
    "title": "{#}. A <code>list</code>?",
    "more": "<p>Think.</p>",
    "points": 2,
    "options": [
        {"value": "a", "label": "<em>Immutable</em>", "hint": "No, <b>try</b> it."},
        {"value": "b", "label": "Mutable", "correct": True},
    ],
}
CHECKBOX = {
    "type": "checkbox",
    "key": "c",
    "title": "{#}. Numbers?",
    "points": 4,
    "options": [
        {"value": "1", "label": "One", "correct": True},
        {"value": "2", "label": "Two", "correct": True},
        {"value": "x", "label": "Text"},
        {"value": "n", "label": "Either", "correct": "neutral"},
    ],
    "feedback": [{"value": "x", "label": "A <b>text</b> is none."}],
}
DROPDOWN = {
    "type": "dropdown",
    "key": "d",
    "title": "Pick",
    "options": [{"value": "1", "label": "One"}, {"value": "2", "label": "Two", "correct": True, "selected": True}],
}
TEXT = {"type": "text", "key": "t", "title": "Greet", "points": 3, "correct": "hello", "initial": "hi"}
AREA = {"type": "textarea", "key": "a", "title": "Why?", "rows": 3, "cols": 20}
FILE = {"type": "file", "key": "f", "title": "Drawing"}
STATIC = {"type": "static", "title": "Note", "more": "<p id='note'>Read this.</p>"}
TABLE = {
    "type": "table-radio",
    "key": "tab",
    "title": "Say",
    "more_text": "Why?",
    "options": [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}],
    "rows": [
        {"key": "wet", "label": "Water is wet", "points": 1, "correct_options": [True, False]},
        {"key": "hot", "label": "Ice is hot", "points": 1, "correct_options": [False, True], "hint": "Touch it."},
    ],
}
EVERY_KIND = [RADIO, CHECKBOX, DROPDOWN, TEXT, AREA, FILE, STATIC, TABLE]
RIGHT: Values = {"r": "b", "c": ["1", "2"], "d": "2", "t": "hello", "a": "", "wet": "yes", "hot": "no"}


def form(*fields: dict[str, Any], **config: Any) -> dict[str, Any]:
    return {"max_points": 20, "fieldgroups": [{"title": "A <i>group</i>", "fields": list(fields)}], **config}


def question(found: AplusPage, name: str) -> Any:
    """The part of a page that shows a question."""
    inputs = [each for each in found.content.walk() if each.attrs.get("name") == name]
    element = inputs[0]
    while "gw-question" not in element.attrs.get("class", ""):
        assert element.parent is not None
        element = element.parent
    return element


@pytest.fixture(params=["before", "graded", "rejected", "model"])
def stage(request: pytest.FixtureRequest) -> AplusPage:
    """The same form at each stage of its life."""
    required = form(*EVERY_KIND, {**TEXT, "key": "must", "required": True})
    pages = {
        "before": lambda: shown("create-form", required),
        "graded": lambda: sent("create-form", required, {**RIGHT, "must": "x", "c": "x"}),
        "rejected": lambda: sent("create-form", required, RIGHT),
        "model": lambda: model(required),
    }
    return pages[request.param]()


def test_every_field_has_a_label_and_every_reference_leads_somewhere(stage: AplusPage) -> None:
    assert unlabelled(stage.document) == []
    assert broken_references(stage.document) == []


def test_questions_of_several_elements_are_sets_with_a_legend(stage: AplusPage) -> None:
    for name in ("r", "c", "wet"):
        element = question(stage, name)
        assert element.tag == "fieldset"
        assert element.all("legend")


def test_before_anything_was_sent() -> None:
    found = shown("create-form", form(*EVERY_KIND), post_url="https://aplus.example/post")
    assert found.form.attrs == {
        "method": "post",
        "action": "https://aplus.example/post",
        "enctype": "multipart/form-data",
    }
    assert found.fields == {
        "__grader_lang": ["en"],
        "r": [],
        "c": [],
        "d": ["2"],
        "t": ["hi"],
        "a": [""],
        "f": [],
        "wet": [],
        "wet_more": [""],
        "hot": [],
        "hot_more": [""],
    }
    assert [each.text for each in found.content.all(cls="badge")] == ["2 points", "4 points", "3 points", "2 points"]
    assert "status" not in found.metas


def test_what_authors_write_is_html() -> None:
    found = shown("create-form", form(*EVERY_KIND, instructions="<p id='how'>Do it.</p>"))
    radio = question(found, "r")
    assert radio.one("legend").text == "1. A list? 2 points"
    assert radio.one("legend").one("code").text == "list"
    assert radio.one("em").text == "Immutable"
    assert found.content.one("fieldset", "gw-group").one("i").text == "group"
    assert found.content.one(id="note").text == "Read this."
    assert found.content.one(id="how").text == "Do it."


def test_a_form_without_files_is_sent_as_a_plain_one() -> None:
    assert "enctype" not in shown("create-form", form(TEXT)).form.attrs


def test_all_right() -> None:
    found = sent("create-form", form(*EVERY_KIND, max_points=11), RIGHT)
    assert (found.status, found.points, found.max_points) == ("graded", 11, 11)
    assert found.alerts == ["Everything is correct. Points: 11 / 11"]
    assert "alert-success" in found.content.one(cls="alert").attrs["class"]
    badges = found.content.all(cls="badge")
    assert {"2 / 2 points", "4 / 4 points", "3 / 3 points"} <= {each.text for each in badges}
    assert all("text-bg-success" in each.attrs["class"] for each in badges)
    assert found.fields["c"] == ["1", "2"]
    assert "Incorrect" not in found.content.text


def test_partly_right() -> None:
    found = sent("create-form", form(*EVERY_KIND, max_points=11), {**RIGHT, "r": "a", "c": ["1", "x"], "hot": "yes"})
    assert "See below what was right." in found.alerts[0]
    radio, checkbox, table = question(found, "r"), question(found, "c"), question(found, "hot")
    assert "text-bg-danger" in radio.one(cls="badge").attrs["class"]
    assert radio.one(cls="badge").text == "0 / 2 points"
    assert "No, try it." in radio.text
    assert radio.one("b").text == "try"
    assert "A text is none." in checkbox.text
    assert "✗ Incorrect" in checkbox.text
    assert "Touch it." in table.text
    assert "✓ Correct!" in question(found, "t").text


def test_the_feedback_of_a_question_is_said_with_it() -> None:
    found = sent("create-form", form(TEXT), {"t": "bye"})
    field = found.content.one("input", name="t")
    (feedback,) = field.attrs["aria-describedby"].split()
    assert "Incorrect" in found.content.one(id=feedback).text


def test_what_cannot_be_judged_is_rejected_and_kept() -> None:
    number = {"type": "text", "key": "n", "title": "How <u>many</u>?", "correct": "3", "compare_method": "int"}
    must = {**RADIO, "required": True}
    found = sent("create-form", form(number, must, TEXT), {"n": "many", "t": '"><x>'})
    assert (found.status, "points" in found.metas) == ("rejected", False)
    assert found.fields["n"] == ["many"]
    assert found.fields["t"] == ['"><x>']
    links = found.content.one(cls="alert").all("a")
    assert [each.text for each in links] == ["How many?", "2. A list?"]
    assert {each.attrs["href"][1:] for each in links} <= {each.attrs.get("id") for each in found.content.walk()}
    assert found.content.one("input", name="n").attrs["aria-invalid"] == "true"
    assert "Enter a whole number." in question(found, "n").text
    assert "An answer is required." in question(found, "r").text
    assert not found.content.all(cls="gw-verdict")


def test_an_answer_that_was_not_offered_is_quoted_and_harmless() -> None:
    found = sent("create-form", form(RADIO), {"r": "<x>" + "y" * 1000})
    assert found.status == "rejected"
    assert "“<x>yyy" in question(found, "r").text
    assert "y" * 200 not in found.content.text
    assert not found.content.all("x")


def test_nothing_sent_at_all_is_rejected() -> None:
    assert sent("create-form", form(TEXT), {}).status == "rejected"


def test_a_group_whose_errors_are_told_together() -> None:
    config = {"max_points": 5, "fieldgroups": [{"group_errors": True, "fields": [RADIO, TEXT]}]}
    wrong = sent("create-form", config, {"r": "a", "t": "hello"})
    group = wrong.content.one("fieldset", "gw-group")
    assert {"alert", "alert-danger"} <= set(group.attrs["class"].split())
    assert "only if all of them are right" in group.text
    assert not group.all(cls="gw-verdict")
    right = sent("create-form", config, {"r": "b", "t": "hello"}).content.one("fieldset", "gw-group")
    assert "Correct!" in right.text
    assert "alert-danger" not in right.attrs["class"]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"feedback": True}, "Thank you! Your answers have been received."),
        ({"status": "enrollment"}, "Thank you! Your answers have been received."),
        ({"hide_correctness": True}, "Your answers have been graded."),
    ],
)
def test_where_nothing_is_told_of_right_and_wrong(config: dict[str, Any], words: str) -> None:
    found = sent("create-form", form(RADIO, TEXT, **config), {"r": "a", "t": "bye"})
    assert found.status == "graded"
    assert found.alerts == [words]
    assert "alert-info" in found.content.one(cls="alert").attrs["class"]
    assert not found.content.all(cls="gw-verdict")
    assert not found.content.all(cls="text-bg-danger")


def test_the_message_of_the_author_wins() -> None:
    found = sent("create-form", form(TEXT, accepted_message="<b>Well</b> done"), {"t": "hello"})
    assert found.content.one(cls="alert").one("b").text == "Well"


def test_the_model_is_revealed_at_the_last_attempt_and_not_kept() -> None:
    config = form(RADIO, CHECKBOX, DROPDOWN, TEXT, TABLE, reveal_model_at_max_submissions=True)
    before = sent("create-form", config, {"r": "a"}, ordinal=2, max_submissions=3)
    assert not before.content.all(data_aplus_once="yes")
    found = sent("create-form", config, {"r": "a"}, ordinal=3, max_submissions=3)
    once = found.content.all(data_aplus_once="yes")
    assert {"A correct answer: hello", "correct", "either way"} <= {each.text for each in once}
    assert len(found.content.all(cls="quiz1-icon-neutral")) == 1
    for each in once:
        assert each.parent is not None
        each.parent.children.remove(each)
    assert "hello" not in found.content.text
    assert "either way" not in found.content.text


def test_alternatives_of_a_model_are_told_apart() -> None:
    text = {**TEXT, "compare_method": "subdiff", "correct": "hello|good day"}
    config = form(text, reveal_model_at_max_submissions=True)
    found = sent("create-form", config, {"t": "bye"}, ordinal=1, max_submissions=1)
    assert "A correct answer: hello or good day" in found.content.text


def test_the_model_answer_cannot_be_sent() -> None:
    found = model(form(*EVERY_KIND))
    assert not found.content.all("form") + found.content.all("button")
    assert "disabled" in found.content.one(cls="gw-locked").attrs
    assert found.fields["r"] == ["b"]
    assert found.fields["c"] == ["1", "2", "n"]
    assert found.fields["t"] == ["hello"]
    assert found.fields["hot"] == ["no"]


def test_a_drawn_form_carries_its_sample_and_is_locked_once_sent() -> None:
    drawn = {**CHECKBOX, "randomized": 2, "correct_count": 1}
    config = {"max_points": 5, "fieldgroups": [{"pick_randomly": 1, "fields": [drawn]}]}
    before = shown("create-form", config)
    assert {"_sample", "_checksum", "c_sample", "c_checksum"} <= before.fields.keys()
    assert len(before.content.all("input", type_="checkbox")) == 2
    after = sent("create-form", config, {"c": "1"})
    assert not after.content.all("form") + after.content.all("button")


def test_a_form_that_was_tampered_with_is_rejected() -> None:
    it = scene({"max_points": 5, "fieldgroups": [{"pick_randomly": 1, "fields": [RADIO, TEXT]}]})
    values: Values = {"t": "hello", "_sample": "0-1", "_checksum": "0"}
    after = page("create-form", it, answer("create-form", it, values, hidden=False))
    assert after.status == "rejected"
    assert "the form does not belong to these questions" in after.alerts[0]


def test_extra_information_becomes_attributes() -> None:
    extra = {"class": "wide", "placeholder": '"Say"', "pattern": "[a-z]+", "validationMessage": "Letters", "x": "y"}
    found = shown("create-form", form({**TEXT, "extra_info": extra}))
    field = found.content.one("input", name="t").attrs
    assert (field["placeholder"], field["pattern"], field["title"]) == ('"Say"', "[a-z]+", "Letters")
    assert "x" not in field
    assert question(found, "t").attrs["class"].split()[0] == "wide"


def test_a_form_with_a_grader_is_accepted_for_grading(tmp_path: Any) -> None:
    config = form(TEXT, FILE, container={"image": "i", "mount": "m", "cmd": "c"})
    upload = Upload(path=tmp_path / "x", size=1)
    found = sent("create-form", config, {"t": "hello"}, {"f": upload}, submission_url="https://aplus.example")
    assert found.status == "waiting"


def test_hints_of_a_comparison_are_text() -> None:
    text = {**TEXT, "compare_method": "subdiff", "correct": "a <b> c"}
    found = sent("create-form", form(text), {"t": "a <b> d"})
    assert not found.content.all("b")
    assert "a <b> -" in question(found, "t").text


def test_finnish() -> None:
    found = sent("create-form", form(*EVERY_KIND), {**RIGHT, "t": "hei"}, language="fi")
    assert "✗ Väärin" in question(found, "t").text
    assert found.fields["__grader_lang"] == ["en"], "the language of the questions, not of our words"


HOSTILE = st.one_of(st.text(max_size=50), st.text(alphabet="<>\"'&/ax={}%!-\n\r\0", max_size=50))


@given(text=HOSTILE)
def test_no_answer_changes_what_stands_around_it(text: str) -> None:
    number = {**TEXT, "key": "n", "compare_method": "int", "correct": "1"}
    several = {**TEXT, "key": "s", "compare_method": "subdiff", "correct": "<b> and so on|or another"}
    config = form(TEXT, AREA, TABLE, several, number)
    values = {"t": text, "a": text, "s": text, "wet_more": text, "n": "1"}
    plain = sent("create-form", config, {**values, **dict.fromkeys(("t", "a", "s", "wet_more"), "x")})
    hostile = sent("create-form", config, values)
    assert tags(hostile) == tags(plain)
    if "\r" not in text and "\0" not in text:
        assert hostile.fields["wet_more"] == [text]
    assert tags(sent("create-form", config, {**values, "n": text + "x"})) == tags(
        sent("create-form", config, {**values, "n": "x"})
    )


def tags(page: AplusPage) -> list[str]:
    return [each.tag for each in page.document.walk()]
