"""A test method of TestNG's own report (coursemology 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradewright.contracts.report_readers.names import identifier, kind_of
from gradewright.contracts.report_readers.records import ReportedCase, Status

if TYPE_CHECKING:
    from gradewright.contracts.report_readers.document import Node

STATUSES: dict[str | None, Status] = {"PASS": "passed", "SKIP": "skipped"}  # there are no errors: all else failed


def testng_case(suite: str, node: Node) -> ReportedCase | None:
    """None for a method that is no test case, as one that prepares: its name tells of no kind."""
    name = node.attributes["name"]
    kind = kind_of(name)
    if not kind:
        return None
    exception = node.child("exception")
    attributes = node.child("attributes")
    texts = {child.attributes.get("name"): child.text for child in attributes.children} if attributes else {}
    return ReportedCase(
        suite=suite,
        name=name,
        identifier=identifier(suite, "", name),
        status=STATUSES.get(node.attributes.get("status"), "failed"),
        expression=texts.get("expression", ""),
        expected=texts.get("expected", ""),
        output=texts.get("output", ""),
        hint=texts.get("hint", ""),
        message=_message(exception) if exception else "",
        kind=kind,
    )


def _message(exception: Node) -> str:
    message = exception.child("message")
    parts = [exception.attributes.get("class", ""), *([message.text] if message else [])]
    return ": ".join(parts)
