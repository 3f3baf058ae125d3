"""Texts and files together, graded in the background (A+ spec 2.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradewright.exercises.background import check_fields, check_files, check_grader, check_names_of_files, queued
from gradewright.exercises.built_in.plain import Background
from gradewright.exercises.records import Answer, Context, Received, Status, Visit
from gradewright.exercises.scalars import open_table
from gradewright.exercises.sent import blank_fields, files_sent, texts_sent
from gradewright.model.problem import Problem


class AcceptGeneralForm(Background):
    name = "accept-general-form"
    template = "access/accept_general_default.html"

    def check(self, config: Mapping[str, Any]) -> Sequence[Problem]:
        table = open_table(config)
        if "files" in table:
            check_files(table)
        if "fields" in table or "files" not in table:
            check_fields(table)
        check_names_of_files(table)
        check_grader(table)
        return table.problems

    def show(self, config: Mapping[str, Any], visit: Visit, context: Context) -> Answer:
        return Answer(status=Status.SHOWN, result={"fields": blank_fields(config)})

    def receive(self, config: Mapping[str, Any], visit: Visit, received: Received, context: Context) -> Answer:
        texts, files = texts_sent(config, received), files_sent(config, received)
        if texts.complete and files.complete:
            return queued(config, received, {**texts.files, **files.files})
        result = {
            "fields": texts.fields,
            "missing_fields": not texts.complete,
            "missing_files": not files.complete,
            "missing": files.missing,
        }
        return Answer(status=Status.REJECTED, result=result)
