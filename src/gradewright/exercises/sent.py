"""Files and texts that were sent for the entries of `files` and `fields` of an exercise (A+ spec 2.2, 2.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradewright.exercises.background import Files
from gradewright.exercises.records import Received, Upload
from gradewright.exercises.scalars import count, entries, flag, open_table, text

FieldResult = Mapping[str, Any]  # an entry of `fields` with its `value` and whether it is `missing`


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFiles:
    files: Files
    missing: tuple[str, ...] = ()  # names of files that are required and were not sent
    too_few: bool = False  # fewer than `required_number_of_files`

    @property
    def complete(self) -> bool:
        return not self.missing and not self.too_few


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTexts:
    files: Files
    fields: Sequence[FieldResult]

    @property
    def complete(self) -> bool:
        return not any(field["missing"] for field in self.fields)


def files_sent(config: Mapping[str, Any], received: Received) -> SentFiles:
    """The uploads that the exercise asks for, by the names that it gives them; others are left out."""
    table = open_table(config)
    files: dict[str, Upload | bytes] = {}
    missing = []
    for entry in entries(table, "files"):
        name, upload = entry.read("name", text, ""), received.files.get(entry.read("field", text, ""))
        if upload is not None:
            files[name] = upload
        elif entry.read("required", flag, True):
            missing.append(name)
    wanted = table.read("required_number_of_files", count, 0)
    return SentFiles(files=files, missing=tuple(missing), too_few=len(files) < wanted)


def texts_sent(config: Mapping[str, Any], received: Received) -> SentTexts:
    """The texts that the exercise asks for, without white space around; empty where nothing was written."""
    files: dict[str, Upload | bytes] = {}
    fields = []
    for entry in entries(open_table(config), "fields"):
        name = entry.read("name", text, "")
        value = (received.value(name) or "").strip()
        files[name] = value.encode("utf-8", "replace")
        missing = not value and entry.read("required", flag, False)
        fields.append({"rows": 6, **entry.values, "value": value, "missing": missing})
    return SentTexts(files=files, fields=fields)


def blank_fields(config: Mapping[str, Any]) -> Sequence[FieldResult]:
    """The entries of `fields` before anything was sent."""
    return [
        {"rows": 6, **entry.values, "value": "", "missing": False} for entry in entries(open_table(config), "fields")
    ]
