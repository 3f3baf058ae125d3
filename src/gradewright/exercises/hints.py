"""What is said about an answer: hints of options, the list of feedback, and hints of our own (A+ spec 2.8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gradewright.exercises.asked import AskedQuestion
from gradewright.exercises.compare import base_of, compare, modified
from gradewright.exercises.judged import Hint, HintKind
from gradewright.exercises.marking import Mark, wrong_decisions
from gradewright.exercises.questions import Comparison, Correctness, FeedbackRule, QuestionKind

ALL_RIGHT = "%100%"
_AS_TEXT = ("string", "regexp", "subdiff")  # whose feedback is compared as a string


def authors_hints(asked: AskedQuestion, mark: Mark) -> tuple[tuple[Hint, ...], Mapping[str, tuple[Hint, ...]]]:
    """(hints below the question, hints below options by their values), in the order of what is shown."""
    placed = [*_of_options(asked, mark), *_of_rules(asked, mark)]
    if not placed:
        return (), {}
    below: dict[str, list[str]] = {}
    for value, text in placed:
        below.setdefault(value if _is_below_option(asked, mark, value) else "", []).append(text)
    general = _hints(below.pop("", ()))
    return general, {value: _hints(texts) for value, texts in below.items()}


def our_hints(asked: AskedQuestion, mark: Mark, *, explain_zero: bool) -> tuple[Hint, ...]:
    """Hints that tell more or less what is wrong. `explain_zero`: say why a half right checkbox gives nothing."""
    if mark.ok or asked.question.kind is not QuestionKind.CHECKBOX:
        return mark.hints
    right = sum(option.correctness is Correctness.CORRECT for option in asked.options)
    several = [Hint(kind=HintKind.SEVERAL_SELECTABLE)] if right > 1 and len(mark.values) == 1 else []
    zero = [Hint(kind=HintKind.ONLY_FULLY_CORRECT)] if explain_zero and not asked.question.partial_points else []
    return (*several, *zero)


def _is_below_option(asked: AskedQuestion, mark: Mark, value: str) -> bool:
    return bool(value) and asked.question.checkbox_feedback and value in mark.values


def _hints(texts: Iterable[str]) -> tuple[Hint, ...]:
    return tuple(Hint(text=text) for text in without_prefixes(texts))


def without_prefixes(texts: Iterable[str]) -> list[str]:
    """Each text once, without those that only begin another one."""
    different = list(dict.fromkeys(text for text in texts if text))
    return [text for text in different if not any(other != text and other.startswith(text) for other in different)]


def _of_options(asked: AskedQuestion, mark: Mark) -> list[tuple[str, str]]:
    """(value, hint) of the options that made the answer wrong."""
    if mark.ok:
        return []
    kind = asked.question.kind
    if kind.is_text:
        return [("", asked.question.hint)]
    if kind.is_table:
        return [("", row.row.hint) for row, its in zip(asked.rows, mark.rows, strict=True) if not its.ok]
    wrong = set(wrong_decisions({option.value: option.correctness for option in asked.options}, mark.values))
    return [(option.value, option.hint) for option in asked.options if option.value in wrong]


def _of_rules(asked: AskedQuestion, mark: Mark) -> list[tuple[str, str]]:
    """(value or nothing, label) of the rules of the feedback list that apply."""
    if not asked.question.feedback:
        return []
    rules = _in_order(asked, [rule for rule in asked.question.feedback if _concerns(asked, rule)])
    return [("" if rule.inverted else rule.value, rule.label) for rule in rules if _applies(asked, mark, rule)]


def _in_order(asked: AskedQuestion, rules: Sequence[FeedbackRule]) -> list[FeedbackRule]:
    places = {option.value: place for place, option in enumerate(asked.options)}
    return sorted(rules, key=lambda rule: places.get(rule.value, len(places)))


def _concerns(asked: AskedQuestion, rule: FeedbackRule) -> bool:
    """False for what would be said of options that this student was not shown."""
    hidden = {option.value for option in asked.question.options} - {option.value for option in asked.options}
    return rule.value not in hidden


def _applies(asked: AskedQuestion, mark: Mark, rule: FeedbackRule) -> bool:
    return _matches(asked, mark, rule) is not rule.inverted


def _matches(asked: AskedQuestion, mark: Mark, rule: FeedbackRule) -> bool:
    if rule.value == ALL_RIGHT:
        return mark.ok
    if asked.question.kind.takes_many or asked.question.kind.is_table:
        return rule.value in mark.values
    comparison = _comparison(asked.question.comparison, rule)
    return compare(comparison, mark.values[0] if mark.values else "").ok


def _comparison(comparison: Comparison, rule: FeedbackRule) -> Comparison:
    """How an answer is compared with the value of a rule: the question's way, but as a plain text if it is one."""
    method = comparison.method
    if base_of(method) in _AS_TEXT:
        method = modified(method, "regexp" if rule.regexp else "string")
    return replace(comparison, method=method, correct=rule.value)
