"""A report as a student sees it on a page: only what their tests may tell, cut to a length that a front end takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext

from gradewright.model.report import Outcome, Report, TestResult
from gradewright.pages.words import localised
from gradewright.reports import for_student
from gradewright.reports.numbers import percent, points
from gradewright.reports.table import harmless
from gradewright.verdicts import CATALOGUE

TEXT_LENGTH = 5_000  # characters of any one text of a test
FEEDBACK_LENGTH = 200_000  # characters of a grader's plain text
DETAILED = 100  # tests whose texts are shown; of more, only name, verdict and points
TONES = {True: "success", False: "danger", None: "secondary"}
DIFF_TONES = {"+": "success", "-": "danger"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A titled text of several lines."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTest:
    name: str
    verdict: str
    tone: str  # of Bootstrap
    passed: bool | None
    points: str = ""  # "1 / 2"; empty: it gives none
    message: str = ""
    hint: str = ""
    blocks: tuple[Block, ...] = ()

    @property
    def has_details(self) -> bool:
        return bool(self.message or self.hint or self.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestGroup:
    __test__ = False

    name: str
    tests: tuple[ShownTest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReport:
    outcome: str
    score: str = ""  # "7.5 / 10"; empty: there is none
    percent: str = ""
    level: str = ""  # success, warning, danger
    summary: str = ""  # "3 of 4 tests passed"
    messages: tuple[str, ...] = ()
    groups: tuple[TestGroup, ...] = ()
    feedback: str = ""
    is_html: bool = False  # the feedback is HTML of the author


def shown_report(report: Report) -> ShownReport:
    """What of a report a student sees, in the language that is active in Django."""
    report = for_student(report)
    graded = report.outcome is Outcome.GRADED and report.max_points > 0
    feedback = report.feedback
    return ShownReport(
        outcome=report.outcome.value,
        score=_score(report) if graded else "",
        percent=localised(percent(report.points, report.max_points)) if graded else "",
        level=_level(report),
        summary=_summary(report),
        messages=tuple(map(harmless, report.messages)),
        groups=tuple(_groups(report)),
        feedback=feedback.body if feedback.html else _cut(feedback.body.strip("\n"), FEEDBACK_LENGTH),
        is_html=feedback.html,
    )


def _score(judged: Report | TestResult) -> str:
    return localised(f"{points(judged.points)} / {points(judged.max_points)}")


def _level(report: Report) -> str:
    if report.points >= report.max_points:
        return "success"
    return "warning" if report.points > 0 else "danger"


def _summary(report: Report) -> str:
    if not report.tests:
        return ""
    passed = sum(test.passed is True for test in report.tests)
    return gettext("%(passed)s of %(all)s tests passed") % {"passed": passed, "all": len(report.tests)}


def _groups(report: Report) -> Iterator[TestGroup]:
    shown = ((test.group, _test(test, detailed=index < DETAILED)) for index, test in enumerate(report.tests))
    for name, tests in groupby(shown, key=lambda pair: pair[0]):
        yield TestGroup(name=harmless(name), tests=tuple(test for _, test in tests))


def _test(test: TestResult, *, detailed: bool) -> ShownTest:
    verdict = CATALOGUE.get(test.verdict)
    words = {True: gettext("Passed"), False: gettext("Failed"), None: gettext("Not judged")}
    tells = detailed and not test.passed
    return ShownTest(
        name=harmless(test.name),
        verdict=gettext(verdict.short) if verdict else words[test.passed],
        tone="warning" if not test.passed and test.points > 0 else TONES[test.passed],
        passed=test.passed,
        points=_score(test) if test.max_points or test.points else "",
        message=_cut(test.message) if detailed else "",
        hint=_cut(test.hint) if tells else "",
        blocks=tuple(_blocks(test)) if tells else (),
    )


def _blocks(test: TestResult) -> Iterator[Block]:
    if test.diff:
        lines = (Line(text=line, tone=DIFF_TONES.get(line[:1], "")) for line in _cut(test.diff).splitlines())
        yield Block(title=gettext("Difference (- expected, + yours)"), lines=tuple(lines))
        return
    for title, text in ((gettext("Expected"), test.expected), (gettext("Yours"), test.actual)):
        if text:
            yield Block(title=title, lines=tuple(Line(text=line) for line in _cut(text).splitlines()))


def _cut(text: str, length: int = TEXT_LENGTH) -> str:
    shown = harmless(text[:length])
    if len(text) <= length:
        return shown
    return shown + "\n" + gettext("… and %(number)s more characters") % {"number": len(text) - length}
