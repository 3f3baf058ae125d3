"""A part's `config` is read (queues 1.3). Its keys are explained in docs/reference/contracts/harness.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from configparser import ConfigParser, Error, MissingSectionHeaderError, ParsingError
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradewright.contracts.harness.rationals import rational
from gradewright.contracts.harness.records import HarnessSettings
from gradewright.errors import AuthorError
from gradewright.model.problem import Problem, Severity
from gradewright.tables import SWITCHES, closest, size, warm_python

FILE = "config"
SECTION = "config"
HIGHEST_EXPONENT = 100  # of a number in a config
_FILE_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) *([KMG]?)(?:i?B)?", re.IGNORECASE)
_KIBIBYTES = {"": 1, "K": 1, "M": 1024, "G": 1024**2}
_TARGET = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
_KEY = re.compile(r"([^\s=:#;][^=:]*?)\s*[=:]")  # at the start of a line

Convert = Callable[[str], Any]  # raises ValueError with a sentence that continues "KEY ..."


@dataclass(frozen=True, slots=True)
class Key:
    field: str  # of HarnessSettings
    convert: Convert
    shown: Callable[[Any], str] = str  # as an author would write the value


def _filename(text: str) -> str:
    if not text or text in (".", "..") or "/" in text or "\0" in text or not text.isprintable():
        raise ValueError("must be the plain name of a file, without a directory")
    return text


def _file_size(text: str) -> int:
    found = _FILE_SIZE.fullmatch(text)
    if found is None:
        raise ValueError("must be a number of KiB, or a size such as 4K or 1M")
    return int(Fraction(found[1]) * _KIBIBYTES[found[2].upper()] * 1024)


def _number(text: str) -> Fraction:
    return rational(text, greatest_exponent=HIGHEST_EXPONENT)


def _seconds(text: str) -> float:
    seconds = float(_number(text))
    if seconds <= 0:
        raise ValueError("must be more than 0")
    return seconds


def _target(text: str) -> str:
    if not _TARGET.fullmatch(text):
        raise ValueError("must be the name of a target, of letters, digits and . _ + -")
    return text


def _size(text: str) -> int:
    return size(int(text) if text.isascii() and text.isdigit() else text)


def _natural(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise ValueError("must be a whole number of at least 1")
    return int(text)


def _truth(text: str) -> bool:
    if text.lower() not in SWITCHES:
        raise ValueError("must be on or off")
    return SWITCHES[text.lower()]


def _choice(values: Mapping[str, bool]) -> Convert:
    def choose(text: str) -> bool:
        if text.lower() not in values:
            raise ValueError(f"must be {' or '.join(values)}")
        return values[text.lower()]

    return choose


def _word(values: Mapping[str, bool]) -> Callable[[bool], str]:
    return {truth: word for word, truth in values.items()}.__getitem__


def _kibibytes(size: int) -> str:
    return f"{size / 1024:g}K"


def _if_any(limit: int | None) -> str:
    return "as the contract says" if limit is None else str(limit)


def _warm(modules: tuple[str, ...] | None) -> str:
    return "off" if modules is None else " ".join(modules) or "on"


STDERR = {"merge": True, "discard": False}
FEEDBACK_FORMATS = {"text": False, "html": True}
ON_ZERO_FEEDBACK = {"keep": True, "replace": False}
ENCODINGS = {"utf-8": True, "any": False}
SWITCH = {"on": True, "off": False}

KEYS: Mapping[str, Key] = {
    "filename": Key("filename", _filename),
    "max-filesize": Key("max_filesize", _file_size, _kibibytes),
    "timelimit": Key("time_limit", _seconds),
    "grademult": Key("multiplier", _number),
    "minimum-score": Key("minimum", _number),
    "maximum-score": Key("maximum", _number),
    "compile-target": Key("compile_target", _target),
    "run-target": Key("run_target", _target),
    "stderr": Key("stderr_kept", _choice(STDERR), _word(STDERR)),
    "feedback-format": Key("html", _choice(FEEDBACK_FORMATS), _word(FEEDBACK_FORMATS)),
    "max-feedback": Key("max_feedback", _size),
    "on-zero-feedback": Key("zero_feedback_kept", _choice(ON_ZERO_FEEDBACK), _word(ON_ZERO_FEEDBACK)),
    "strict-log": Key("strict_log", _truth, _word(SWITCH)),
    "encoding": Key("utf8_only", _choice(ENCODINGS), _word(ENCODINGS)),
    "memory": Key("memory", _size, _if_any),
    "processes": Key("processes", _natural, _if_any),
    "output-limit": Key("output_limit", _size),
    "network": Key("network", _truth, _word(SWITCH)),
    "warm-python": Key("warm_python", warm_python, _warm),
}


def read_config(data: bytes) -> HarnessSettings:
    """What a config says. Raises `AuthorError` with every problem found, each with its line."""
    source = _decoded(data)
    values = _values(source)
    lines = _lines_of_keys(source)
    problems: list[Problem] = []
    fields: dict[str, Any] = {}
    for name, key in KEYS.items():
        try:
            if name in values:
                fields[key.field] = key.convert(values[name].strip())
        except ValueError as error:
            what = f"{name} {error}, and is {values[name][:80]!r}."
            problems.append(Problem(id="wrong-value", message=what, file=FILE, line=lines.get(name)))
    if "filename" not in values:
        remedy = "Add: filename = NAME-OF-THE-STUDENT'S-FILE"
        problems.append(Problem(id="missing-key", message="filename is missing.", remedy=remedy, file=FILE))
    if problems:
        raise _unusable(*problems)
    return _consistent(HarnessSettings(**fields, warnings=tuple(_unknown(values, lines))))


def lines_of(settings: HarnessSettings) -> list[str]:
    """Every key with its value, as a config would say it."""
    return [f"{name}: {key.shown(getattr(settings, key.field))}" for name, key in KEYS.items()]


def _unusable(*problems: Problem) -> AuthorError:
    return AuthorError("The config of this part cannot be used.", problems)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "This is not UTF-8."
        raise _unusable(
            Problem(id="not-utf-8", message=message, remedy="Save it as UTF-8.", file=FILE, line=line)
        ) from None


def _values(source: str) -> Mapping[str, str]:
    """The section's keys in lower case, as the original reads them, but without interpolation: hw%1.sml is a name."""
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(source)
    except Error as error:
        raise _unusable(_syntax_problem(error)) from None
    if not parser.has_section(SECTION):
        remedy = f"Put a line [{SECTION}] above its keys."
        raise _unusable(Problem(id="no-section", message=f"There is no section [{SECTION}].", remedy=remedy, file=FILE))
    return parser[SECTION]


