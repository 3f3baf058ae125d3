"""Which of the values sent cannot be judged at all (A+ spec 2.8). Such a form is rejected and costs no attempt."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from gradewright.exercises import compare
from gradewright.exercises.asked import AskedForm, AskedQuestion
from gradewright.exercises.judged import Invalid, InvalidCode
from gradewright.exercises.questions import Question, QuestionKind
from gradewright.exercises.records import Received

Errors = Mapping[str, tuple[Invalid, ...]]  # by the names of fields; nothing for fields that are right
MAX_JUDGED = 100_000  # characters of a text that is compared


def values_of(kind: QuestionKind, name: str, received: Received) -> tuple[str, ...]:
    """What was sent for a field: the texts as they came, of options those that were chosen."""
    if kind is QuestionKind.STATIC:
        return ()
    if kind.takes_many:
        return tuple(dict.fromkeys(received.fields.get(name, ())))
    value = received.value(name)
    if value is None or (kind.takes_one and not value):
        return ()
    return (value,)


def invalid(asked: AskedForm, received: Received) -> Errors:
    """What is wrong with the values sent."""
    found: dict[str, tuple[Invalid, ...]] = {}
    for question in asked.questions:
        for name in field_names(question):
            if errors := _of_field(question, name, received):
                found[name] = errors
    return found


def field_names(question: AskedQuestion) -> tuple[str, ...]:
    """The names of the fields that make up a question: its rows, or itself."""
    return tuple(row.name for row in question.rows) if question.question.kind.is_table else (question.name,)


def _of_field(asked: AskedQuestion, name: str, received: Received) -> tuple[Invalid, ...]:
    question = asked.question
    if question.kind is QuestionKind.STATIC:
        return ()
    if question.kind is QuestionKind.FILE:
        return _required(question, name in received.files)
    values = values_of(question.kind, name, received)
    if not "".join(values).strip():
        return _required(question, given=False)
    if question.kind.is_text:
        return _of_text(question, values[0])
    return _of_choice(values, {option.value for option in asked.options})


def _required(question: Question, given: bool) -> tuple[Invalid, ...]:
    return () if given or not question.required else (Invalid(code=InvalidCode.REQUIRED),)


def _of_choice(values: tuple[str, ...], offered: Collection[str]) -> tuple[Invalid, ...]:
    return tuple(Invalid(code=InvalidCode.NOT_OFFERED, value=value) for value in values if value not in offered)


def _of_text(question: Question, value: str) -> tuple[Invalid, ...]:
    is_compared = question.comparison.correct is not None or question.feedback
    if is_compared and len(value) > MAX_JUDGED:
        return (Invalid(code=InvalidCode.TOO_LONG),)
    convert, code = NUMBERS.get(compare.base_of(question.comparison.method), (str, InvalidCode.REQUIRED))
    try:
        convert(value)
    except ValueError:
        return (Invalid(code=code, value=value),)
    return ()


NUMBERS: Mapping[str, tuple[Callable[[str], object], InvalidCode]] = {  # by compare method: what must be a number
    "int": (compare.integer, InvalidCode.NOT_AN_INTEGER),
    "float": (compare.decimal, InvalidCode.NOT_A_NUMBER),
}
