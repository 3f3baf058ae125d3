"""The address of a Git repository, graded in the background (A+ spec 2.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradewright.exercises import git_address
from gradewright.exercises.background import check_grader, queued
from gradewright.exercises.built_in.plain import Background
from gradewright.exercises.records import Answer, Context, Received, Status, Visit
from gradewright.exercises.scalars import open_table, text
from gradewright.model.problem import Problem

FIELD, FILE = "git", "gitsource"


class AcceptGitAddress(Background):
    name = "accept-git-address"
    template = "access/accept_git_default.html"

    def check(self, config: Mapping[str, Any]) -> Sequence[Problem]:
        table = open_table(config)
        host = table.read("require_gitlab", text, "")
        if "/" in host or "@" in host or " " in host:
            remedy = "Write it without https:// and without a path: gitlab.example.org"
            table.refuse("require_gitlab", f"must be the name of a host, not {host!r}.", remedy, id="wrong-value")
        check_grader(table)
        return table.problems

    def receive(self, config: Mapping[str, Any], visit: Visit, received: Received, context: Context) -> Answer:
        given = (received.value(FIELD) or "").strip()
        if not given:
            return self.show(config, visit, context)
        host = open_table(config).read("require_gitlab", text, "")
        address = git_address.on_host(given, host) if host else git_address.remote(given)
        if address is None:
            status = Status.ERROR if host else Status.REJECTED
            return Answer(status=status, result={"invalid_address": True, "address": given})
        return queued(config, received, {FILE: address.encode()})
