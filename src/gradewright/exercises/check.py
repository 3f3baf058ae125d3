"""Judge a form: points, what may be told of them, what is revealed (A+ spec 2.8)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from gradewright.exercises import hints, validation
from gradewright.exercises.asked import AskedForm, AskedGroup, AskedQuestion, AskedRow, Badge, Level
from gradewright.exercises.judged import JudgedField, JudgedForm, JudgedGroup, Model, Verdict
from gradewright.exercises.marking import Mark, mark, row_marks
from gradewright.exercises.questions import Correctness, Question, QuestionKind
from gradewright.exercises.records import Received, Visit
from gradewright.exercises.sampling import CHECKSUM, SAMPLE, is_genuine

Choice = tuple[str, tuple[str, ...], bool]  # (name of the question, values chosen, whether the model is revealed)
Judged = dict[Choice, JudgedField]
MOST_KEPT = 1000  # choices of one form


def judge(asked: AskedForm, received: Received, visit: Visit, secret: str, before: Judged | None = None) -> JudgedForm:
    """What becomes of a form that was sent; `secret` is the one that its samples were signed with.

    `before` is what became of choices in this very form before, and is added to: few choices are possible, and all who
    make one fare the same.
    """
    tampered = any(
        not is_genuine(secret, received.value(name), received.value(name.removesuffix(SAMPLE) + CHECKSUM))
        for name in asked.all_hidden
        if name.endswith(SAMPLE)
    )
    errors = validation.invalid(asked, received)
    is_empty = not received.fields and not received.files
    if tampered or errors or is_empty:
        fields = {each.name: _unjudged(each, received, errors) for each in asked.questions}
        return JudgedForm(
            asked=asked,
            accepted=False,
            tampered=tampered and not is_empty,
            max_points=asked.form.max_points,
            fields=fields,
            error_fields=tuple(errors),
            error_groups=tuple(
                group.name
                for group in asked.groups
                if any(name in errors for each in group.questions for name in validation.field_names(each))
            ),
        )
    reveals = asked.form.reveals_model and is_last(visit)
    return _accepted(asked, received, {} if before is None else before, reveals=reveals)


def is_last(visit: Visit) -> bool:
    """Whether this is the last attempt, or one beyond."""
    return bool(visit.max_submissions) and visit.ordinal >= (visit.max_submissions or 0)


def judge_model(asked: AskedForm) -> JudgedForm:
    """The model answer, with the author's hints on it and no verdict; `asked` is a `whole_form`."""
    chosen = {question.name: question.initial for question in asked.questions}
    chosen |= {row.name: row.initial for question in asked.questions for row in question.rows}
    unquestioned = replace(asked, form=replace(asked.form, ungraded=True))  # also where the model is a pattern
    judged = _accepted(unquestioned, Received(fields=chosen), {}, reveals=False)
    fields = {each.name: replace(judged.fields[each.name], badge=each.badge) for each in asked.questions}
    return replace(judged, asked=asked, fields=fields, locked=True)


def _accepted(asked: AskedForm, received: Received, before: Judged, *, reveals: bool) -> JudgedForm:
    judge = _Judge(asked, received, before, reveals=reveals)
    groups = {group.name: judge.group(group) for group in asked.groups}
    errors = tuple(name for field in judge.fields.values() for name in _wrong(field))
    points = sum((group.points for group in groups.values()), Fraction(0))
    if points == 0 and not errors:
        points = asked.form.max_points
    return JudgedForm(
        asked=asked,
        accepted=True,
        points=min(max(points, Fraction(0)), asked.form.max_points),
        max_points=asked.form.max_points,
        groups=groups,
        fields=judge.fields,
        error_fields=errors,
        error_groups=tuple(name for name, group in groups.items() if not group.ok),
        locked=asked.form.is_random,
    )


