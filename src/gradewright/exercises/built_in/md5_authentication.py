"""A page that proves to another service who looks at it, by a checksum (A+ spec 2.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradewright.exercises.built_in.plain import Plain
from gradewright.exercises.records import Answer, Context, Status, Visit
from gradewright.exercises.sampling import checksum
from gradewright.exercises.scalars import open_table, text
from gradewright.model.problem import Problem


class Md5Authentication(Plain):
    name = "md5-authentication"

    def varies(self, config: Mapping[str, Any]) -> bool:
        return True

    def check(self, config: Mapping[str, Any]) -> Sequence[Problem]:
        table = open_table(config)
        table.require("auth_secret", "Give the secret that the other service knows, too.")
        table.require("template", "Name the template that shows result.user and result.hash.")
        return table.problems

    def show(self, config: Mapping[str, Any], visit: Visit, context: Context) -> Answer:
        secret = open_table(config).read("auth_secret", text, "")
        return Answer(status=Status.SHOWN, result={"user": visit.uid, "hash": checksum(secret, visit.uid)})
