"""Numbers as people read them."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from gradewright.model.run import MIB


def points(value: Fraction) -> str:
    """Points with as many decimals as they need, two at most, a half rounded up."""
    whole, hundredths = divmod(floor(100 * value + Fraction(1, 2)), 100)
    return f"{whole}.{hundredths:02}".rstrip("0").rstrip(".") if hundredths else str(whole)


def percent(value: Fraction, of: Fraction) -> str:
    """A share in percent with one decimal at most, rounded down, so that only full points read as 100 %."""
    return f"{tenths(value, of) / 10:g} %" if of else ""


def tenths(value: Fraction, of: Fraction) -> int:
    """A share in tenths of a percent, rounded down."""
    share = 1000 * value / of
    return share.numerator // share.denominator


def seconds(value: float | None) -> str:
    """A duration in seconds; empty if it is not known."""
    if value is None:
        return ""
    return f"{value:.2f} s" if value < 100 else f"{value:.0f} s"


def size(value: int | None) -> str:
    """A number of bytes in MiB or GiB; empty if it is not known."""
    if value is None:
        return ""
    return f"{value / MIB:.1f} MiB" if value < 1024 * MIB else f"{value / MIB / 1024:.1f} GiB"
