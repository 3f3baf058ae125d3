"""What a report of a test framework says, whichever framework wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["passed", "failed", "error", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedCase:
    """One test case of a report. Texts hold only characters that XML allows."""

    suite: str
    name: str
    identifier: (
        str  # suite/class/underscored_name, by which results meet the test cases of a package (coursemology 3.1)
    )
    status: Status
    expression: str = ""
    expected: str = ""
    output: str = ""
    hint: str = ""
    message: str = ""  # why it did not pass, as "TypeError: it says more"
    kind: str = ""  # "public", "private", "evaluation", or "" if the name tells of none


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport:
    """The cases in the order of the report, duplicates included, and what was wrong with it, as sentences."""

    cases: tuple[ReportedCase, ...] = ()
    problems: tuple[str, ...] = ()
