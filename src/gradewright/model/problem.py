"""What is wrong with something an author wrote, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding about a grader, a Dockerfile, an image or a configuration file."""

    id: str  # stable, kebab-case: "copy-relative-destination"
    severity: Severity = Severity.ERROR
    message: str  # what is wrong, one sentence
    remedy: str = ""  # what to do about it, one sentence
    file: str = ""
    line: int | None = None  # counted from 1
    key: str = ""  # dotted, as in "cases[2].points"

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.key) if part)
        text = f"{place}: {self.message}" if place else self.message
        if not self.remedy:
            return text
        return f"{text}\n{self.remedy}" if "\n" in text else f"{text} {self.remedy}"
