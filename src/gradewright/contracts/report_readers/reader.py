"""Read a report that an untrusted program wrote. Whatever the bytes are, there is an answer."""

from __future__ import annotations

from gradewright.contracts.report_readers.document import Broken, Node, walk
from gradewright.contracts.report_readers.junit import junit_case
from gradewright.contracts.report_readers.names import MAX_IDENTIFIER
from gradewright.contracts.report_readers.records import ReadReport, ReportedCase
from gradewright.contracts.report_readers.testng import testng_case
from gradewright.contracts.report_readers.text import decoded, parseable

MAX_BYTES = 8 * 1024 * 1024
EMPTY = "The report is empty: the test program ended before it wrote anything. Its output may tell why."


def read_report(data: bytes, *, max_bytes: int = MAX_BYTES) -> ReadReport:
    """The test cases of a report, as far as it can be read; never raises.

    A report that breaks off, or is longer than `max_bytes`, gives the cases that are complete before the break.
    Duplicates are all there, in order: which of them counts is for the contract to say.
    """
    problems = []
    if len(data) > max_bytes:
        problems.append(f"The report has {len(data)} bytes; the first {max_bytes} are read. Let the tests write less.")
    text, problem = decoded(data[:max_bytes])
    problems += [problem] if problem else []
    text = parseable(text)
    if not text:
        return ReadReport(problems=(*problems, EMPTY))
    if not text.startswith("<"):
        problem = f"The report is not XML: it starts with {text[:20]!r}. Let the tests write JUnit XML."
        return ReadReport(problems=(*problems, problem))
    collector = _Collector()
    try:
        walk(text, collector.take)
    except Broken as broken:
        problems.append(_damage(broken, collector.cases))
    return ReadReport(cases=tuple(collector.cases), problems=(*problems, *collector.problems()))


def _damage(broken: Broken, cases: list[ReportedCase]) -> str:
    kept = f"test cases kept from before that point: {len(cases)}"
    last = f", the last is {cases[-1].name!r}" if cases else ""
    return f"The report is damaged: {broken.reason}; {kept}{last}. {broken.advice}"


class _Collector:
    """The cases so far; those without a usable name are only counted."""

    def __init__(self) -> None:
        self.cases: list[ReportedCase] = []
        self.nameless = 0
        self.too_long = 0

    def take(self, suite: str, node: Node) -> None:
        name, class_name = node.attributes.get("name", ""), node.attributes.get("classname", "")
        if not name:
            self.nameless += 1
        elif len(suite) + len(class_name) + len(name) > MAX_IDENTIFIER:  # so that no long one is ever made
            self.too_long += 1
        elif case := junit_case(suite, node) if node.tag == "testcase" else testng_case(suite, node):
            self.keep(case)

    def keep(self, case: ReportedCase) -> None:
        if len(case.identifier) > MAX_IDENTIFIER:
            self.too_long += 1
        else:
            self.cases.append(case)

    def problems(self) -> list[str]:
        found = []
        if self.nameless:
            found.append(f"Test cases without a name: {self.nameless}. They are left out; give each a name.")
        if self.too_long:
            limit = f"more than {MAX_IDENTIFIER} characters"
            found.append(
                f"Test cases whose names of suite, class and case have {limit}: {self.too_long}. Shorten them."
            )
        return found
