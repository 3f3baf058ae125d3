"""Pages that belong to no exercise."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradewright.model.course import Course, CourseExercise
from gradewright.model.problem import Problem
from gradewright.pages.django_ready import LANGUAGES, STATIC
from gradewright.pages.site_pages import course_page, index_page, login_page, not_found_page, server_error_page
from gradewright.pages.variables import Site
from support.aplus_page import broken_references, parse, read, unlabelled

SITE = Site(base_url="https://grader.example")
FINE = CourseExercise(course="c1", key="fine", versions={"en": {"title": "Fine <x>"}, "fi": {"title": "Hyvä"}})
MISTAKE = Problem(id="p", message="No <x>.", file="bad.yaml")
COURSE = Course(
    key="c1",
    directory=Path("/nowhere"),
    name="Basics <x>",
    index={"name": "Basics <x>"},
    exercises={
        "fine": FINE,
        "bad": CourseExercise(course="c1", key="bad", problems=(MISTAKE,)),
    },
    problems=(Problem(id="q", message="Odd.", file="index.yaml", line=3),),
)


def test_the_list_of_courses() -> None:
    page = parse(index_page([COURSE], "en", SITE))
    link = page.one("main").one("a")
    assert link.attrs["href"] == "https://grader.example/c1/"
    assert link.text == "Basics <x> c1"


def test_no_courses() -> None:
    assert "there is no course yet" in parse(index_page([], "en", SITE)).text


def test_a_course() -> None:
    page = parse(course_page(COURSE, "en", SITE))
    links = {each.attrs["href"]: each.text for each in page.one("main").all("a")}
    assert links == {
        "https://grader.example/c1/aplus-json": "https://grader.example/c1/aplus-json",
        "https://grader.example/c1/fine": "Fine <x> fine",
        "https://grader.example/c1/bad": "bad broken bad",
    }
    assert [each.text for each in page.one(cls="gw-problems").all("li")] == ["index.yaml:3: Odd.", "bad.yaml: No <x>."]


def test_a_course_in_finnish() -> None:
    page = parse(course_page(COURSE, "fi", SITE))
    assert "Hyvä fine" in page.text
    assert "Virheitä tämän kurssin tiedostoissa" in page.text


def test_an_empty_course_without_mistakes() -> None:
    page = parse(course_page(Course(key="c1", directory=Path("/nowhere")), "en"))
    assert "This course has no exercises." in page.text
    assert not page.all(cls="alert")


@pytest.mark.parametrize("page", [not_found_page, server_error_page])
def test_what_went_wrong_is_an_error_to_a_front_end(page: type) -> None:
    assert read(page("en", SITE)).status == "error"


def test_signing_in() -> None:
    page = read(login_page("en", SITE, message="The token <x> is too old."))
    assert page.fields.keys() == {"token"}
    assert page.alerts == ["The token <x> is too old."]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_sound(language: str) -> None:
    for html in (
        index_page([COURSE], language, SITE),
        course_page(COURSE, language, SITE),
        login_page(language, SITE),
        not_found_page(language, SITE),
        server_error_page(language, SITE),
    ):
        page = parse(html)
        assert not page.all("x")
        assert unlabelled(page) == []
        assert broken_references(page) == []
        assert len(page.all("h1")) == 1
        assert len(page.all("title")) == 1


def test_style_sheets_are_ours_and_there() -> None:
    sheets = [each.attrs["href"] for each in parse(index_page([], "en", SITE)).all("link", rel="stylesheet")]
    names = [sheet.removeprefix("https://grader.example/static/") for sheet in sheets]
    assert names == ["gradewright/bootstrap.min.css", "gradewright/page.css"]
    assert all((STATIC / name).is_file() for name in names)
    assert "Licensed under MIT" in (STATIC / names[0]).read_text()
    assert "url(http" not in (STATIC / names[0]).read_text()
