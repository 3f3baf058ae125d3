"""Read typed values out of a table of an author's file and collect every problem, so that all are told at once.

    table = Table(values, keys=("command", "memory"))
    command = table.read("command", words, ())
    memory = table.read("memory", size, 64 * MIB)
    table.finish("This grader cannot be used.")

A converter takes what TOML gave and returns the typed value, or raises `ValueError` with a sentence that continues
"KEY ...": "must be a whole number". Keys in problems are dotted, and members of an array are counted from 1:
"cases[2].points" belongs to the second `[[cases]]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from gradewright.errors import AuthorError
from gradewright.model.problem import Problem

SWITCHES = {"on": True, "yes": True, "true": True, "1": True, "off": False, "no": False, "false": False, "0": False}

T = TypeVar("T")
D = TypeVar("D")
Converter = Callable[[Any], T]

SHARED_KEYS = ("contract", "title", "image", "expose", "warm_python", "limits")  # of every grader.toml


class Table:
    """A table whose keys are known; unknown keys are problems from the start."""

    def __init__(
        self,
        values: Mapping[str, Any],
        keys: Collection[str],
        *,
        elsewhere: Collection[str] = (),
        key: str = "",
        problems: list[Problem] | None = None,
    ) -> None:
        """`elsewhere` names keys that a misspelt key may stand for although they are read by somebody else."""
        self.problems: list[Problem] = [] if problems is None else problems
        self._values = values
        self._key = key
        for name in values:
            if name not in keys:
                self.refuse(name, "is not known.", suggest(name, (*keys, *elsewhere)), id="unknown-key")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    @property
    def values(self) -> Mapping[str, Any]:
        """What was given, as given."""
        return self._values

    def read(self, key: str, convert: Converter[T], default: D) -> T | D:
        """The value of a key, or `default` where it is absent or wrong; what is wrong becomes a problem."""
        if key not in self._values:
            return default
        try:
            return convert(self._values[key])
        except ValueError as error:
            self.refuse(key, f"{error}.", id="wrong-value")
            return default

    def require(self, key: str, remedy: str) -> None:
        """Make it a problem if the key is absent."""
        if key not in self._values:
            self.refuse(key, "is missing.", remedy, id="missing-key")

    def table(self, key: str, keys: Collection[str]) -> Table:
        """The table below a key; an empty one if it is absent."""
        return self.child(key, self.read(key, _table, {}), keys)

    def tables(self, key: str, keys: Collection[str]) -> list[Table]:
        """The tables of an array of tables; none if it is absent or wrong."""
        values = self.read(key, _tables, ())
        return [self.child(f"{key}[{number}]", each, keys) for number, each in enumerate(values, 1)]

    def child(self, key: str, values: Mapping[str, Any], keys: Collection[str]) -> Table:
        """A table of these values at a key; its problems become problems of this one."""
        return Table(values, keys, key=self.path(key), problems=self.problems)

    def refuse(self, key: str, what: str, remedy: str = "", *, id: str) -> None:
        """Add a problem; `what` continues the name of the key: "is missing."."""
        self.problems.append(Problem(id=id, message=f"{key} {what}", remedy=remedy, key=self.path(key)))

    def path(self, key: str) -> str:
        return f"{self._key}.{key}" if self._key else key

    def finish(self, message: str) -> None:
        """Raise `AuthorError` with all problems, if there are any."""
        if self.problems:
            raise AuthorError(message, self.problems)


def suggest(word: str, known: Collection[str]) -> str:
    """A sentence that names what the author may have meant."""
    close = closest(word, known)
    return f"Did you mean {close}?" if close else f"Known: {', '.join(sorted(set(known)))}."


def closest(word: str, known: Collection[str]) -> str:
    """The known word that looks most like the given one; empty if none does."""
    from difflib import get_close_matches  # only those who err pay for it

    names = sorted(set(known))
    alike = get_close_matches(word, names, n=1) or [name for name in names if name.startswith(word)]
    return alike[0] if alike else ""


def finite(text: str) -> Fraction | float:
    """For `tomllib.loads(parse_float=finite)`: exact, except for what is no number that anybody grades with."""
    exponent = text.lower().partition("e")[2]
    if "n" in text.lower() or (exponent and abs(int(exponent)) > 300):  # inf and nan, or 10 ** 999999999
        return float(text)
    return Fraction(text)


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError('must be a text in quotes, such as "one"')
    return value


def integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("must be a whole number")
    return value


def natural(value: Any) -> int:
    """A whole number of at least 1."""
    if integer(value) < 1:
        raise ValueError("must be at least 1")
    return integer(value)


def number(value: Any) -> Fraction:
    """A number of at least 0, exactly as written."""
    if not isinstance(value, int | Fraction) or isinstance(value, bool):
        raise ValueError("must be a number")
    if value < 0:
        raise ValueError("must not be negative")
    return Fraction(value)


def positive(value: Any) -> float:
    if number(value) == 0:
        raise ValueError("must be more than 0")
    return float(number(value))


_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "kb": 1000, "mb": 1000**2, "gb": 1000**3}
_UNITS |= {f"{unit}ib": _UNITS[unit] for unit in "kmg"} | {"b": 1}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)", re.IGNORECASE)


def size(value: Any) -> int:
    """Bytes, from a whole number of them or "256 MiB", "64M" (the same as MiB), "10 kB" (thousands)."""
    if isinstance(value, str):
        found = _SIZE.fullmatch(value.strip())
        unit = _UNITS.get(found[2].lower()) if found else None
        if found is None or unit is None:
            raise ValueError('must be a size such as "256 MiB", "64M" or a number of bytes')
        value = int(Fraction(found[1]) * unit)
    elif not isinstance(value, int) or isinstance(value, bool):
        raise ValueError('must be a size such as "256 MiB", "64M" or a whole number of bytes')
    return natural(value)


_DURATIONS = {"": Fraction(1), "s": Fraction(1), "ms": Fraction(1, 1000), "min": Fraction(60)}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)")


def seconds(value: Any) -> float:
    """Seconds, from a number of them or "10s", "500ms", "2 min"."""
    if isinstance(value, str):
        found = _DURATION.fullmatch(value.strip())
        unit = _DURATIONS.get(found[2]) if found else None
        if found is None or unit is None:
            raise ValueError('must be a time such as 10, "10s", "500ms" or "2 min"')
        value = Fraction(found[1]) * unit
    return positive(value)


def list_of(convert: Converter[T]) -> Converter[tuple[T, ...]]:
    def many(value: Any) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise ValueError("must be a list in square brackets")
        return tuple(map(convert, value))

    return many


def words(value: Any) -> tuple[str, ...]:
    """A command: a list of words, never split by a shell."""
    if not isinstance(value, list) or not value or not all(isinstance(word, str) and word for word in value):
        raise ValueError('must be a command as a list of words, such as ["python3", "main.py"]')
    return tuple(value)


def warm_python(value: Any) -> tuple[str, ...] | None:
    """Modules that a Python imports before it waits: as true, false or a list, or in words as on, off or their names.

    None: Python starts anew each time.
    """
    if isinstance(value, bool | str) and str(value).lower() in SWITCHES:
        return () if SWITCHES[str(value).lower()] else None
    names = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(map(_is_module, names)):
        raise ValueError("must be on, off, or the names of modules to import, such as numpy")
    return tuple(names)


def _is_module(name: object) -> bool:
    return isinstance(name, str) and name.isascii() and all(part.isidentifier() for part in name.split("."))


def texts_by_name(value: Any) -> dict[str, str]:
    """A table of texts, such as environment variables."""
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise ValueError("must be a table of texts in quotes")
    return dict(value)


def one_of(choices: Sequence[str]) -> Converter[str]:
    def choose(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return str(value)

    return choose


def _table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("must be a table")
    return value


def _tables(value: Any) -> tuple[Mapping[str, Any], ...]:
    if value == []:
        raise ValueError("must not be empty")
    return list_of(_table)(value)


LIMITS: Mapping[str, tuple[str, Converter[Any]]] = {  # key of a [limits] table: (field of Limits, converter)
    "wall_seconds": ("wall_seconds", seconds),
    "cpu_seconds": ("cpu_seconds", seconds),
    "memory": ("memory_bytes", size),
    "processes": ("processes", natural),
    "output": ("output_bytes", size),
    "disk": ("disk_bytes", size),
    "disk_files": ("disk_files", natural),
    "cores": ("cores", positive),
}


def limit_changes(table: Table) -> dict[str, Any]:
    """What a table made with the keys of `LIMITS` says, as fields of `Limits` to replace."""
    return {field: table.read(key, convert, None) for key, (field, convert) in LIMITS.items() if key in table}
