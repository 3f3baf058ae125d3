"""A test case of JUnit XML: of pytest, unittest with `meta`, googletest before and since 1.8.1 (coursemology 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradewright.contracts.report_readers.names import identifier, kind_of
from gradewright.contracts.report_readers.records import ReportedCase, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradewright.contracts.report_readers.document import Node

STATUSES: dict[str, Status] = {"error": "error", "failure": "failed", "skipped": "skipped"}  # the first that is there


def junit_case(suite: str, node: Node) -> ReportedCase:
    name = node.get("name") or ""
    reason = next((child for tag in STATUSES if (child := node.child(tag))), None)
    says = _metadata(node)
    return ReportedCase(
        suite=suite,
        name=name,
        identifier=identifier(suite, node.get("classname") or "", name),
        status=STATUSES[reason.tag] if reason else "passed",
        expression=says("expression"),
        expected=says("expected"),
        output=says("output"),
        hint=says("hint"),
        message=_message(reason) if reason else "",
        kind=kind_of(name),
    )


def _metadata(node: Node) -> Callable[[str], str]:
    """Look up one of the case's texts: in its first `meta` element, in its attributes, among its properties."""
    meta = next(node.descendants("meta"), None)
    properties = node.child("properties")
    listed = {child.get("name"): child.get("value") for child in reversed(properties.children)} if properties else {}

    def says(key: str) -> str:
        places = (meta.get(key) if meta else None, node.get(key), listed.get(key))
        return next((text for text in places if text is not None), "")

    return says


def _message(reason: Node) -> str:
    parts = (reason.get("type"), reason.get("message") or reason.text)
    return ": ".join(part for part in parts if part)