class _Judge:
    """Goes through the groups of a form and collects the judged fields."""

    def __init__(self, asked: AskedForm, received: Received, before: Judged, *, reveals: bool) -> None:
        self.fields: dict[str, JudgedField] = {}
        self._form = asked.form
        self._before = before
        self._received = received
        self._reveals = reveals
        self._explain_zero = not any(group.group_errors for group in asked.form.groups)

    def group(self, asked: AskedGroup) -> JudgedGroup:
        together = asked.group.group_errors
        fields = [self._field(each, tells=self._tells and not together) for each in asked.questions]
        self.fields |= {field.name: field for field in fields}
        ok = all(field.ok for field in fields)
        counts = ok or not together
        tells = self._tells and together
        return JudgedGroup(
            name=asked.name,
            ok=ok,
            points=sum((field.points for field in fields), Fraction(0)) if counts else Fraction(0),
            max_points=asked.max_points,
            level=(Level.SUCCESS if ok else Level.DANGER) if tells else None,
            verdict=_verdict(ok) if tells else None,
        )

    @property
    def _tells(self) -> bool:
        """Whether the form says what is right and what is wrong."""
        return not (self._form.hide_correctness or self._form.ungraded)

    def _field(self, asked: AskedQuestion, *, tells: bool) -> JudgedField:
        """The field as judged before, where the same options were chosen before."""
        if not asked.question.kind.has_few_answers:
            return self._judged(asked, tells=tells)
        values = validation.values_of(asked.question.kind, asked.name, self._received)
        choice: Choice = (asked.name, values, self._reveals)
        field = self._before.get(choice)
        if field is None:
            if len(self._before) >= MOST_KEPT:
                self._before.clear()
            field = self._before[choice] = self._judged(asked, tells=tells)
        return field

    def _judged(self, asked: AskedQuestion, *, tells: bool) -> JudgedField:
        its = mark(asked, self._received, ungraded=self._form.ungraded)
        general, below = hints.authors_hints(asked, its)
        ours = hints.our_hints(asked, its, explain_zero=self._explain_zero) if tells else ()
        rows = zip(asked.rows, its.rows, strict=True)
        return JudgedField(
            name=asked.name,
            values=its.values,
            ok=its.ok,
            points=its.points,
            max_points=its.max_points,
            badge=self._badge(asked, its, tells=tells),
            verdict=_verdict(its.ok) if tells and _is_judged(asked.question) else None,
            hints=(*general, *ours),
            option_hints=below,
            model=_model(asked) if self._reveals else None,
            rows=tuple(self._row(asked, row, each, tells=tells) for row, each in rows),
        )

    def _row(self, asked: AskedQuestion, row: AskedRow, its: Mark, *, tells: bool) -> JudgedField:
        shown = {value: mark for value, mark in row_marks(asked.question, row).items() if mark is not Correctness.WRONG}
        return JudgedField(
            name=row.name,
            values=its.values,
            more=_more(row, self._received),
            ok=its.ok,
            points=its.points,
            max_points=its.max_points,
            verdict=_verdict(its.ok) if tells else None,
            model=Model(options=shown) if self._reveals else None,
        )

    def _badge(self, asked: AskedQuestion, its: Mark, *, tells: bool) -> Badge | None:
        if asked.badge is None or not (tells or self._form.ungraded):
            return asked.badge
        return Badge(max_points=its.max_points, points=its.points, level=_level(its))


def _wrong(field: JudgedField) -> list[str]:
    """Names of what is wrong: of rows, or of a question without."""
    return [each.name for each in field.rows or (field,) if not each.ok]


def _level(its: Mark) -> Level:
    if its.ok:
        return Level.SUCCESS
    return Level.WARNING if 0 < its.points < its.max_points else Level.DANGER


def _verdict(ok: bool) -> Verdict:
    return Verdict.CORRECT if ok else Verdict.INCORRECT


def _is_judged(question: Question) -> bool:
    """Whether there is anything that could be wrong."""
    if question.kind.is_text:
        return question.comparison.correct is not None
    return question.kind not in (QuestionKind.STATIC, QuestionKind.FILE)


def _model(asked: AskedQuestion) -> Model | None:
    question = asked.question
    if question.kind.is_text:
        return Model(text=question.model or question.comparison.correct)
    right = {option.value: option.correctness for option in asked.options}
    return Model(options={value: mark for value, mark in right.items() if mark is not Correctness.WRONG})


def _more(row: AskedRow, received: Received) -> str:
    return received.value(row.more_name) or "" if row.more_name else ""


def _unjudged(asked: AskedQuestion, received: Received, errors: validation.Errors) -> JudgedField:
    kind = asked.question.kind
    rows = tuple(
        JudgedField(
            name=row.name,
            values=validation.values_of(kind, row.name, received),
            more=_more(row, received),
            errors=errors.get(row.name, ()),
        )
        for row in asked.rows
    )
    return JudgedField(
        name=asked.name,
        values=validation.values_of(kind, asked.name, received),
        errors=errors.get(asked.name, ()),
        badge=asked.badge,
        rows=rows,
    )
