"""Read JSON that an untrusted program wrote: in bounded time and memory, exactly, and only what every reader agrees on.

Python's own reader takes NaN, keeps the last of two equal keys and turns 1e999 into infinity; a verdict must not hang
on any of these.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
MAX_INTEGER_DIGITS = 15  # what a double holds exactly, so that every reader sees the same number
MAX_NUMBER_LENGTH = 100
MAX_EXPONENT = 400

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UNSAFE_CHARACTER = re.compile("[\0\ud800-\udfff]")


class NotJson(ValueError):
    """The bytes are not a JSON document; the text says why, as a sentence."""


class RefusedJson(ValueError):
    """The bytes are JSON by the letter, but not safe to take; the text says why, as a sentence."""


def loads(data: bytes) -> Any:
    """The value of a JSON document; a number with a point or exponent becomes the `Fraction` that was written.

    Raises `NotJson` or `RefusedJson`.
    """
    if len(data) > MAX_BYTES:
        raise RefusedJson(f"It is {len(data)} bytes long; at most {MAX_BYTES} are read.")
    try:
        value = json.loads(
            _decode(data),
            parse_float=_fraction,
            parse_int=_integer,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise RefusedJson(_too_deep()) from None
    _insist_on_shape(value)
    return value


def _decode(data: bytes) -> str:
    if data.startswith(BYTE_ORDER_MARK):
        raise NotJson("It starts with a byte order mark; write it as UTF-8 without one.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise NotJson(f"Byte {error.start + 1} (0x{data[error.start]:02x}) is not UTF-8; write it as UTF-8.") from None


def _fraction(text: str) -> Fraction:
    exponent = re.split("[eE]", text)[1:]
    if len(text) > MAX_NUMBER_LENGTH or any(abs(int(digits)) > MAX_EXPONENT for digits in exponent):
        raise RefusedJson(f"The number {_shortened(text)} is out of any sensible range.")
    return Fraction(text)


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > MAX_INTEGER_DIGITS:
        raise RefusedJson(f"The number {_shortened(text)} has more than {MAX_INTEGER_DIGITS} digits.")
    return int(text)


def _constant(name: str) -> NoReturn:
    raise NotJson(f"It holds {name}, which JSON does not know; the calculation behind it has probably gone wrong.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise RefusedJson(f"The key {_shortened(json.dumps(key))} appears twice in one object; keep one of them.")
        result[key] = value
    return result


def _insist_on_shape(value: Any) -> None:
    level = [value]
    for depth in count():
        if depth == MAX_DEPTH and any(isinstance(item, dict | list) for item in level):
            raise RefusedJson(_too_deep())
        for item in level:
            _insist_on_characters(item)
        level = [child for item in level for child in _children(item)]
        if not level:
            return


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _insist_on_characters(value: Any) -> None:
    texts = [value] if isinstance(value, str) else value if isinstance(value, dict) else ()
    for text in texts:
        if found := UNSAFE_CHARACTER.search(text):
            name = "a NUL character" if found[0] == "\0" else "half of a surrogate pair"
            raise RefusedJson(f"A string in it holds {name}, which cannot be shown or stored; take it out.")


def _too_deep() -> str:
    return f"It is nested more than {MAX_DEPTH} levels deep."


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}..."
