"""The types of values in course files. Each refuses with words that continue "KEY ...": "must be a whole number"."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import core_schema

from gradewright.courses.aplus.dates import parse_date, parse_duration

TRUE = ("true", "yes", "on", "1")
FALSE = ("false", "no", "off", "0", "")
KEY = re.compile(r"[\w-][\w.-]{0,200}")


class Keys(BaseModel):
    """A mapping of known keys. Others are allowed, and visible to templates."""

    model_config = ConfigDict(extra="allow")


def about(text: str, **more: Any) -> Any:
    """A key that may be left out, with what it means."""
    return Field(default=None, description=text, **more)


def needed(text: str) -> Any:
    """A key that must be there, with what it means."""
    return Field(description=text)


def _text(value: Any) -> Any:
    if not isinstance(value, str | int | float | date):
        raise ValueError("must be a text")
    return value


def _name(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("must be a text: put it in quotes")
    if not isinstance(value, str | int) or value == "":
        raise ValueError("must be a text that is not empty")
    return value


def _key(value: Any) -> Any:
    if not KEY.fullmatch(str(_name(value))):
        raise ValueError("must be made of letters, digits, '_', '-' and '.'")
    return value


def _local_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {language: _text(version) for language, version in value.items() if version is not None}
    return _text(value)


def _flag(value: Any) -> Any:
    if not isinstance(value, bool) and str(value).lower() not in TRUE + FALSE:
        raise ValueError("must be true or false")
    return value


def _number(value: Any) -> float:
    try:
        number = float(value) if not isinstance(value, bool) else math.nan
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("must be a number")
    return number


def _whole(value: Any) -> int:
    try:
        number = _number(value)
    except ValueError:
        number = math.nan
    if number != number or number % 1:
        raise ValueError("must be a whole number")
    return int(number)


def _count(value: Any) -> int:
    number = _whole(value)
    if number < 0:
        raise ValueError("must not be negative")
    return number


def _points(value: Any) -> float:
    number = _number(value)
    if number < 0:
        raise ValueError("must not be negative")
    return number


def _share(value: Any) -> float:
    number = _number(value)
    if not 0 <= number <= 1:
        raise ValueError("must be a number from 0 to 1")
    return number


def _correct(value: Any) -> Any:
    if value == "neutral":
        return value
    try:
        return _flag(value)
    except ValueError:
        raise ValueError("must be true, false or neutral") from None


def _list_or_text(value: Any) -> Any:
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, str | int):
            raise ValueError("must be a text, or a list of texts")
    return value


def _files(value: Any) -> Any:
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise ValueError("must be a list of paths")
    return value


def _path(value: Any) -> Any:
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError("must be a path")
    return value


def _local_path(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {language: _path(version) for language, version in value.items()}
    return _path(value)


def _words(value: Any) -> Any:
    if not isinstance(value, list) or not value or not all(isinstance(each, str | int | float) for each in value):
        raise ValueError("must be a command as a list of words, such as [python3, generate.py]")
    return value


def _command(value: Any) -> Any:
    return value if isinstance(value, str) and value.strip() else _words(value)


def _path_or_mapping(value: Any) -> Any:
    if isinstance(value, Mapping):
        return value
    try:
        return _path(value)
    except ValueError:
        raise ValueError("must be a path, or the keys of a grader.toml") from None


def _mapping(value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise ValueError("must be a mapping of keys to values")
    return value


class Kind:
    """What may stand at a key: for pydantic, for editors, and for readers of the reference."""

    def __init__(self, convert: Callable[[Any], Any], words: str, *, needed: bool = False, **schema: Any) -> None:
        """`convert` raises `ValueError`. A key without any value is as good as absent, unless it is needed."""
        self._convert = convert
        self._needed = needed
        self._schema = {**schema, "title": words}

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        convert = self._convert if self._needed else self._or_nothing
        return core_schema.no_info_plain_validator_function(convert)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return dict(self._schema)

    def _or_nothing(self, value: Any) -> Any:
        return None if value is None else self._convert(value)


def _either(*types: str) -> dict[str, Any]:
    return {"type": list(types)}


NUMBERS = ("number", "string")
MANY_WORDS = {"type": "array", "items": {"type": "string"}}
LANGUAGES = {"type": "object", "additionalProperties": {"type": "string"}}

Text = Annotated[Any, Kind(_text, "text", **_either("string", "number", "boolean", "null"))]
Html = Annotated[Any, Kind(_text, "HTML", **_either("string", "number", "null"))]
Name = Annotated[Any, Kind(_name, "text", needed=True, **_either("string", "number"))]
Key = Annotated[Any, Kind(_key, "key", needed=True, **_either("string", "number"))]
LocalText = Annotated[
    Any, Kind(_local_text, "text, or one for each language", anyOf=[_either("string", "number", "null"), LANGUAGES])
]
Flag = Annotated[Any, Kind(_flag, "true or false", **_either("boolean", "string", "null"))]
Number = Annotated[Any, Kind(_number, "number", **_either(*NUMBERS))]
Whole = Annotated[Any, Kind(_whole, "whole number", **_either(*NUMBERS))]
Count = Annotated[Any, Kind(_count, "whole number from 0", **_either(*NUMBERS))]
Points = Annotated[Any, Kind(_points, "number from 0", **_either(*NUMBERS))]
Share = Annotated[Any, Kind(_share, "number from 0 to 1", **_either(*NUMBERS))]
Correct = Annotated[Any, Kind(_correct, "true, false or neutral", **_either("boolean", "string"))]
Date = Annotated[Any, Kind(parse_date, "date", **_either("string", "null"))]
Time = Annotated[Any, Kind(parse_duration, "duration", type="string", pattern="^[0-9]+[ymdhw]$")]
ListOrText = Annotated[Any, Kind(_list_or_text, "text, or list of texts", anyOf=[_either("string"), MANY_WORDS])]
Files = Annotated[Any, Kind(_files, "list of paths", **MANY_WORDS)]
Path = Annotated[Any, Kind(_path, "path", type="string")]
LocalPath = Annotated[Any, Kind(_local_path, "path, or one for each language", anyOf=[_either("string"), LANGUAGES])]
Words = Annotated[Any, Kind(_words, "list of words", **MANY_WORDS)]
Command = Annotated[Any, Kind(_command, "text, or list of words", anyOf=[_either("string"), MANY_WORDS])]
PathOrMapping = Annotated[Any, Kind(_path_or_mapping, "path, or mapping", **_either("string", "object"))]
Mapped = Annotated[Any, Kind(_mapping, "mapping", type="object")]
Anything = Annotated[Any, Kind(lambda value: value, "anything")]


def one_of(*choices: str) -> Kind:
    """A text that is one of a few."""

    def choose(value: Any) -> Any:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return value

    return Kind(choose, "one of these", enum=list(choices))
