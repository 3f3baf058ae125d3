"""Texts, graded in the background (A+ spec 2.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradewright.exercises.background import check_fields, check_grader, check_names_of_files, queued
from gradewright.exercises.built_in.plain import Background
from gradewright.exercises.records import Answer, Context, Received, Status, Visit
from gradewright.exercises.scalars import open_table
from gradewright.exercises.sent import blank_fields, texts_sent
from gradewright.model.problem import Problem


class AcceptPost(Background):
    name = "accept-post"
    template = "access/accept_post_default.html"

    def check(self, config: Mapping[str, Any]) -> Sequence[Problem]:
        table = open_table(config)
        check_fields(table)
        check_names_of_files(table)
        check_grader(table)
        return table.problems

    def show(self, config: Mapping[str, Any], visit: Visit, context: Context) -> Answer:
        return Answer(status=Status.SHOWN, result={"fields": blank_fields(config)})

    def receive(self, config: Mapping[str, Any], visit: Visit, received: Received, context: Context) -> Answer:
        sent = texts_sent(config, received)
        if sent.complete:
            return queued(config, received, sent.files)
        return Answer(status=Status.REJECTED, result={"fields": sent.fields, "missing_fields": True})
