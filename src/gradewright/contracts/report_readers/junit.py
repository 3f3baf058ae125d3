"""A test case of JUnit XML: of pytest, unittest with `meta`, googletest before and since 1.8.1 (coursemology 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradewright.contracts.report_readers.names import identifier, kind_of
from gradewright.contracts.report_readers.records import ReportedCase, Status

if TYPE_CHECKING:
    from gradewright.contracts.report_readers.document import Node

STATUSES: dict[str, Status] = {"error": "error", "failure": "failed", "skipped": "skipped"}  # the first that is there


def junit_case(suite: str, node: Node) -> ReportedCase:
    name = node.attributes["name"]
    reason = _reason(node)
    texts = _texts(node)
    return ReportedCase(
        suite=suite,
        name=name,
        identifier=identifier(suite, node.attributes.get("classname", ""), name),
        status=STATUSES[reason.tag] if reason else "passed",
        expression=texts.get("expression", ""),
        expected=texts.get("expected", ""),
        output=texts.get("output", ""),
        hint=texts.get("hint", ""),
        message=_message(reason) if reason else "",
        kind=kind_of(name),
    )


def _reason(node: Node) -> Node | None:
    """Why it did not pass."""
    found = {child.tag: child for child in reversed(node.children)}
    return next((found[tag] for tag in STATUSES if tag in found), None)


def _texts(node: Node) -> dict[str, str]:
    """By name; the first `meta` element wins over the attributes of the case, these over its properties."""
    texts = dict(node.attributes)
    if properties := node.child("properties"):
        listed = [child.attributes for child in reversed(properties.children)]
        texts = {item["name"]: item["value"] for item in listed if "name" in item and "value" in item} | texts
    if meta := next(node.descendants("meta"), None):
        texts |= meta.attributes
    return texts


def _message(reason: Node) -> str:
    parts = (reason.attributes.get("type"), reason.attributes.get("message", reason.text))
    return ": ".join(part for part in parts if part)
