"""Named files, graded in the background (A+ spec 2.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradewright.exercises.background import check_files, check_grader, check_names_of_files, queued
from gradewright.exercises.built_in.plain import Background
from gradewright.exercises.records import Answer, Context, Received, Status, Visit
from gradewright.exercises.scalars import open_table
from gradewright.exercises.sent import files_sent
from gradewright.model.problem import Problem


class AcceptFiles(Background):
    name = "accept-files"
    template = "access/accept_files_default.html"

    def check(self, config: Mapping[str, Any]) -> Sequence[Problem]:
        table = open_table(config)
        if "files" in table:  # a page without is shown and takes nothing
            check_files(table)
            check_names_of_files(table)
            check_grader(table)
        return table.problems

    def receive(self, config: Mapping[str, Any], visit: Visit, received: Received, context: Context) -> Answer:
        if "files" not in config:
            return self.show(config, visit, context)
        sent = files_sent(config, received)
        if sent.complete:
            return queued(config, received, sent.files)
        return Answer(status=Status.REJECTED, result={"missing_files": True, "missing": sent.missing})
