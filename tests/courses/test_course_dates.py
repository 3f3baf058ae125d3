"""Dates and durations of course files."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.courses.aplus.dates import FORMATS, Duration, parse_date, parse_duration

DATES = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-09-01T08:30:15Z", datetime(2026, 9, 1, 8, 30, 15)),
        ("2026-09-01T08:30:15", datetime(2026, 9, 1, 8, 30, 15)),
        ("2026-09-01 08:30:15", datetime(2026, 9, 1, 8, 30, 15)),
        ("2026-09-01 08:30", datetime(2026, 9, 1, 8, 30)),
        ("2026-09-01 08", datetime(2026, 9, 1, 8)),
        ("2026-09-01", datetime(2026, 9, 1)),
        (date(2026, 9, 1), datetime(2026, 9, 1)),
        (datetime(2026, 9, 1, 8), datetime(2026, 9, 1, 8)),
    ],
)
def test_all_forms_of_dates_are_read(text: object, meant: datetime) -> None:
    assert parse_date(text) == meant


@given(DATES, st.sampled_from(FORMATS))
def test_a_written_date_is_read_again(when: datetime, form: str) -> None:
    written = when.strftime(form)
    assert parse_date(written).strftime(form) == written


@given(st.one_of(st.text(max_size=30), st.integers(), st.none(), st.booleans(), st.lists(st.integers())))
def test_what_is_no_date_is_refused_in_words(value: object) -> None:
    try:
        assert isinstance(parse_date(value), datetime)
    except ValueError as error:
        assert str(error).startswith("must be a date such as")


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("1y", datetime(2027, 1, 15, 12)),
        ("2m", datetime(2026, 3, 15, 12)),
        ("13m", datetime(2027, 2, 15, 12)),
        ("10d", datetime(2026, 1, 25, 12)),
        ("36h", datetime(2026, 1, 17, 0)),
        ("2w", datetime(2026, 1, 29, 12)),
        ("0d", datetime(2026, 1, 15, 12)),
    ],
)
def test_durations_are_added_by_their_unit(text: str, later: datetime) -> None:
    assert parse_duration(text).after(datetime(2026, 1, 15, 12)) == later


@pytest.mark.parametrize(
    "text", ["", "2", "w", "2x", "2 w", "-1d", "1.5h", "1d2h", "1M", "1D", None, 5, ["1d"], "9999999d"]
)
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="must be a duration such as"):
        parse_duration(text)


@pytest.mark.parametrize(("begin", "text"), [("2026-01-31", "1m"), ("2024-02-29", "1y"), ("2026-01-01", "9999y")])
def test_a_day_that_does_not_exist_is_told(begin: str, text: str) -> None:
    with pytest.raises(ValueError, match="day that does not exist"):
        parse_duration(text).after(parse_date(begin))


@given(st.integers(0, 999_999), st.sampled_from("ymdhw"))
def test_a_written_duration_is_read_again(amount: int, unit: str) -> None:
    duration = parse_duration(f"{amount}{unit}")
    assert str(duration) == f"{amount}{unit}"


@given(DATES, st.integers(0, 10_000))
def test_a_week_is_seven_days_and_a_day_24_hours(begin: datetime, amount: int) -> None:
    assert Duration(amount, "w").after(begin) == Duration(7 * amount, "d").after(begin)
    assert Duration(amount, "d").after(begin) == begin + timedelta(hours=24 * amount)


@given(DATES, st.integers(0, 100))
def test_twelve_months_are_a_year(begin: datetime, years: int) -> None:
    try:
        later = Duration(years, "y").after(begin)
    except ValueError:
        assert (begin.month, begin.day) == (2, 29)
    else:
        assert Duration(12 * years, "m").after(begin) == later
        assert (later.month, later.day) == (begin.month, begin.day)
