"""What A+ reads from the head of a page (A+ spec 2.1, 3.2)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from gradewright.exercises.records import Answer, Status
from gradewright.pages.exercise_page import error_page
from support.aplus_page import AplusPage, read
from support.scenes import page, scene, shown

HOSTILE = "</title><script>alert(1)</script> \" ' & <b>"


def head(answer: Answer, config: dict[str, Any] | None = None) -> AplusPage:
    return page("no-submission", scene({"max_points": 10, **(config or {})}), answer)


@pytest.mark.parametrize(
    ("answer", "config", "metas"),
    [
        (Answer(status=Status.SHOWN), {}, {"max-points": "10"}),
        (Answer(status=Status.SHOWN), {"max_points": None}, {}),
        (Answer(status=Status.SHOWN), {"max_points": 0}, {"max-points": "0"}),
        (Answer(status=Status.SHOWN), {"max_points": -1}, {}),
        (Answer(status=Status.SHOWN), {"max_points": "ten"}, {}),
        (Answer(status=Status.SHOWN), {"max_points": float("nan")}, {}),
        (Answer(status=Status.SHOWN), {"max_points": float("inf")}, {}),
        (Answer(status=Status.ACCEPTED), {}, {"max-points": "10", "status": "accepted", "wait": "1"}),
        (Answer(status=Status.ACCEPTED), {"never_wait": True}, {"max-points": "10", "status": "accepted"}),
        (
            Answer(status=Status.ACCEPTED, points=Fraction(0), max_points=Fraction(20)),
            {},
            {"max-points": "20", "status": "accepted", "wait": "1", "points": "0"},
        ),
        (
            Answer(status=Status.ACCEPTED, points=Fraction(15, 2), max_points=Fraction(2000)),
            {},
            {"max-points": "2000", "status": "accepted", "wait": "1", "points": "7"},
        ),
        (Answer(status=Status.REJECTED, points=Fraction(3)), {}, {"max-points": "10", "status": "rejected"}),
        (Answer(status=Status.ERROR), {}, {"max-points": "10", "status": "error"}),
    ],
)
@pytest.mark.parametrize("language", ["en", "fi"])
def test_status_and_points(answer: Answer, config: dict[str, Any], metas: dict[str, str], language: str) -> None:
    found = page("no-submission", scene({"max_points": 10, **config}, language=language), answer).metas
    assert {name: text for name, text in found.items() if name not in ("viewport", "DC.Title")} == metas


def test_aplus_takes_a_sum_of_points_as_the_grade() -> None:
    graded = head(Answer(status=Status.ACCEPTED, points=Fraction(4), max_points=Fraction(5)))
    assert (graded.status, graded.points, graded.max_points) == ("graded", 4, 5)


def test_aplus_waits_where_there_are_no_points() -> None:
    accepted = page("accept-files", scene({}), Answer(status=Status.ACCEPTED, queued=True))
    assert (accepted.status, accepted.waits) == ("waiting", True)


def test_title_and_description_are_text() -> None:
    found = head(Answer(status=Status.SHOWN), {"title": HOSTILE, "description": HOSTILE})
    assert found.metas["DC.Title"] == HOSTILE
    assert found.metas["DC.Description"] == HOSTILE
    assert found.document.one("title").text == HOSTILE
    assert found.content.one("h3", "exercise-title").text == HOSTILE
    assert not found.document.all("script")


def test_the_part_that_aplus_shows_is_marked() -> None:
    found = shown("no-submission", {"max_points": 1})
    assert found.content.attrs["class"].split() == ["exercise", "exercise-mooc-grader-v1"]


def test_a_broken_exercise_says_so_to_staff() -> None:
    text = 'Required field "view_type" is missing from <exercise.yaml>'
    found = read(error_page(scene({"title": HOSTILE}), [text, "second"]))
    assert found.status == "error"
    assert found.content.one("pre").text == f"{text} second"
    assert "notify the course staff" in found.alerts[0]


def test_an_exercise_of_which_nothing_could_be_read_is_named_by_its_key() -> None:
    it = scene({})
    broken = replace(it, exercise=replace(it.exercise, versions={}))
    found = read(error_page(broken, ["no view_type"]))
    assert (found.title, found.status) == ("task", "error")
