"""Questions judged at once, or handed to a grader as data.json if the exercise has one (A+ spec 2.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradewright.exercises.asked import AskedForm
from gradewright.exercises.asking import asked_form, whole_form
from gradewright.exercises.background import queued
from gradewright.exercises.built_in.plain import Plain
from gradewright.exercises.check import Judged, judge, judge_model
from gradewright.exercises.data_json import form_files
from gradewright.exercises.form_reader import form_of, read_form
from gradewright.exercises.judged import JudgedForm
from gradewright.exercises.questions import Form
from gradewright.exercises.records import Answer, Context, Received, Status, Visit
from gradewright.exercises.sampling import Lot
from gradewright.exercises.scalars import open_table
from gradewright.model.problem import Problem

ASKED, JUDGED = "asked", "judged"  # what templates' makers find in an answer's result
MAX_FORMS = 2000  # kept read
NOBODY = Lot(exercise="", visit=Visit(), secret="")  # what is drawn by lot is drawn anew for everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A form, read once for as long as the course is not loaded anew."""

    config: Mapping[str, Any]
    everything: AskedForm  # with all its questions
    judged: Judged = field(default_factory=dict)


class CreateForm(Plain):
    name = "create-form"
    template = "access/create_form_default.html"

    def __init__(self) -> None:
        self._read: dict[int, _Read] = {}

    def in_background(self, config: Mapping[str, Any]) -> bool:
        return bool(config.get("container") or config.get("grader"))

    def varies(self, config: Mapping[str, Any]) -> bool:
        return self._form(config).is_random

    def check(self, config: Mapping[str, Any]) -> Sequence[Problem]:
        table = open_table(config)
        read_form(table)
        return table.problems

    def show(self, config: Mapping[str, Any], visit: Visit, context: Context) -> Answer:
        return Answer(status=Status.SHOWN, result={ASKED: self._asked(config, visit, context)})

    def receive(self, config: Mapping[str, Any], visit: Visit, received: Received, context: Context) -> Answer:
        asked = self._asked(config, visit, context)
        before = None if asked.form.is_random else self._of(config).judged
        judged = judge(asked, received, visit, _secret(asked.form, context), before)
        result = {
            ASKED: asked,
            JUDGED: judged,
            "error_fields": judged.error_fields,
            "error_groups": judged.error_groups,
            "invalid_checksum": judged.tampered,
        }
        if not judged.accepted:
            return Answer(status=Status.REJECTED, max_points=judged.max_points, result=result)
        if self.in_background(config):
            return queued(config, received, form_files(asked, received, visit))
        return Answer(status=Status.ACCEPTED, points=judged.points, max_points=judged.max_points, result=result)

    def model(self, config: Mapping[str, Any]) -> JudgedForm | None:
        return judge_model(whole_form(self._form(config)))

    def _asked(self, config: Mapping[str, Any], visit: Visit, context: Context) -> AskedForm:
        everything = self._of(config).everything
        form = everything.form
        if not form.is_random:
            return everything
        return asked_form(form, Lot(exercise=context.exercise, visit=visit, secret=_secret(form, context)))

    def _form(self, config: Mapping[str, Any]) -> Form:
        return self._of(config).everything.form

    def _of(self, config: Mapping[str, Any]) -> _Read:
        """What was read of this configuration; it is told by identity, which takes that nobody changes it."""
        kept = self._read.get(id(config))
        if kept is None or kept.config is not config:
            if len(self._read) >= MAX_FORMS:
                self._read.clear()
            everything = asked_form(form_of(config), NOBODY)
            kept = self._read[id(config)] = _Read(config=config, everything=everything)
        return kept


def _secret(form: Form, context: Context) -> str:
    return form.secret or context.secret
