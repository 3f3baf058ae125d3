"""The page of a batch: complete, self-contained, and safe whatever is in it."""

from __future__ import annotations

import base64
import hashlib
import re
from fractions import Fraction
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings

from gradewright.model.report import Feedback, Outcome, Report, TestResult, Visibility
from gradewright.reports.batch import Batch
from gradewright.reports.batch_html import batch_as_html
from support.reports import HOSTILE, MIXED, batch, batches, entry

VOID = {"input", "link", "meta"}
OURS = {
    *("a", "body", "del", "details", "div", "figcaption", "figure", "g", "h1", "h2", "h3", "h4", "head", "header"),
    *("html", "iframe", "input", "ins", "label", "li", "main", "meta", "meter", "output", "p", "pre", "rect", "script"),
    *("section", "span", "strong", "style", "summary", "svg", "table", "tbody", "td", "text", "th", "thead", "title"),
    *("tr", "ul"),
}


class Page(HTMLParser):
    """The elements of a page, and whether they are closed in order."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(some: Batch) -> Page:
    page = Page("".join(batch_as_html(some)))
    assert page.open == []
    return page


def test_every_submission_has_a_row_and_a_section() -> None:
    page = page_of(MIXED)
    links = [link["href"] for link in page.all("a") if (link["href"] or "").startswith("#submission-")]
    sections = [f"#{section['id']}" for section in page.all("details") if "id" in section]
    assert links == sections == [f"#submission-{number}" for number in range(1, 6)]


@pytest.mark.parametrize(
    "said",
    [
        "5 submissions: 2 graded, 1 rejected, 1 grader broken, 1 not graded. Mean 75 %, median 75 %.",
        "The archive holds a link, a -> /etc/passwd.",
        "The sandbox is gone.",
        "Mind the sign.",
        "Line 2 of the output differs.",
        "2.5 of 5 points (50 %)",
        "8.1 MiB",
        "The student's program ran apart from what judged it.",
    ],
)
def test_it_says_what_teachers_need(said: str) -> None:
    assert said in page_of(MIXED).text


@settings(deadline=None)
@given(batches)
def test_students_and_graders_add_no_element_and_no_handler(some: Batch) -> None:
    page = page_of(some)
    assert {tag for tag, _ in page.elements} <= OURS
    assert len(page.all("script")) == 1
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]


@settings(deadline=None)
@given(batches)
def test_it_needs_no_network(some: Batch) -> None:
    page = page_of(some)
    fetching = [
        value
        for _, attributes in page.elements
        for name, value in attributes.items()
        if name in ("src", "href", "action", "data", "poster") and not (value or "").startswith("#")
    ]
    assert fetching == []


def test_only_its_own_script_may_run() -> None:
    source = "".join(batch_as_html(MIXED))
    script = source.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = page_of(MIXED).all("meta")[1]["content"] or ""
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_rich_feedback_is_shut_in() -> None:
    feedback = Feedback(body=f'<h1 onclick="x()">Hi</h1>{HOSTILE}', html=True)
    page = page_of(batch(entry("a", Report(outcome=Outcome.GRADED, feedback=feedback))))
    (frame,) = page.all("iframe")
    assert frame["sandbox"] == ""
    assert "default-src 'none'" in (frame["srcdoc"] or "")
    assert "<h1 onclick" in (frame["srcdoc"] or "")  # inside, where it can do nothing
    assert not page.all("iframe")[0].get("src")


def test_tables_tell_what_their_cells_are() -> None:
    page = page_of(MIXED)
    assert {head.get("scope") for head in page.all("th")} == {"col", "row"}
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("main")) == 1
    assert [svg["role"] for svg in page.all("svg")] == ["img"]
    assert all(svg["aria-label"] for svg in page.all("svg"))


def test_headings_go_down_one_level_at_a_time() -> None:
    levels = [int(tag[1]) for tag, _ in page_of(MIXED).elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_enormous_texts_are_cut_and_say_so() -> None:
    test = TestResult(name="big", passed=False, max_points=Fraction(1), actual="x" * 100_000)
    source = "".join(batch_as_html(batch(entry("a", Report(outcome=Outcome.GRADED, tests=(test,))))))
    assert len(source) < 60_000
    assert "... and 80000 more characters" in source


@pytest.mark.parametrize(
    ("now", "later", "said"),
    [
        (Visibility.EVERYBODY, None, "everything"),
        (Visibility.QUESTION, None, "all but what came out"),
        (Visibility.STAFF, None, "name, verdict and points"),
        (
            Visibility.HIDDEN,
            Visibility.QUESTION,
            "nothing, and once grades are published all but what came out",
        ),
    ],
)
def test_it_says_what_students_see_of_each_test(now: Visibility, later: Visibility | None, said: str) -> None:
    test = TestResult(name="adds", passed=True, visibility=now, when_published=later)
    source = "".join(batch_as_html(batch(entry("ada", Report(outcome=Outcome.GRADED, tests=(test,))))))
    assert '<th scope="col">Students see</th>' in source
    assert f"<td>{said}</td>" in source


def test_an_empty_batch_is_a_page_too() -> None:
    assert "0 submissions" in page_of(batch()).text
