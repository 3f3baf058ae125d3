"""What A+ is told of the fields of an exercise, so that it can show what was sent: form_spec and form_i18n."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from gradewright.exercises.kinds import name_of
from gradewright.model.course import CourseExercise

Config = Mapping[str, Any]
Locals = Mapping[str, Config]  # the same part of the configuration in each language
NUMERIC = ("int", "float")
CHOICES = ("radio", "checkbox", "dropdown", "select")


def form_spec(exercise: CourseExercise) -> tuple[list[dict[str, Any]], dict[str, dict[str, str]]]:
    """The fields, and each of their texts in every language by the key that the fields name it by (A+ spec 3.4)."""
    texts = _Texts()
    versions = dict(sorted(exercise.versions.items(), key=lambda version: version[0] != exercise.language))
    kind = name_of(str(versions[next(iter(versions))].get("view_type"))) if versions else ""
    match kind:
        case "create-form":
            fields = list(_questions(versions, texts))
        case "accept-post":
            fields = [_post_field(field, texts) for field in _aligned(versions, "fields")]
        case "accept-files":
            fields = [_file_field(field, texts) for field in _aligned(versions, "files")]
        case _:
            fields = []
    return fields, texts.found


class _Texts:
    """Texts by key. The key of a text is the text itself in the first language, unless that is ambiguous."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, str]] = {}

    def key(self, versions: Mapping[str, Any]) -> str:
        """The key of a text, given in each language; an empty text has an empty key."""
        words = {language: "" if text is None else str(text) for language, text in versions.items()}
        first, *others = words.values()
        if not first:
            return ""
        key = f"i18n_{first}" if first in others else first
        while self.found.setdefault(key, words) != words:
            key += "_duplicate"
        return key


def _aligned(versions: Locals, key: str) -> list[Locals]:
    """The members of a list, each in all the languages that have it."""
    lists = {language: _entries(version.get(key)) for language, version in versions.items()}
    first = next(iter(lists.values()), [])
    return [
        {language: members[index] for language, members in lists.items() if index < len(members)}
        for index in range(len(first))
    ]


def _entries(value: Any) -> Sequence[Config]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _first(versions: Locals) -> Config:
    return next(iter(versions.values()))


def _texts_of(versions: Locals, key: str) -> Mapping[str, Any]:
    return {language: version.get(key) for language, version in versions.items()}


def _questions(versions: Locals, texts: _Texts) -> Iterator[dict[str, Any]]:
    numbers = count()
    for group in _aligned(versions, "fieldgroups"):
        for field in _aligned(group, "fields"):
            if str(_first(field).get("type")).startswith("table-"):
                yield from _table(field, texts, numbers)
            else:
                yield _question(field, texts, _name(_first(field), next(numbers)))


def _name(field: Config, number: int) -> str:
    key = field.get("key")
    return f"field_{number}" if key is None or key == "" else str(key)


def _question(field: Locals, texts: _Texts, name: str) -> dict[str, Any]:
    config = _first(field)
    kind = str(config.get("type"))
    method = str(config.get("compare_method", "")).partition("-")[0]
    spec = {
        "key": name,
        "type": "number" if kind in ("text", "textarea") and method in NUMERIC else kind,
        "title": texts.key(_texts_of(field, "title")),
        "required": _is_true(config.get("required")),
        **_description(field, texts),
    }
    if kind in CHOICES:
        spec |= _choices(field, texts)
    return spec | _extra(config)


def _table(field: Locals, texts: _Texts, numbers: Iterator[int]) -> Iterator[dict[str, Any]]:
    """Each row as a question of its own, and the text beside it as another."""
    config = _first(field)
    kind = str(config.get("type")).removeprefix("table-")
    for row in _aligned(field, "rows"):
        titles = {
            language: f"{version.get('title') or ''}: {each.get('label') or ''}"
            for language, each in row.items()
            if (version := field.get(language)) is not None
        }
        spec = {
            "key": _name({"key": _first(row).get("key") or config.get("key")}, next(numbers)),
            "type": kind,
            "title": texts.key(titles),
            "required": _is_true(config.get("required")),
            **_description(field, texts),
            **_choices(field, texts),
        }
        yield spec | _extra(config)
        if config.get("more_text"):
            next(numbers)
            more = {"key": f"{spec['key']}_more", "type": "text", "title": texts.key(_texts_of(field, "more_text"))}
            yield {**more, "required": False}


def _choices(field: Locals, texts: _Texts) -> dict[str, Any]:
    labels = {
        _value(_first(option), number): texts.key(_texts_of(option, "label"))
        for number, option in enumerate(_aligned(field, "options"))
    }
    return {"titleMap": labels, "enum": list(labels)}


def _value(option: Config, number: int) -> str:
    value = option.get("value")
    return f"option_{number}" if value is None else str(value)


def _post_field(field: Locals, texts: _Texts) -> dict[str, Any]:
    config = _first(field)
    return {
        "key": str(config.get("name")),
        "type": "textarea",
        "title": texts.key(_texts_of(field, "title")),
        "required": _is_true(config.get("required")),
        **_description(field, texts),
    }


def _file_field(field: Locals, texts: _Texts) -> dict[str, Any]:
    config = _first(field)
    return {
        "key": str(config.get("field")),
        "type": "file",
        "title": texts.key(_texts_of(field, "name")),
        "required": _is_true(config.get("required", True)),
    }


def _description(field: Locals, texts: _Texts) -> dict[str, str]:
    return {"description": texts.key(_texts_of(field, "more"))} if _first(field).get("more") else {}


def _extra(config: Config) -> dict[str, Any]:
    extra = config.get("extra_info")
    extra = extra if isinstance(extra, Mapping) else {}
    return {"htmlClass" if key == "class" else key: value for key, value in extra.items()}


def _is_true(value: Any) -> bool:
    return value in (True, 1) or str(value).lower() in ("true", "yes", "on")
