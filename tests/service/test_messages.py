"""What the front end is told of a report."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.model.attempt import Delivery, ReplyTo, StoredSubmission
from gradewright.model.report import Outcome, Report
from gradewright.settings import Settings
from support.databases import django_for

SENT = StoredSubmission(
    id="s", course="c", exercise="e", reply_to=ReplyTo(channel="aplus", address="http://x/"), received=datetime.now(UTC)
)
DELIVERY = Delivery(id=1, tries=1, attempt=7, submission=SENT, report=None)


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The module, whose neighbours need Django when they are imported."""
    with django_for(Settings(data_dir=tmp_path_factory.mktemp("data"))):
        from gradewright.service import messages

    return messages


@pytest.mark.parametrize(
    ("points", "most", "told"),
    [
        ("0", "10", (0, 10)),
        ("10", "10", (10, 10)),
        ("5/2", "10", (5, 20)),
        ("1/3", "1", (1, 3)),
        ("0", "0", (0, 0)),
        ("0.1", "0.3", (1, 3)),
        ("1/3", "1/7", (3, 3)),
        ("1/99991", "1", (1, 10_000)),
        ("99990/99991", "1", (9_999, 10_000)),
    ],
)
def test_points_become_whole_numbers_of_the_same_ratio(
    messages: Any, points: str, most: str, told: tuple[int, int]
) -> None:
    assert messages.whole(Fraction(points), Fraction(most)) == told


@given(st.fractions(min_value=-5, max_value=1000), st.fractions(min_value=0, max_value=1000))
def test_what_is_told_is_always_possible_and_close(messages: Any, points: Fraction, most: Fraction) -> None:
    told, of = messages.whole(points, most)
    assert 0 <= told <= of
    if 0 < points < most:
        assert told < of or of == 0
        assert abs(Fraction(told, of) - points / most) <= Fraction(2, of) if of else True


def test_a_grade_is_told_with_its_data(messages: Any) -> None:
    report = Report(outcome=Outcome.GRADED, points=Fraction(4), max_points=Fraction(5), grading_data='{"a": 1}')
    found = messages.message(DELIVERY, report, "<p>")
    assert (found.points, found.max_points, found.error) == (4, 5, False)
    assert (found.attempt, found.address, found.feedback) == (7, "http://x/", "<p>")
    assert found.grading_data == '{"a": 1}'


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.GRADER_BROKEN])
def test_what_is_no_grade_is_an_error(messages: Any, outcome: Outcome) -> None:
    found = messages.message(DELIVERY, Report(outcome=outcome, points=Fraction(4), max_points=Fraction(5)), "<p>")
    assert (found.error, found.points, found.max_points) == (True, 0, 0)


def test_without_a_report_it_is_an_error(messages: Any) -> None:
    assert messages.message(DELIVERY, None, "sorry").error
