"""What a student reads of a report (A+ spec 4.4)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from gradewright.model.report import Feedback, Outcome, Report, TestResult, Visibility
from gradewright.pages.feedback import feedback_html
from support.aplus_page import Element, broken_references, parse
from support.scenes import scene

OWN = "<h1>Ä</h1><script>let a = 1 < 2</script>"
POSTED = Report(
    outcome=Outcome.GRADED, points=Fraction(4), max_points=Fraction(5), feedback=Feedback(body=OWN, html=True)
)
FAILED = TestResult(
    name="adds <x>",
    passed=False,
    max_points=Fraction(2),
    verdict="wrong-output",
    message="m <x>",
    expected="3 <x>",
    actual="4 <x>",
    hint="h <x>",
)
PASSED = TestResult(name="runs", passed=True, points=Fraction(1), max_points=Fraction(1), hint="never shown")


def html(report: Report, config: dict[str, Any] | None = None, contract: str = "cases", language: str = "en") -> str:
    return feedback_html(report, scene(config or {}, language=language), contract=contract)


def shown(*tests: TestResult, language: str = "en", **more: Any) -> Element:
    report = Report(outcome=Outcome.GRADED, points=Fraction(1), max_points=Fraction(3), tests=tests, **more)
    document = parse(html(report, language=language))
    assert not document.all("x"), "something was not escaped"
    return document


def by_template(text: str, tmp_path: Path, report: Report = POSTED, contract: str = "aplus") -> str:
    (tmp_path / "f.html").write_text(text, "utf-8")
    it = scene({"feedback_template": "./f.html"}, tmp_path)
    return feedback_html(report, it, contract=contract)


def test_what_a_container_posted_stays_as_it_is() -> None:
    assert html(POSTED, contract="aplus") == OWN


def test_what_a_container_posted_stays_even_if_it_is_broken() -> None:
    broken = Report(outcome=Outcome.GRADER_BROKEN, messages=("for staff",), feedback=Feedback(body=OWN, html=True))
    assert html(broken, contract="aplus") == OWN


def test_a_container_that_never_posted_is_not_the_fault_of_the_student() -> None:
    page = html(Report(outcome=Outcome.GRADER_BROKEN, messages=("exit code 3 at /secret",)), contract="aplus")
    assert "This is not your fault" in parse(page).one(cls="alert-danger").text
    assert "secret" not in page


def test_a_page_for_graders_that_write_none() -> None:
    document = shown(FAILED, PASSED)
    assert document.one(cls="gw-score").text == "1 / 3 points (33.3 %) · 1 of 2 tests passed"
    failed, passed = document.all("li")
    assert failed.all("strong")[0].text == "adds <x>"
    assert "Wrong output" in failed.text
    assert "Hint: h <x>" in failed.text
    assert "m <x>" in failed.text
    assert [each.text for each in failed.all("pre")] == ["3 <x>", "4 <x>"]
    assert failed.one(cls="badge").text == "0 / 2 points"
    assert "never shown" not in passed.text
    assert broken_references(document) == []


def test_a_difference_takes_the_place_of_both_texts() -> None:
    document = shown(TestResult(name="t", passed=False, expected="a", actual="b", diff="-<x>\n+<x>\n same"))
    (pre,) = document.all("pre")
    assert [each.attrs["class"] for each in pre.all("span")] == ["text-danger-emphasis", "text-success-emphasis"]
    assert pre.text == "-<x> +<x> same"


@pytest.mark.parametrize(
    ("visibility", "seen", "unseen"),
    [
        (Visibility.EVERYBODY, ["adds", "3 <x>", "4 <x>", "h <x>"], []),
        (Visibility.QUESTION, ["adds", "3 <x>", "h <x>"], ["4 <x>"]),
        (Visibility.STAFF, ["adds", "Wrong output"], ["3 <x>", "4 <x>", "h <x>", "m <x>"]),
        (Visibility.HIDDEN, [], ["adds", "3 <x>"]),
    ],
)
def test_only_what_a_student_may_see(visibility: Visibility, seen: list[str], unseen: list[str]) -> None:
    text = shown(replace(FAILED, visibility=visibility)).text
    assert [each for each in seen if each not in text] == []
    assert [each for each in unseen if each in text] == []


def test_groups_of_tests_have_headings() -> None:
    hidden = TestResult(name="b", group="evaluation", passed=None)
    document = shown(TestResult(name="a", passed=True), hidden)
    assert [each.text for each in document.all("h4")] == ["public", "evaluation"]
    assert "Not judged" in document.text
    assert not shown(TestResult(name="a", passed=True)).all("h4")


def test_plain_feedback_is_text_and_html_is_the_authors() -> None:
    assert shown(feedback=Feedback(body="a <x>\x1b[31m")).one("pre").text == "a <x>␛[31m"
    assert shown(feedback=Feedback(body="<b>own</b>", html=True)).one("b").text == "own"


def test_messages_of_a_submission_that_was_refused() -> None:
    report = Report(outcome=Outcome.REJECTED, messages=("main.py is missing <x>\nSend it.",))
    alert = parse(html(report)).one(cls="alert-warning")
    assert "This submission could not be graded" in alert.text
    assert "main.py is missing <x>" in alert.text
    assert "points" not in alert.text


def test_long_texts_are_cut() -> None:
    flood = TestResult(name="t", passed=False, actual="y" * 1_000_000)
    page = html(Report(outcome=Outcome.GRADED, max_points=Fraction(1), tests=(flood,) * 2000))
    assert "… and 995000 more characters" in page
    assert len(page) < 3 * 1024**2
    assert len(parse(page).all("li")) == 2000


def test_finnish() -> None:
    document = shown(FAILED, PASSED, language="fi")
    assert document.one(cls="gw-score").text == "1 / 3 pistettä (33,3 %) · 1/2 testiä meni läpi"
    assert "Väärä tuloste" in document.text
    assert "Vihje: h <x>" in document.text


def test_a_template_of_the_author_sees_the_result(tmp_path: Path) -> None:
    text = "{{ result.points }}/{{ result.max_points }} {{ result.error }} {{ result.title }} {{ exercise.title }} å"
    assert by_template(text + "{{ result.out|safe }}", tmp_path) == "4/5 False Task Task &#229;" + OWN.replace(
        "Ä", "&#196;"
    )


def test_the_output_is_text_unless_the_template_says_otherwise(tmp_path: Path) -> None:
    assert "&lt;h1&gt;" in by_template("{{ result.out }}", tmp_path)


def test_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    text = "{{ result.points }}{% for test in result.tests %}x{% endfor %}{% if result.stop %}x{% endif %}"
    assert by_template(text, tmp_path) == "4"


@pytest.mark.parametrize("text", ["Done.", "{{ result.title }}", "{{ result.tests }}"])
def test_a_template_that_says_nothing_of_the_result_is_told_on(text: str, tmp_path: Path) -> None:
    assert "shows neither points nor output" in parse(by_template(text, tmp_path)).one(cls="alert-warning").text


@pytest.mark.parametrize("name", ["points", "max_points", "error", "out"])
def test_one_of_these_is_enough(name: str, tmp_path: Path) -> None:
    assert "alert" not in by_template(f"{{{{ result.{name} }}}}", tmp_path)


def test_a_broken_template_does_not_lose_the_result(tmp_path: Path) -> None:
    page = by_template("{% if %}", tmp_path)
    assert page.endswith(OWN.replace("Ä", "&#196;"))
    assert "c1/f.html:1: TemplateSyntaxError" in page


@pytest.mark.parametrize("name", ["success", "direct", "resubmit", "system_error", "timeout"])
def test_our_templates_for_feedback(name: str) -> None:
    config = {"feedback_template": f"access/task_{name}.html"}
    document = parse(html(POSTED, config, contract="aplus"))
    assert document.one("h1").text == "Ä"
    assert ("4 / 5" in document.text) is (name == "success")


def test_a_template_may_frame_our_page_of_tests(tmp_path: Path) -> None:
    report = Report(outcome=Outcome.GRADED, points=Fraction(1), max_points=Fraction(3), tests=(FAILED, PASSED))
    page = by_template("<div id='mine'>{{ result.out|safe }}</div>", tmp_path, report, "cases")
    assert len(parse(page).one(id="mine").all("li")) == 2


def test_lone_surrogates_do_no_harm(tmp_path: Path) -> None:
    odd = Report(outcome=Outcome.GRADED, feedback=Feedback(body="a\udcffb", html=True))
    assert by_template("{{ result.out|safe }}", tmp_path, odd) == "a&#56575;b"


@pytest.mark.parametrize(("language", "shown"), [("en", "16.67 / 33.33"), ("fi", "16,67 / 33,33")])
def test_points_are_told_with_two_decimals_at_most(language: str, shown: str, tmp_path: Path) -> None:
    report = Report(outcome=Outcome.GRADED, points=Fraction(50, 3), max_points=Fraction(100, 3))
    assert shown in parse(html(report, language=language)).text
    assert "16.67 of 33.33" in by_template(
        "{{ result.points|points }} of {{ result.max_points|points }}", tmp_path, report
    )
    assert by_template("{{ result.out|points }}{{ result.points }}", tmp_path, report).startswith("16.66666")
