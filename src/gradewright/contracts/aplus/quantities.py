"""Amounts as Kubernetes writes them, for `resources` (A+ spec 4.2)."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

UNITS = {
    "": Fraction(1),
    **{unit: Fraction(1000) ** power for power, unit in enumerate("kMGTP", 1)},
    **{f"{unit}i": Fraction(1024) ** power for power, unit in enumerate("KMGTP", 1)},
}
MILLI = re.compile(r"([0-9]{1,9})m", re.ASCII)
AMOUNT = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)([A-Za-z]*)", re.ASCII)
LEAST_MEMORY = 4 * 1024 * 1024
MOST_CORES = 4096


def cores(value: Any) -> float:
    """Processor cores, as 2, 0.5, "500m" or "1.5"."""
    thousandths = MILLI.fullmatch(str(value))
    amount = Fraction(int(thousandths[1]), 1000) if thousandths else _amount(value, {"": Fraction(1)})
    if amount is None or not 0 < amount <= MOST_CORES:
        raise ValueError('must be a number of cores such as 2, 0.5 or "500m"')
    return float(amount)


def memory(value: Any) -> int:
    """Bytes, from a number of them, "4Gi" or "512M"."""
    amount = _amount(value, UNITS)
    if amount is None:
        raise ValueError('must be an amount of memory such as "4Gi", "512Mi" or a number of bytes')
    if amount < LEAST_MEMORY:
        raise ValueError(f'is only {int(amount)} bytes; write an amount such as "512Mi"')
    return int(amount)


def _amount(value: Any, units: dict[str, Fraction]) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction | str):
        return None
    found = AMOUNT.fullmatch(str(float(value)) if isinstance(value, Fraction) else str(value).strip())
    unit = units.get(found[2]) if found else None
    return Fraction(found[1]) * unit if found and unit else None
