"""The keys of forms: what is below `fieldgroups` (A+ spec 2.8)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Tag

from gradewright.courses.schema.values import (
    Correct,
    Count,
    Flag,
    Html,
    Keys,
    Number,
    Points,
    Text,
    about,
    needed,
    one_of,
)

FIELD_TYPES = (
    "radio",
    "checkbox",
    "dropdown",
    "select",
    "text",
    "textarea",
    "static",
    "file",
    "table-radio",
    "table-checkbox",
)


class ExtraInfo(Keys):
    """How a field looks. Other keys go into the form's specification for A+ as they are."""

    class_: Text = about("A class of the style sheet, instead of form-group.", alias="class")
    placeholder: Text = about("What stands in an empty field.")
    pattern: Text = about("What browsers check the text with.")
    validationMessage: Text = about("What they say if it does not match.")


class Option(Keys):
    """A choice of a radio, checkbox, dropdown or table field."""

    label: Html = about("What it says.")
    value: Text = about("What is sent for it (default: option_N).")
    correct: Correct = about("Whether it is right; neutral: of no account.")
    selected: Flag = about("Whether it is chosen at first.")
    initial: Flag = about("The same.")
    hint: Html = about("Deprecated, use `feedback`: shown if this was answered wrongly.")


class TableRow(Keys):
    """A row of a table field."""

    key: Text = about("The name that is sent.")
    label: Html = about("What it says.")
    points: Number = about("The points of this row.")
    hint: Html = about("Shown if the row was answered wrongly.")
    correct_options: list[Correct] | None = about("Whether each of the options is right, in their order.")


class Feedback(Keys):
    """A message that depends on the answer."""

    label: Html = about("The message.")
    value: Text = about("The answer that brings it; `%100%`: when all is right.")
    not_: Flag = about("Show it when that was not the answer.", alias="not")
    compare_regexp: Flag = about("Take the value for a regular expression.")


def _rows_tag(value: Any) -> str:
    return "table" if isinstance(value, list) else "lines"


class FormField(Keys):
    """A question of a form."""

    type: Annotated[Any, one_of(*FIELD_TYPES)] = needed("What kind of field it is.")
    key: Text = about("The name that is sent (default: field_N).")
    title: Html = about("The question; `{#}` becomes a running number.")
    more: Html = about("More instructions.")
    include: Text = about("A template whose text is added to these.")
    required: Flag = about("Whether it must be answered.")
    points: Number = about("Points for a right answer.")
    initial: Text = about("What stands in it at first.")
    model: Text = about("The model answer, where `correct` is not what one would write.")
    correct: Text = about("The right text.")
    compare_method: Text = about("How texts are compared, such as string-ignorews: a method and its modifiers.")
    regex: Text = about("Deprecated, use `compare_method: regexp`.")
    float_rel_tol: Points = about("How far a number may be off, as a share of the right one (default: 1e-9).")
    float_abs_tol: Points = about("How far a number may be off (default: 0).")
    options: list[Option] | None = about("The choices.")
    rows: (
        Annotated[Annotated[list[TableRow], Tag("table")] | Annotated[Count, Tag("lines")], Discriminator(_rows_tag)]
        | None
    ) = about("The rows of a table, or the number of lines of a text area (default: 6).")
    cols: Count = about("The width of a text area (default: 60).")
    more_text: Html = about("A title for a column of texts beside a table.")
    partial_points: Flag = about("Whether a checkbox question that is partly right gives points.")
    checkbox_feedback: Flag = about("Whether feedback stands below the box that it is about.")
    feedback: list[Feedback] | None = about("Messages that depend on the answer.")
    hint: Html = about("Deprecated, use `feedback`: shown if the answer is wrong.")
    randomized: Count = about("How many options are drawn at random.")
    correct_count: Count = about("How many of these are right ones.")
    structured_randomized: list[Any] | None = about(
        "A draw in steps: how many, and of what, as nested lists.", alias="structured-randomized"
    )
    resample_after_attempt: Flag = about("Whether each attempt draws anew (default: true).")
    extra_info: ExtraInfo | None = about("How it looks.")


class FieldGroup(Keys):
    """A group of questions."""

    name: Text = about("What staff call it.")
    title: Html = about("What stands above it.")
    fields: list[FormField] = needed("The questions.")
    pick_randomly: Count = about("How many of them are drawn at random.")
    resample_after_attempt: Flag = about("Whether each attempt draws anew (default: true).")
    group_errors: Flag = about("Whether its points count only if all is right, and single mistakes are hidden.")


class PostRule(Keys):
    """What is accepted for a field of a form that a template brings (A+ spec 2.7)."""

    accept: list[Any] | None = about("Accepted values; `[true]`: any, `[false]`: none.")
    points: Number = about("Points for an accepted value, or less than 0 to deduct.")


class TextField(Keys):
    """A text that is written into a file (A+ spec 2.3)."""

    name: Text = needed("The name of the field, and of the file below user/.")
    title: Html = about("The label.")
    more: Html = about("More instructions.")
    required: Flag = about("Whether it must be filled in (default: false).")
    rows: Count = about("Lines of the field (default: 6).")


class FileField(Keys):
    """A file that is sent (A+ spec 2.2)."""

    field: Text = needed("The name of the field.")
    name: Text = needed("The name of the file below user/; may have directories.")
    title: Html = about("The label (default: the name).")
    required: Flag = about("Whether it must be sent (default: true).")
