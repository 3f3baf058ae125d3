"""Forms as authors write them: everything wrong is told at once, with its place."""

from __future__ import annotations

from typing import Any

import pytest

from gradewright.errors import AuthorError
from gradewright.exercises.form_reader import form_of
from gradewright.exercises.questions import Correctness, QuestionKind
from gradewright.exercises.records import Visit
from support.exercise_forms import ask, config, options


def problems(exercise: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(AuthorError) as caught:
        form_of(exercise)
    return {problem.key: f"{problem.message} {problem.remedy}".strip() for problem in caught.value.problems}


def test_every_problem_is_told_at_once() -> None:
    found = problems(
        {
            "fieldgroups": [
                {"fields": [{"type": "text"}, {"title": "?"}, {"type": "chekbox"}]},
                {"fields": [{"type": "text", "compare_method": "strng", "points": "many", "required": "perhaps"}, 5]},
                {"title": "empty"},
            ]
        }
    )
    assert found == {
        "max_points": "max_points is missing. Say how many points the form gives, such as: max_points: 10",
        "fieldgroups[0].fields[1].type": f"type is missing. Known: {', '.join(QuestionKind)}, select.",
        "fieldgroups[0].fields[2].type": "type is 'chekbox', which is not known. Did you mean checkbox?",
        "fieldgroups[1].fields[0].compare_method": (
            "compare_method is 'strng', which is not known. Did you mean string?"
        ),
        "fieldgroups[1].fields[0].points": "points must be a number.",
        "fieldgroups[1].fields[0].required": "required must be true or false.",
        "fieldgroups[1].fields[1]": "fields[1] must be a dictionary.",
        "fieldgroups[2].fields": "fields is missing. List the questions of the group below fields.",
    }


@pytest.mark.parametrize(
    ("field", "group", "key"),
    [
        ({"type": "text", "correct": "(", "compare_method": "regexp"}, {}, "fields[0].correct"),
        ({"type": "text", "regex": "("}, {}, "fields[0].regex"),
        ({"type": "text", "correct": "x", "compare_method": "int"}, {}, "fields[0].correct"),
        ({"type": "text", "feedback": [{"value": "(", "compare_regexp": True}]}, {}, "fields[0].feedback[0].value"),
        ({"type": "checkbox", "options": options(True), "randomized": 2}, {}, "fields[0].randomized"),
        (
            {"type": "checkbox", "options": options(True, False), "randomized": 1, "correct_count": 2},
            {},
            "fields[0].correct_count",
        ),
        (
            {"type": "checkbox", "options": options(True, False), "randomized": 2, "correct_count": 0},
            {},
            "fields[0].correct_count",
        ),
        (
            {"type": "checkbox", "options": options(True), "structured-randomized": [1, ["z"]]},
            {},
            "fields[0].structured-randomized",
        ),
        (
            {"type": "checkbox", "options": options(True), "structured-randomized": [3, ["a"]]},
            {},
            "fields[0].structured-randomized",
        ),
        ({"type": "radio", "options": [{"value": "a"}, {"value": "a"}]}, {}, "fields[0].options"),
        ({"type": "radio", "options": [{"correct": "perhaps"}]}, {}, "fields[0].options[0].correct"),
        ({"type": "text"}, {"pick_randomly": 2}, "pick_randomly"),
        ({"type": "text"}, {"pick_randomly": 0}, "pick_randomly"),
        ({"type": "text", "key": "_sample"}, {}, "fields[0].key"),
        ({"type": "file", "key": "../x"}, {}, "fields[0].key"),
        ({"type": "file", "key": "data.json"}, {}, "fields[0].key"),
        ({"type": "table-radio", "options": options(True)}, {}, "fields[0].rows"),
        (
            {"type": "table-radio", "options": options(True), "rows": [{"correct_options": [True, False]}]},
            {},
            "fields[0].rows[0].correct_options",
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_place(field: dict[str, Any], group: dict[str, Any], key: str) -> None:
    assert set(problems(config(field, group=group))) == {f"fieldgroups[0].{key}"}


def test_two_fields_of_one_name_are_told() -> None:
    found = problems(config({"type": "text", "key": "a"}, {"type": "radio", "key": "a"}))
    assert list(found) == ["fieldgroups[0].fields[1].key"]
    assert "'a' is the name of fieldgroups[0].fields[0], too" in found["fieldgroups[0].fields[1].key"]


def test_numbers_and_truth_values_of_yaml_become_texts() -> None:
    form = form_of(config({"type": "text", "title": 5, "correct": 3.5}, {"type": "radio", "options": [{"value": 1}]}))
    text, radio = form.groups[0].questions
    assert (text.title, text.comparison.correct) == ("5", "3.5")
    assert radio.options[0].value == "1"


def test_select_is_a_dropdown_and_options_have_names() -> None:
    form = form_of(config({"type": "select", "options": [{"label": "A", "correct": "neutral"}, {"label": "B"}]}))
    [question] = form.groups[0].questions
    assert question.kind is QuestionKind.DROPDOWN
    assert [(option.value, option.correctness) for option in question.options] == [
        ("option_0", Correctness.NEUTRAL),
        ("option_1", Correctness.WRONG),
    ]


def test_fields_are_named_by_what_is_shown() -> None:
    table = {"type": "table-radio", "options": options(True), "more_text": "Why?", "rows": [{}, {"key": "mine"}, {}]}
    asked = ask(config({"type": "static", "title": "{#}"}, table, {"type": "text", "title": "{#}. {#}"}))
    static, rows, text = asked.questions
    assert (static.name, static.title) == ("field_0", "1")
    assert [(row.name, row.more_name) for row in rows.rows] == [
        ("field_1", "field_1_more"),
        ("mine", "mine_more"),
        ("field_5", "field_5_more"),
    ]
    assert (text.name, text.title) == ("field_7", "3. 3")


def test_rows_of_a_table_with_a_key_have_names_of_their_own() -> None:
    table = {"type": "table-checkbox", "key": "t", "options": options(True), "rows": [{}, {}]}
    assert [row.name for row in ask(config(table)).questions[0].rows] == ["t_0", "t_1"]


def test_groups_are_named_by_their_number() -> None:
    exercise = {"max_points": 1, "fieldgroups": [{"fields": [{"type": "text"}]}, {"fields": [{"type": "text"}]}]}
    asked = ask(exercise, Visit())
    assert [group.name for group in asked.groups] == ["group_0", "group_1"]
    assert [question.name for question in asked.questions] == ["field_0", "field_1"]


def test_what_is_chosen_from_the_start() -> None:
    radio = {"type": "radio", "options": [{"value": "a"}, {"value": "b", "selected": True}]}
    asked = ask(config(radio, {"type": "text", "initial": "x = "}))
    assert [question.initial for question in asked.questions] == [("b",), ("x = ",)]


def test_an_option_of_a_table_is_chosen_in_each_row() -> None:
    table = {"type": "table-radio", "options": [{"value": 1}, {"value": 2, "selected": True}], "rows": [{}, {}]}
    assert [row.initial for row in ask(config(table)).questions[0].rows] == [("2",), ("2",)]
