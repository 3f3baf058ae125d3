"""What axe finds wrong with pages for people who cannot see, point or tell colours apart: nothing.

Its rules cover WCAG 2, levels A and AA, and some practices beside. Each page is checked as it stands in a browser with
its style sheets, before something was sent and after.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from gradewright.model.report import Feedback, Outcome, Report, TestResult
from gradewright.pages.django_ready import LANGUAGES, set_up
from gradewright.pages.feedback import feedback_html
from support.scenes import scene
from web.conftest import Server

pytestmark = pytest.mark.needs("chromium")

KINDS = Path(__file__).parent / "kinds"  # a course with an exercise of each
Fields = Mapping[str, str | list[str]]

CHECK = """
async () => (await axe.run({resultTypes: ["violations"]})).violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.html}\\n${node.failureSummary}`))
"""

RIGHT: Fields = {
    "radio": "b",
    "dropdown": "y",
    "checkbox": ["a", "e"],
    "text": "hello",
    "number": "42",
    "words": "good evening",
    "odd": "t",
    "even": "f",
    "three": ["o", "p"],
    "nine": ["o"],
}
WRONG: Fields = {"radio": "a", "checkbox": ["a", "b"], "text": "no", "number": "4", "words": "good morning", "odd": "f"}
LAST = "uid=1&ordinal_number=3&max_submissions=3"  # attempt of those that are allowed

SHOWN = [
    "",
    "login",
    "nowhere/at/all",
    "kinds/",
    "kinds/form",
    "kinds/form?uid=1&ordinal_number=4&max_submissions=3",
    "kinds/form?uid=nobody",
    "kinds/questionnaire",
    "kinds/files",
    "kinds/post",
    "kinds/general",
    "kinds/git-address",
    "kinds/git-user",
    "kinds/git-user?uid=1",
    "kinds/compare",
    "kinds/authentication?uid=1",
    "kinds/page",
    "kinds/handed-in",
    "kinds/active",
    "kinds/broken",
    "model/kinds/form/",
    "probe/personal?uid=1",
    "probe/unknown-type",
    "instances/probe/personal",
]
SENT: list[tuple[str, Fields]] = [
    ("kinds/form", RIGHT),
    ("kinds/form", WRONG),
    ("kinds/form?" + LAST, WRONG),
    ("kinds/form", {}),
    ("kinds/form", {**RIGHT, "number": "many"}),
    ("kinds/questionnaire", {"t": "fine", "r": "g"}),
    ("kinds/files", {}),
    ("kinds/post", {"answer.txt": "x"}),
    ("kinds/post?submission_url=http://127.0.0.1:9/", {"answer.txt": "x"}),
    ("kinds/post", {}),
    ("kinds/general", {}),
    ("kinds/git-address", {"git": "nowhere"}),
    ("kinds/git-user", {"user": "-x"}),
    ("kinds/git-user?uid=1", {"user": "2", "hash": "forged"}),
    ("kinds/compare", {"x": "1"}),
    ("kinds/active", {"number": "1"}),
    ("kinds/active", {}),
    ("login", {"token": "forged"}),
]

FAILED: dict[str, Any] = {"passed": False, "max_points": Fraction(2), "verdict": "wrong-output", "hint": "Think."}
REPORTS = {
    "tests": Report(
        outcome=Outcome.GRADED,
        points=Fraction(1),
        max_points=Fraction(5),
        tests=(
            TestResult(name="adds", group="public", message="It does not add.", expected="3", actual="4", **FAILED),
            TestResult(name="prints", group="public", diff=" a\n-b\n+c", **FAILED),
            TestResult(name="runs", group="hidden", passed=True, points=Fraction(1), max_points=Fraction(1)),
            TestResult(name="ends", group="hidden", passed=None),
        ),
        feedback=Feedback(body="Compiled with warnings."),
    ),
    "all right": Report(outcome=Outcome.GRADED, points=Fraction(5), max_points=Fraction(5)),
    "rejected": Report(outcome=Outcome.REJECTED, messages=("main.py is missing.\nSend it.",)),
    "broken": Report(outcome=Outcome.GRADER_BROKEN, messages=("exit code 3",)),
}
IN_A_PAGE = """<!DOCTYPE html><html lang="{language}"><head><title>Feedback</title>
<link rel="stylesheet" href="{url}/static/gradewright/bootstrap.min.css">
<link rel="stylesheet" href="{url}/static/gradewright/page.css"></head>
<body><main><h1>Course</h1><h2>Exercise</h2><h3>Submission</h3>{feedback}</main></body></html>"""


@pytest.fixture(scope="module", autouse=True)
def kinds(server: Server) -> None:
    shutil.copytree(KINDS, server.courses / "kinds")


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(reduced_motion="reduce")  # no colours on their way to others
    yield page
    page.close()


def wrong_with(page: Page, html: str) -> list[str]:
    page.set_content(html)
    if not page.evaluate("'axe' in window"):  # it stays when the content changes
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(CHECK)
    return found


def in_language(path: str, language: str) -> str:
    return f"/{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", SHOWN)
def test_nothing_is_wrong_with_a_page(server: Server, page: Page, path: str, language: str) -> None:
    assert wrong_with(page, server.get(in_language(path, language)).text) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("path", "fields"), SENT)
def test_nothing_is_wrong_with_a_page_after_something_was_sent(
    server: Server, page: Page, path: str, fields: Fields, language: str
) -> None:
    assert wrong_with(page, server.post(in_language(path, language), data=fields).text) == []


def feedback_in_page(server: Server, report: Report, language: str, **config: str) -> str:
    set_up()
    feedback = feedback_html(report, scene(config, language=language), contract="cases")
    return IN_A_PAGE.format(language=language, url=server.url, feedback=feedback)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("report", REPORTS)
def test_nothing_is_wrong_with_feedback(server: Server, page: Page, report: str, language: str) -> None:
    assert wrong_with(page, feedback_in_page(server, REPORTS[report], language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ["success", "resubmit", "timeout", "system_error", "that_is_missing"])
def test_nothing_is_wrong_with_feedback_by_a_template(server: Server, page: Page, template: str, language: str) -> None:
    html = feedback_in_page(server, REPORTS["tests"], language, feedback_template=f"access/task_{template}.html")
    assert wrong_with(page, html) == []


def test_what_is_wrong_is_found(server: Server, page: Page) -> None:
    sheet = f'<link rel="stylesheet" href="{server.url}/static/gradewright/bootstrap.min.css">'
    bad = f'<html><head>{sheet}</head><body><main><h1>A</h1><input><p class="text-light">Pale</p></main></body></html>'
    found = {each.partition(":")[0] for each in wrong_with(page, bad)}
    assert {"color-contrast", "document-title", "html-has-lang", "label"} <= found
