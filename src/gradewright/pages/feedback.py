"""Feedback to a student as HTML, for a front end to show (A+ spec 4.3, 4.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import override

from gradewright.errors import AuthorError
from gradewright.model.report import Outcome, Report
from gradewright.pages.engine import course_engine, language_code, render, template_name
from gradewright.pages.shown_report import ShownReport, shown_report
from gradewright.pages.variables import Scene, variables
from gradewright.reports.json import number

OWN_HTML = "aplus"  # the contract whose graders write the whole page themselves
REPORT = "access/_report.html"
UNUSED = "access/feedback_template_did_not_use_result_alert.html"
BROKEN = "access/_feedback_template_broken.html"
TOLD = frozenset({"points", "max_points", "error", "out"})  # one of them a template must show


class FeedbackResult(Mapping[str, Any]):
    """`result` of a feedback template; remembers what the template asked for. What is not there is None."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self.used: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.used.add(name)
        return self._values.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def was_told(self) -> bool:
        return bool(self.used & TOLD)


def feedback_html(report: Report, scene: Scene, *, contract: str = OWN_HTML) -> str:
    """What the student reads of a report. Never raises for a broken template: the verdict must arrive.

    HTML of a grader of the contract "aplus" stays as it is, and every other report gets a page of ours. The exercise's
    `feedback_template` is given either as `result.out`.
    """
    language = language_code(scene.visit.language, scene.exercise.language)
    with override(language):
        shown = shown_report(report)
    own = contract == OWN_HTML and report.feedback.html and bool(report.feedback.body.strip())
    out = _with_messages(report, scene, shown, language) if own else _ours(scene, REPORT, {"report": shown}, language)
    template = scene.version[1].get("feedback_template") if scene.exercise.versions else None
    return _by_template(str(template), report, scene, out, language) if template else out


def _with_messages(report: Report, scene: Scene, shown: ShownReport, language: str) -> str:
    """The grader's own HTML; above it what we must add, if anything."""
    if not shown.messages or report.outcome is Outcome.GRADER_BROKEN:
        return report.feedback.body
    return _ours(scene, "access/_messages.html", {"report": shown}, language) + report.feedback.body


def _ours(scene: Scene, template: str, found: Mapping[str, Any], language: str) -> str:
    return render(course_engine(scene.course, scene.site.overrides), template, found, language)


def _by_template(template: str, report: Report, scene: Scene, out: str, language: str) -> str:
    result = FeedbackResult(_values(report, scene, out))
    found = {**variables(scene, None), "result": result}
    engine = course_engine(scene.course, scene.site.overrides)
    try:
        html = render(engine, template_name(scene.course, template), found, language)
    except AuthorError as error:
        return _ascii(_ours(scene, BROKEN, {"problems": error.problems}, language) + out)
    if not result.was_told:
        html = _ours(scene, UNUSED, {}, language) + html
    return _ascii(html)


def _values(report: Report, scene: Scene, out: str) -> dict[str, Any]:
    return {
        "points": number(report.points),
        "max_points": number(report.max_points),
        "out": out,
        "error": report.outcome is Outcome.GRADER_BROKEN,
        "title": scene.version[1].get("title", scene.exercise.key),
    }


def _ascii(html: str) -> str:
    """With character references for everything beyond ASCII, as the original sends it."""
    return html.encode("ascii", "xmlcharrefreplace").decode("ascii")
