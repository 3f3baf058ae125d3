"""From a form to what one student is asked: draw, name, number (A+ spec 2.8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from gradewright.exercises.asked import AskedForm, AskedGroup, AskedQuestion, AskedRow, Badge
from gradewright.exercises.questions import Correctness, Draw, Form, Group, Option, Question, QuestionKind
from gradewright.exercises.sampling import Lot, joined

NUMBER = "{#}"


def asked_form(form: Form, lot: Lot) -> AskedForm:
    """What the visitor of this lot is asked."""
    asker = _Asker(form, lot)
    groups = tuple(map(asker.group, range(len(form.groups)), form.groups))
    sample = "/".join(asker.samples)
    return AskedForm(form=form, groups=groups, hidden=lot.hidden("", sample) if asker.samples else {})


def whole_form(form: Form) -> AskedForm:
    """Everything that anybody could be asked, with the right answers chosen: the model answer."""
    asker = _Asker(form, None)
    return AskedForm(form=form, groups=tuple(map(asker.group, range(len(form.groups)), form.groups)), locked=True)


class _Asker:
    """Counts names and numbers through a form. Without a lot, all is shown and the right answers are chosen."""

    def __init__(self, form: Form, lot: Lot | None) -> None:
        self.samples: list[str] = []  # of the groups that are drawn from
        self._form = form
        self._lot = lot
        self._fields = 0  # names given so far
        self._questions = 0  # questions asked so far

    def group(self, index: int, group: Group) -> AskedGroup:
        shown: Sequence[int] = range(len(group.questions))
        if self._lot and group.draw:
            shown = self._lot.questions(f"_fieldgroup{index}", group.draw, len(group.questions))
            self.samples.append(joined(shown))
        questions = tuple(self._question(group.questions[place]) for place in shown)
        return AskedGroup(name=f"group_{index}", group=group, questions=questions)

    def _question(self, question: Question) -> AskedQuestion:
        self._questions += 1
        name = question.key or f"field_{self._fields}"
        rows = self._rows(question) if question.kind.is_table else ()
        self._fields += 0 if rows else 1
        options, hidden = self._options(name, question.options, question.draw)
        return AskedQuestion(
            name=name,
            title=question.title.replace(NUMBER, str(self._questions)),
            question=question,
            options=options,
            rows=rows,
            initial=self._initial(question, options),
            hidden=hidden,
            badge=self._badge(question.max_points),
        )

    def _rows(self, question: Question) -> tuple[AskedRow, ...]:
        return tuple(self._row(question, index) for index in range(len(question.rows)))

    def _row(self, question: Question, index: int) -> AskedRow:
        row = question.rows[index]
        name = row.key or (f"{question.key}_{index}" if question.key else f"field_{self._fields}")
        self._fields += 2 if question.more_text else 1
        marks = dict(zip((option.value for option in question.options), row.correctness, strict=True))
        return AskedRow(
            name=name,
            more_name=f"{name}_more" if question.more_text else "",
            row=row,
            initial=_selected(question.options) if self._lot else _right(question.kind, marks),
        )

    def _options(
        self, name: str, options: tuple[Option, ...], draw: Draw | None
    ) -> tuple[tuple[Option, ...], Mapping[str, str]]:
        if not (self._lot and draw):
            return options, {}
        shown = self._lot.options(name, draw, options)
        return tuple(options[index] for index in shown), self._lot.hidden(name, joined(shown))

    def _initial(self, question: Question, options: Iterable[Option]) -> tuple[str, ...]:
        if question.kind.is_text:
            text = question.initial if self._lot else question.model or question.comparison.correct or ""
            return (text,) if text else ()
        if not self._lot:
            return _right(question.kind, {option.value: option.correctness for option in options})
        return _selected(options)

    def _badge(self, points: Fraction) -> Badge | None:
        return Badge(max_points=points) if points > 0 and self._form.max_points > 0 else None


def _selected(options: Iterable[Option]) -> tuple[str, ...]:
    return tuple(option.value for option in options if option.selected)


def _right(kind: QuestionKind, marks: Mapping[str, Correctness]) -> tuple[str, ...]:
    """The values that a model answer chooses."""
    if kind.takes_one:
        correct = [value for value, mark in marks.items() if mark is Correctness.CORRECT]
        neutral = [value for value, mark in marks.items() if mark is Correctness.NEUTRAL]
        return tuple((correct or neutral)[:1])
    return tuple(value for value, mark in marks.items() if mark is not Correctness.WRONG)
