"""The repository of a user name, at an address that the author gives, graded in the background (A+ spec 2.6).

The name comes from the front end, signed by us so that nobody sends another's. Only where the front end knows nobody
may it be typed in. The original signs with a secret that everybody knows; ours is the service's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gradewright.exercises.background import check_grader, queued
from gradewright.exercises.built_in.accept_git_address import FILE
from gradewright.exercises.built_in.plain import Background
from gradewright.exercises.records import Answer, Context, Received, Status, Visit
from gradewright.exercises.sampling import checksum, is_genuine
from gradewright.exercises.scalars import open_table, text
from gradewright.model.problem import Problem

USER, HASH, PLACEHOLDER = "user", "hash", "$USER"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


class AcceptGitUser(Background):
    name = "accept-git-user"
    template = "access/accept_git_user.html"

    def varies(self, config: Mapping[str, Any]) -> bool:
        return True

    def check(self, config: Mapping[str, Any]) -> Sequence[Problem]:
        table = open_table(config)
        remedy = f"Write {PLACEHOLDER} where the user's name belongs: git@gitlab.example.org:{PLACEHOLDER}/course.git"
        table.require("git_address", remedy)
        if "git_address" in table and PLACEHOLDER not in table.read("git_address", text, ""):
            table.refuse("git_address", f"lacks {PLACEHOLDER}.", remedy, id="wrong-value")
        check_grader(table)
        return table.problems

    def show(self, config: Mapping[str, Any], visit: Visit, context: Context) -> Answer:
        if not visit.uid:
            return Answer(status=Status.SHOWN)
        result = {USER: visit.uid, HASH: checksum(context.secret, _signed(visit.uid))}
        return Answer(status=Status.SHOWN, result=result)

    def receive(self, config: Mapping[str, Any], visit: Visit, received: Received, context: Context) -> Answer:
        user, signature = (received.value(USER) or "").strip(), received.value(HASH)
        if not user:
            return self.show(config, visit, context)
        if (signature or visit.uid) and not is_genuine(context.secret, _signed(user), signature):
            message = "The user name does not come from this page. Load the page again and send it from there."
            return Answer(status=Status.REJECTED, message=message, http_status=403)
        if not _NAME.fullmatch(user):
            return Answer(status=Status.REJECTED, result={"invalid_address": True})
        address = open_table(config).read("git_address", text, "").replace(PLACEHOLDER, user)
        return queued(config, received, {FILE: address.encode()})


def _signed(user: str) -> str:
    """What is signed: nothing that a sample of a form could be."""
    return f"user:{user}"
