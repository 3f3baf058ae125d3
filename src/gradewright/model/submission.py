"""What one student or group sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Immutable. Its files lie in a directory of ours, checked and with plain modes, not where the student put them."""

    id: str  # names it in tables and reports
    directory: Path  # regular files 0644 or 0755 and directories 0755 only
    files: tuple[str, ...]  # relative POSIX paths below `directory`, sorted
    original_name: str = ""  # as the learner named the file that was sent
    fields: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    attempt: int = 1
    uid: str = ""  # ids of the students who sent it, joined by "-"
    instance: Path | None = None  # files of the personalised instance that these students were given
