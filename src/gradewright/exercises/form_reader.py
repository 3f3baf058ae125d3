"""Read a form out of an exercise's configuration; everything that is wrong with it is told at once (A+ spec 2.8)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from gradewright.exercises import compare
from gradewright.exercises.asking import whole_form
from gradewright.exercises.draw_reader import group_draw, option_draw
from gradewright.exercises.names import check_field_name, check_path
from gradewright.exercises.questions import (
    Comparison,
    Correctness,
    FeedbackRule,
    Form,
    Group,
    Option,
    Question,
    QuestionKind,
    Row,
)
from gradewright.exercises.scalars import (
    count,
    entries,
    flag,
    mapping,
    number,
    open_table,
    points_in_all,
    sequence,
    text,
    tolerance,
    unknown,
)
from gradewright.exercises.validation import field_names
from gradewright.tables import Table

KINDS = {kind.value: kind for kind in QuestionKind} | {"select": QuestionKind.DROPDOWN}
UNGRADED_STATUS = ("enrollment", "enrollment_ext")


def form_of(config: Mapping[str, Any]) -> Form:
    """The form of an exercise in one language. Raises `AuthorError` with every problem; their keys count from 0."""
    table = open_table(config)
    form = read_form(table)
    table.finish("The form of this exercise cannot be used.")
    return form


def read_form(table: Table) -> Form:
    """The form; what is wrong is in `table.problems`."""
    table.require("max_points", "Say how many points the form gives, such as: max_points: 10")
    table.require("fieldgroups", "List the groups of questions below fieldgroups.")
    groups = tuple(_group(each) for each in entries(table, "fieldgroups"))
    form = Form(
        groups=groups,
        max_points=table.read("max_points", points_in_all, Fraction(0)),
        ungraded=table.read("feedback", flag, False) or table.read("status", text, "") in UNGRADED_STATUS,
        hide_correctness=table.read("hide_correctness", flag, False),
        reveals_model=table.read("reveal_model_at_max_submissions", flag, False),
        secret=table.read("secret", text, ""),
    )
    if table.problems:  # so the form is not whole, and what has no key has no name
        _check_keys(table)
    else:
        _check_names(table, form)
    return form


def _group(table: Table) -> Group:
    table.require("fields", "List the questions of the group below fields.")
    questions = tuple(question for each in entries(table, "fields") if (question := _question(each)))
    return Group(
        questions=questions,
        title=table.read("title", text, ""),
        draw=group_draw(table, len(questions)),
        group_errors=table.read("group_errors", flag, False),
        config=table.values,
    )


def _question(table: Table) -> Question | None:
    table.require("type", f"Known: {', '.join(KINDS)}.")
    name = table.read("type", text, "")
    if name not in KINDS:
        if name:
            unknown(table, "type", name, tuple(KINDS))
        return None
    kind = KINDS[name]
    if kind is QuestionKind.FILE and "key" in table:  # its upload is stored under that name
        check_path(table, "key", table.read("key", text, ""))
    options = _options(table)
    more_text = table.read("more_text", text, "")
    return Question(
        kind=kind,
        key=table.read("key", text, ""),
        title=table.read("title", text, ""),
        more=table.read("more", text, ""),
        include=table.read("include", text, ""),
        points=table.read("points", number, Fraction(0)),
        required=table.read("required", flag, False),
        options=options,
        rows=_rows(table, len(options)) if kind.is_table else (),
        more_text=more_text,
        comparison=_comparison(table) if kind.is_text else Comparison(),
        initial=table.read("initial", text, ""),
        model=table.read("model", text, ""),
        hint=table.read("hint", text, ""),
        feedback=tuple(_feedback(each) for each in entries(table, "feedback")),
        partial_points=table.read("partial_points", flag, False),
        checkbox_feedback=table.read("checkbox_feedback", flag, False),
        draw=option_draw(table, options) if kind is QuestionKind.CHECKBOX else None,
        extra=table.read("extra_info", mapping, {}),
        lines=_lines(table, kind),
        columns=table.read("cols", count, 60),
        config=table.values,
    )


def _lines(table: Table, kind: QuestionKind) -> int:
    """`rows` is a number for a text area and a list for a table."""
    return table.read("rows", count, 6) if kind is QuestionKind.TEXTAREA else 6


def _options(table: Table) -> tuple[Option, ...]:
    options = tuple(_option(each, index) for index, each in enumerate(entries(table, "options")))
    values = [option.value for option in options]
    for value in sorted({value for value in values if values.count(value) > 1}):
        table.refuse("options", f"has the value {value!r} more than once.", "Give each its own value.", id="taken")
    return options


def _option(table: Table, index: int) -> Option:
    return Option(
        value=table.read("value", text, "") if "value" in table else f"option_{index}",
        label=table.read("label", text, ""),
        correctness=table.read("correct", correctness, Correctness.WRONG),
        selected=table.read("selected", flag, False) or table.read("initial", flag, False),
        hint=table.read("hint", text, ""),
    )


def correctness(value: Any) -> Correctness:
    if value == Correctness.NEUTRAL.value:
        return Correctness.NEUTRAL
    try:
        return Correctness.CORRECT if flag(value) else Correctness.WRONG
    except ValueError:
        raise ValueError("must be true, false or neutral") from None


def _rows(table: Table, options: int) -> tuple[Row, ...]:
    table.require("rows", "List the rows of the table below rows.")
    return tuple(_row(each, options) for each in entries(table, "rows"))


def _row(table: Table, options: int) -> Row:
    marks = table.read("correct_options", lambda value: tuple(map(correctness, sequence(value))), ())
    if marks and len(marks) != options:
        remedy = "Give one true or false for each of the options, in their order."
        table.refuse("correct_options", f"has {len(marks)} values for {options} options.", remedy, id="wrong-value")
    return Row(
        key=table.read("key", text, ""),
        label=table.read("label", text, ""),
        points=table.read("points", number, Fraction(0)),
        hint=table.read("hint", text, ""),
        correctness=marks or (Correctness.WRONG,) * options,
    )


def _comparison(table: Table) -> Comparison:
    method, correct = table.read("compare_method", text, "") or "string", table.read("correct", text, None)
    if "regex" in table:
        method, correct = "regexp", table.read("regex", text, "")
    problem = compare.why_unfit(method, correct)
    if problem:
        key = "regex" if "regex" in table else "correct" if compare.is_known(method) else "compare_method"
        table.refuse(key, problem.message, problem.remedy, id="wrong-value")
    return Comparison(
        method=method,
        correct=correct,
        relative_tolerance=table.read("float_rel_tol", tolerance, 1e-9),
        absolute_tolerance=table.read("float_abs_tol", tolerance, 0.0),
    )


def _feedback(table: Table) -> FeedbackRule:
    rule = FeedbackRule(
        label=table.read("label", text, ""),
        value=table.read("value", text, ""),
        inverted=table.read("not", flag, False),
        regexp=table.read("compare_regexp", flag, False),
    )
    if rule.regexp and (problem := compare.why_unfit("regexp", rule.value)):
        table.refuse("value", problem.message, problem.remedy, id="wrong-value")
    return rule


def _check_names(table: Table, form: Form) -> None:
    """Two fields of one name would overwrite each other's answers."""
    taken: dict[str, str] = {}
    for group, asked in enumerate(whole_form(form).groups):
        for place, question in enumerate(asked.questions):
            key = f"fieldgroups[{group}].fields[{place}]"
            for name in field_names(question):
                check_field_name(table, key, name, taken)


def _check_keys(table: Table) -> None:
    """The same for the names that are written as keys."""
    taken: dict[str, str] = {}
    told_already = open_table(table.values)
    for group in entries(told_already, "fieldgroups"):
        for question in entries(group, "fields"):
            kind = KINDS.get(question.read("type", text, ""))
            for named in entries(question, "rows") if kind and kind.is_table else [question]:
                if key := named.read("key", text, ""):
                    check_field_name(table, named.path("key").removesuffix(".key"), key, taken)
