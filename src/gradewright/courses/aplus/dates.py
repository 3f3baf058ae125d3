"""Dates and durations as A+ course files write them (A+ spec 1.6). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

FORMATS = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H", "%Y-%m-%d")
DURATION = re.compile(r"([0-9]{1,6})([ymdhw])")

Unit = Literal["y", "m", "d", "h", "w"]


def parse_date(value: Any) -> datetime:
    """The local time that is meant; a Z at the end changes nothing, as in A+. Raises `ValueError`.

    YAML has made dates and times of some spellings already.
    """
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    for form in FORMATS:
        try:
            return datetime.strptime(value, form)
        except (TypeError, ValueError):
            continue
    raise ValueError("must be a date such as 2026-09-01, 2026-09-01 12:00 or 2026-09-01T12:00:00")


@dataclass(frozen=True, slots=True)
class Duration:
    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    def after(self, begin: datetime) -> datetime:
        """That much later. Raises `ValueError` if there is no such day: a month after 31 January, as in A+."""
        try:
            match self.unit:
                case "y":
                    return begin.replace(year=begin.year + self.amount)
                case "m":
                    years, month = divmod(begin.month - 1 + self.amount, 12)
                    return begin.replace(year=begin.year + years, month=month + 1)
            names: dict[str, str] = {"d": "days", "h": "hours", "w": "weeks"}
            return begin + timedelta(**{names[self.unit]: self.amount})
        except (OverflowError, ValueError):
            raise ValueError(f"leads from {begin:%Y-%m-%d} to a day that does not exist") from None


def parse_duration(value: Any) -> Duration:
    """A whole number and a unit: y, m (month), d, h or w. Raises `ValueError`."""
    found = DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError("must be a duration such as 2w, 10d or 12h, in one of y m d h w (m is a month)")
    return Duration(int(found[1]), found[2])  # type: ignore[arg-type]
