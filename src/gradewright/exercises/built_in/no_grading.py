"""A template, shown whatever is sent (A+ spec 2.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradewright.exercises.built_in.plain import Plain
from gradewright.exercises.scalars import open_table
from gradewright.model.problem import Problem


class NoGrading(Plain):
    name = "no-grading"

    def check(self, config: Mapping[str, Any]) -> Sequence[Problem]:
        table = open_table(config)
        table.require("template", "Name the template to show, such as: template: ./page.html")
        return table.problems
