"""What forms give and say, with the numbers of A+ spec 2.8."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest

from gradewright.exercises.asked import Badge, Level
from gradewright.exercises.asking import whole_form
from gradewright.exercises.check import Judged, judge, judge_model
from gradewright.exercises.form_reader import form_of
from gradewright.exercises.judged import HintKind, InvalidCode, JudgedField, Verdict
from gradewright.exercises.questions import Correctness
from gradewright.exercises.records import Received, Visit
from support.exercise_forms import ask, config, options, send

TEXT = {"type": "text", "correct": "yes", "points": 5}


def hints(field: JudgedField) -> list[str]:
    return [hint.text or hint.kind for hint in field.hints]


def test_points_are_summed_and_clamped() -> None:
    form = config(TEXT, TEXT | {"points": 7})
    assert send(form, field_0="yes", field_1="no").points == 5
    assert send(form, field_0="yes", field_1="yes").points == 10
    assert send(form, field_0="no", field_1="no").points == 0
    assert send(config(TEXT, TEXT | {"points": -3}), field_0="no", field_1="yes").points == 0


def test_zero_without_errors_is_everything() -> None:
    form = config({"type": "text", "correct": "yes"}, {"type": "static"})
    assert send(form, field_0="yes").points == 10
    assert send(form, field_0="no").points == 0


def test_unknown_keys_alone_are_judged_and_nothing_is_not() -> None:
    form = config(TEXT)
    assert send(form, something="else").accepted
    assert send(form, something="else").points == 0
    nothing = send(form)
    assert not nothing.accepted
    assert not nothing.tampered
    assert nothing.fields["field_0"].errors == ()


CHECKBOX = {"type": "checkbox", "options": options(True, True, False, "neutral"), "points": 10}


@pytest.mark.parametrize("neutral", [[], ["d"]])
@pytest.mark.parametrize("chosen", [each for size in range(4) for each in combinations("abc", size)], ids="".join)
def test_checkbox_wants_all_and_only_the_correct_ones(chosen: tuple[str, ...], neutral: list[str]) -> None:
    judged = send(config(CHECKBOX), field_0=[*chosen, *neutral], other="x")
    assert judged.fields["field_0"].ok is (set(chosen) == {"a", "b"})
    assert judged.points == (10 if set(chosen) == {"a", "b"} else 0)


@pytest.mark.parametrize(("chosen", "ok"), [([], True), (["b"], True), (["a"], False)])
def test_checkbox_without_correct_options_wants_nothing(chosen: list[str], ok: bool) -> None:
    checkbox = {"type": "checkbox", "options": options(False, "neutral"), "points": 10}
    assert send(config(checkbox), field_0=chosen, other="x").fields["field_0"].ok is ok


@pytest.mark.parametrize(("wrong", "points"), [(0, 10), (1, 6), (2, 2), (3, 0), (4, 0), (5, 0)])
def test_partial_points(wrong: int, points: int) -> None:
    checkbox = {
        "type": "checkbox",
        "options": options(True, True, True, True, True, "neutral"),
        "points": 10,
        "partial_points": True,
    }
    judged = send(config(checkbox), field_0=list("abcde")[wrong:], other="x")
    assert judged.points == points
    assert judged.fields["field_0"].ok is (wrong == 0)
    assert judged.fields["field_0"].badge == Badge(
        max_points=Fraction(10),
        points=Fraction(points),
        level=Level.SUCCESS if not wrong else Level.WARNING if points else Level.DANGER,
    )


@pytest.mark.parametrize("kind", ["radio", "dropdown", "select"])
@pytest.mark.parametrize(("chosen", "ok"), [("a", True), ("b", False), ("c", True), ("", False)])
def test_one_of_several(kind: str, chosen: str, ok: bool) -> None:
    form = config({"type": kind, "options": options(True, False, "neutral"), "points": 10})
    assert send(form, field_0=chosen).fields["field_0"].ok is ok


def test_one_of_several_without_a_correct_one_is_never_right() -> None:
    form = config({"type": "radio", "options": options(False, False)})
    assert send(form, field_0="a").points == 0


def test_tables_give_their_own_points_and_those_of_right_rows() -> None:
    table = {
        "type": "table-radio",
        "points": 1,
        "options": options(True, False),
        "more_text": "Why?",
        "rows": [
            {"key": "x", "points": 2, "correct_options": [True, False], "hint": "x is a"},
            {"key": "y", "points": 3, "correct_options": [False, True], "hint": "y is b"},
        ],
    }
    judged = send(config(table), x="a", y="a", y_more="because")
    field = judged.fields["field_0"]
    assert (judged.points, field.max_points, field.ok) == (3, 6, False)
    assert [(row.name, row.ok, row.points, row.more, row.verdict) for row in field.rows] == [
        ("x", True, 2, "", Verdict.CORRECT),
        ("y", False, 0, "because", Verdict.INCORRECT),
    ]
    assert judged.error_fields == ("y",)
    assert hints(field) == ["y is b"]
    assert send(config(table), x="a", y="b").points == 6


def test_tables_of_checkboxes() -> None:
    table = {"type": "table-checkbox", "options": options(True, False), "rows": [{"correct_options": [True, True]}]}
    assert send(config(table), field_0=["a", "b"]).points == 10
    assert send(config(table), field_0=["a"]).points == 0


@pytest.mark.parametrize(
    ("field", "answer", "code"),
    [
        ({"type": "text", "required": True}, "  ", InvalidCode.REQUIRED),
        ({"type": "checkbox", "options": options(True), "required": True}, [], InvalidCode.REQUIRED),
        ({"type": "radio", "options": options(True), "required": True}, "", InvalidCode.REQUIRED),
        ({"type": "file", "required": True}, "name.txt", InvalidCode.REQUIRED),
        ({"type": "radio", "options": options(True)}, "z", InvalidCode.NOT_OFFERED),
        ({"type": "checkbox", "options": options(True)}, ["a", "z"], InvalidCode.NOT_OFFERED),
        (TEXT | {"correct": 1, "compare_method": "int"}, "one", InvalidCode.NOT_AN_INTEGER),
        (TEXT | {"correct": 1, "compare_method": "int"}, "9" * 5000, InvalidCode.NOT_AN_INTEGER),
        (TEXT | {"correct": 1, "compare_method": "float"}, "nan", InvalidCode.NOT_A_NUMBER),
        (TEXT, "x" * 100_001, InvalidCode.TOO_LONG),
    ],
)
def test_invalid_values_reject_the_form(field: dict[str, Any], answer: str | list[str], code: InvalidCode) -> None:
    form = config(field, TEXT, reveal_model_at_max_submissions=True)
    judged = send(form, Visit(uid="1", ordinal=3, max_submissions=3), field_0=answer, field_1="yes")
    assert not judged.accepted
    assert [error.code for error in judged.fields["field_0"].errors] == [code]
    assert judged.error_fields == ("field_0",)
    assert judged.points == 0
    assert all(each.model is None and each.verdict is None for each in judged.fields.values())
    assert judged.fields["field_1"].values == ("yes",)


def test_unanswered_numbers_are_wrong_and_not_invalid() -> None:
    judged = send(config(TEXT | {"correct": 1, "compare_method": "int"}), field_0="")
    assert judged.accepted
    assert judged.points == 0


@pytest.mark.parametrize("exercise", [{"feedback": True}, {"status": "enrollment"}, {"status": "enrollment_ext"}])
def test_feedback_and_enrollment_give_all_points(exercise: dict[str, Any]) -> None:
    radio = {"type": "radio", "options": options(False, False)}
    judged = send(config({"type": "text", "correct": "yes"}, radio, **exercise), field_0="no", field_1="b")
    assert judged.points == 10
    assert all(field.ok and field.verdict is None and field.badge is None for field in judged.fields.values())


def test_group_errors_give_all_or_nothing() -> None:
    form = config(TEXT, TEXT, group={"group_errors": True})
    wrong, right = send(form, field_0="yes", field_1="no"), send(form, field_0="yes", field_1="yes")
    assert (wrong.points, right.points) == (0, 10)
    assert wrong.groups["group_0"].level is Level.DANGER
    assert wrong.groups["group_0"].verdict is Verdict.INCORRECT
    assert right.groups["group_0"].verdict is Verdict.CORRECT
    assert wrong.error_groups == ("group_0",)
    for field in wrong.fields.values():
        assert field.verdict is None
        assert field.badge == Badge(max_points=Fraction(5))


def test_hidden_correctness_tells_only_what_could_be_earned() -> None:
    judged = send(config(TEXT, CHECKBOX, hide_correctness=True), field_0="yes", field_1="a")
    assert judged.points == 5
    for field in judged.fields.values():
        assert field.verdict is None
        assert field.badge is not None
        assert field.badge.points is None
        assert field.hints == ()


@pytest.mark.parametrize(("ordinal", "maximum", "revealed"), [(2, 3, False), (3, 3, True), (4, 3, True), (3, 0, False)])
def test_models_are_revealed_at_the_last_attempt(ordinal: int, maximum: int, revealed: bool) -> None:
    form = config(TEXT | {"model": "yes!"}, CHECKBOX, reveal_model_at_max_submissions=True)
    judged = send(form, Visit(uid="1", ordinal=ordinal, max_submissions=maximum), field_0="no", field_1="c")
    text, checkbox = judged.fields.values()
    assert (text.model is not None) is revealed
    if text.model and checkbox.model:
        assert text.model.text == "yes!"
        assert checkbox.model.options == {
            "a": Correctness.CORRECT,
            "b": Correctness.CORRECT,
            "d": Correctness.NEUTRAL,
        }


def test_models_stay_hidden_unless_the_author_wants() -> None:
    judged = send(config(TEXT), Visit(uid="1", ordinal=3, max_submissions=3), field_0="no")
    assert judged.fields["field_0"].model is None


def test_feedback_of_options_in_the_order_shown() -> None:
    rules = [
        {"label": "not b", "value": "b", "not": True},
        {"label": "took c", "value": "c"},
        {"label": "took a", "value": "a"},
        {"label": "all right", "value": "%100%"},
        {"label": "not all right", "value": "%100%", "not": True},
    ]
    form = config(CHECKBOX | {"feedback": rules, "partial_points": True})
    assert hints(send(form, field_0=["a", "c"]).fields["field_0"]) == ["took a", "not b", "took c", "not all right"]
    assert hints(send(form, field_0=["a", "b"]).fields["field_0"]) == ["took a", "all right"]


def test_feedback_below_the_options_that_it_belongs_to() -> None:
    rules = [{"label": "took c", "value": "c"}, {"label": "not a", "value": "a", "not": True}]
    form = config(CHECKBOX | {"feedback": rules, "partial_points": True, "checkbox_feedback": True})
    field = send(form, field_0=["c"]).fields["field_0"]
    assert {value: [hint.text for hint in below] for value, below in field.option_hints.items()} == {"c": ["took c"]}
    assert hints(field)[0] == "not a"


@pytest.mark.parametrize(
    ("answer", "said"),
    [("Cat", ["a pet"]), ("tiger", ["striped"]), (" TIGER\n", ["not striped"]), ("dog", ["not striped"])],
)
def test_feedback_of_texts(answer: str, said: list[str]) -> None:
    rules = [
        {"label": "a pet", "value": "cat"},
        {"label": "striped", "value": "^t.*r$", "compare_regexp": True},
        {"label": "not striped", "value": "cat|tig", "compare_regexp": True, "not": True},
    ]
    found = hints(send(config(TEXT | {"feedback": rules}), field_0=answer).fields["field_0"])
    assert [hint for hint in found if hint in said] == said


def test_of_two_hints_that_begin_alike_the_longer_stays() -> None:
    rules = [
        {"label": "Look again", "value": "no"},
        {"label": "Look again at page 5", "value": "no"},
        {"label": "Look again at page 5", "value": "n", "compare_regexp": True},
    ]
    assert hints(send(config(TEXT | {"feedback": rules}), field_0="no").fields["field_0"]) == ["Look again at page 5"]


def test_feedback_says_nothing_of_options_that_were_not_shown() -> None:
    rules = [{"label": f"not {value}", "value": value, "not": True} for value in "abcdef"]
    checkbox = {"type": "checkbox", "options": options(True, True, True, True, True, True), "feedback": rules}
    form = config(checkbox | {"randomized": 3, "partial_points": True})
    shown = [option.value for option in ask(form).questions[0].options]
    judged = send(form, other="x")
    assert hints(judged.fields["field_0"]) == [f"not {value}" for value in shown]
    assert judged.locked


def test_hints_of_options_that_went_wrong() -> None:
    radio = {"type": "radio", "options": [{**each, "hint": f"of {each['value']}"} for each in options(True, False)]}
    assert hints(send(config(radio), field_0="b").fields["field_0"]) == ["of a", "of b"]
    assert hints(send(config(radio), field_0="a").fields["field_0"]) == []
    assert hints(send(config(TEXT | {"hint": "think"}), field_0="no").fields["field_0"]) == ["think"]


def test_wrong_checkboxes_explain_themselves() -> None:
    one, two = send(config(CHECKBOX), field_0=["a"]), send(config(CHECKBOX), field_0=["a", "c"])
    assert hints(one.fields["field_0"]) == [HintKind.SEVERAL_SELECTABLE, HintKind.ONLY_FULLY_CORRECT]
    assert hints(two.fields["field_0"]) == [HintKind.ONLY_FULLY_CORRECT]
    partial = send(config(CHECKBOX | {"partial_points": True}), field_0=["a", "c"])
    assert hints(partial.fields["field_0"]) == []
    both = config(CHECKBOX)
    both["fieldgroups"].append({"fields": [TEXT], "group_errors": True})
    assert hints(send(both, field_0=["a", "c"]).fields["field_0"]) == []


def test_badges_before_and_where_there_are_no_points() -> None:
    assert [question.badge for question in ask(config(TEXT, {"type": "text"})).questions] == [
        Badge(max_points=Fraction(5)),
        None,
    ]
    assert ask(config(TEXT, max_points=0)).questions[0].badge is None


def test_the_model_shows_everything_with_the_right_answers() -> None:
    radio = {"type": "radio", "options": options(False, "neutral", True)}
    form = config(TEXT, CHECKBOX | {"randomized": 2}, radio, group={"pick_randomly": 1})
    model = judge_model(whole_form(form_of(form)))
    assert model.locked
    assert [question.initial for question in model.asked.questions] == [("yes",), ("a", "b", "d"), ("c",)]
    assert [field.values for field in model.fields.values()] == [("yes",), ("a", "b", "d"), ("c",)]
    assert not model.asked.all_hidden
    assert all(field.verdict is None for field in model.fields.values())


@pytest.mark.parametrize(("method", "correct"), [("regexp", "^a+$"), ("subdiff", "a|b"), ("int", "5")])
def test_the_model_shows_feedback_and_never_calls_itself_wrong(method: str, correct: str) -> None:
    rules = [{"label": "well done", "value": "%100%"}]
    text = {"type": "text", "correct": correct, "compare_method": method, "hint": "wrong", "feedback": rules}
    model = judge_model(whole_form(form_of(config(text | {"points": 5}))))
    judged = model.fields["field_0"]
    assert (judged.values, judged.ok, judged.verdict) == ((correct,), True, None)
    assert hints(judged) == ["well done"]
    assert judged.badge == Badge(max_points=Fraction(5))
    assert not model.error_fields


def test_files_and_static_fields_are_always_right() -> None:
    form = config({"type": "file", "points": 10}, {"type": "static", "more": "<hr>"})
    asked = ask(form)
    judged = judge(asked, Received(fields={"x": ("y",)}), Visit(), "")
    assert judged.points == 10
    assert [field.verdict for field in judged.fields.values()] == [None, None]


def test_what_was_judged_before_changes_nothing() -> None:
    radio = {"type": "radio", "options": options(True, False, "neutral"), "points": 3, "hint": "Look again."}
    rules = [{"label": "not b", "value": "b"}, {"label": "well done", "value": "%100%"}]
    grouped = {"group_errors": True, "fields": [radio, TEXT]}
    form = config(CHECKBOX | {"feedback": rules, "checkbox_feedback": True}, radio, {"type": "static"})
    asked = ask({**form, "fieldgroups": [*form["fieldgroups"], grouped], "reveal_model_at_max_submissions": True})
    before: Judged = {}
    for chosen in [each for size in range(4) for each in combinations("abc", size)]:
        for ordinal, one in product((1, 2), "abx"):
            fields = {"field_0": chosen, "field_1": (one,), "field_2": (one,), "field_3": (one,), "field_4": ("yes",)}
            visit = Visit(ordinal=ordinal, max_submissions=2)
            received = Received(fields=fields)
            assert judge(asked, received, visit, "", before) == judge(asked, received, visit, "")
    assert before