def _syntax_problem(error: Error) -> Problem:
    line = getattr(error, "lineno", None)
    if isinstance(error, MissingSectionHeaderError):
        message, remedy = "This stands above the first section.", f"Put a line [{SECTION}] above it."
    elif isinstance(error, ParsingError):
        line = error.errors[0][0]
        message, remedy = "This is neither a section nor a key.", "Write it as: key = value"
    else:  # a section or key given twice
        message, remedy = "This section or key was given before.", "Keep one of the two."
    return Problem(id="not-ini", message=message, remedy=remedy, file=FILE, line=line)


def _lines_of_keys(source: str) -> Mapping[str, int]:
    found = enumerate(map(_KEY.match, source.split("\n")), 1)
    return {match[1].lower(): number for number, match in found if match}


def _consistent(settings: HarnessSettings) -> HarnessSettings:
    if settings.minimum > settings.maximum:
        message = f"minimum-score ({settings.minimum}) is above maximum-score ({settings.maximum})."
        raise _unusable(Problem(id="wrong-value", message=message, remedy="Exchange them.", file=FILE))
    return settings


def _unknown(values: Mapping[str, str], lines: Mapping[str, int]) -> Iterator[Problem]:
    for name in values:
        if name not in KEYS:
            near = closest(name, KEYS)
            remedy = f"Did you mean {near}?" if near else "Remove it."
            message = f"{name} is not known, so it changes nothing."
            yield Problem(
                id="unknown-key",
                severity=Severity.WARNING,
                message=message,
                remedy=remedy,
                file=FILE,
                line=lines.get(name),
            )
