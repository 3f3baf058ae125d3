"""Tags of keys: `title|i18n`, `instructions|rst`, `text|rst|i18n`. Each language gets a configuration of its own.

A+ spec 1.3: tags are worked off from right to left, keys in the order of length and then alphabet, so that a tagged
spelling wins over a plain one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gradewright.courses.aplus.documents import Place, TaggedList, TaggedMapping
from gradewright.courses.aplus.rst import to_html

Complaint = tuple[Place, str, str]  # where, what is wrong, what to do
KNOWN = ("i18n", "rst")


def languages(value: Mapping[str, Any] | Iterable[Any]) -> Iterator[str]:
    """The languages that any `|i18n` names, in the order in which they come."""
    if isinstance(value, dict):
        for key, below in value.items():
            if isinstance(below, dict) and "i18n" in key.split("|")[1:]:
                yield from below
        value = value.values()
    for each in value:
        if isinstance(each, TaggedList | TaggedMapping):
            yield from languages(each)


class Version:
    """One language's reading of a configuration; notes what cannot be read."""

    def __init__(self, language: str) -> None:
        self._language = language
        self.errors: list[Complaint] = []
        self.warnings: list[Complaint] = []

    def of(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """The configuration with all tags worked off. What has none is not copied."""
        return self._mapping(value, ())

    def _value(self, value: Any, place: Place) -> Any:
        if isinstance(value, TaggedList):
            return [self._value(each, (*place, index)) for index, each in enumerate(value)]
        return self._mapping(value, place) if isinstance(value, TaggedMapping) else value

    def _mapping(self, value: Mapping[str, Any], place: Place) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for key in sorted(value, key=_order) if any("|" in key for key in value) else value:
            name, *tags = key.split("|")
            found[name] = self._untagged(value[key], tags, (*place, name))
        return found

    def _untagged(self, value: Any, tags: list[str], place: Place) -> Any:
        for tag in reversed(tags):
            match tag.strip():
                case "i18n":
                    value = self._in_this_language(value, place)
                case "rst":
                    value = self._html(value, place)
                case _:
                    remedy = f"Known tags: {', '.join(KNOWN)}."
                    self.errors.append((place, f"The tag {tag!r} of a key is not known.", remedy))
        return self._value(value, place)

    def _in_this_language(self, value: Any, place: Place) -> Any:
        if isinstance(value, dict):
            return value.get(self._language)
        remedy = "Write one value for each language: {en: ..., fi: ...}."
        self.errors.append((place, "A key with |i18n must hold a mapping of languages.", remedy))
        return value

    def _html(self, value: Any, place: Place) -> Any:
        if not isinstance(value, str):
            if value is not None:
                remedy = "Write a text, or languages and |rst|i18n: the last tag is worked off first."
                self.errors.append((place, "A key with |rst must hold a text.", remedy))
            return value
        html, complaints = to_html(value)
        self.warnings += [(place, f"reStructuredText: {words}", "") for words in complaints]
        return html


def _order(key: str) -> tuple[int, str]:
    return len(key), key
