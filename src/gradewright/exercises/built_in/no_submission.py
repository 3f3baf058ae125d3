"""Nothing is sent: the staff grades what is handed in elsewhere (A+ spec 2.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradewright.exercises.built_in.plain import Plain
from gradewright.exercises.scalars import open_table, points_in_all
from gradewright.model.problem import Problem


class NoSubmission(Plain):
    name = "no-submission"
    template = "access/no_submission_default.html"

    def check(self, config: Mapping[str, Any]) -> Sequence[Problem]:
        table = open_table(config)
        table.require("max_points", "Say how many points the staff can give.")
        table.read("max_points", points_in_all, None)
        return table.problems
