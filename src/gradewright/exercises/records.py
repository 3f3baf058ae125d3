"""What passes between a page of an exercise and the rules behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who looks at an exercise or sends to it, as the front end says in its query (A+ spec 3.2)."""

    uid: str = ""  # ids of the students, joined by "-"; empty for nobody known
    ordinal: int = 1  # which of the student's submissions this is or would be, counted from 1
    max_submissions: int | None = None  # None or 0: as many as they like
    max_points: int | None = None  # in the front end
    language: str = "en"
    submission_url: str = ""  # where the result of a later grading goes
    post_url: str = ""  # where the form shall send to


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a kind must know beside the configuration and the visit."""

    exercise: str  # its key
    secret: str = field(default="", repr=False)  # of the service; signs samples where the exercise has no `secret`
    ajax_key: str = field(default="", repr=False)  # of the service, where the exercise has no `ajax_key`


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came with a form."""

    path: Path  # where its content lies for now
    size: int  # bytes
    original_name: str = ""  # as the browser called it; never used as a path


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came with a POST: all values of each field, and files."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def value(self, name: str) -> str | None:
        """The last value of a field, as Django's QueryDict would give it; None if there is none."""
        values = self.fields.get(name)
        return values[-1] if values else None


class Status(StrEnum):
    """What becomes of what was sent."""

    ACCEPTED = "accepted"  # judged, or stored to be judged
    REJECTED = "rejected"  # something is missing or not allowed; costs no attempt
    ERROR = "error"  # the exercise or the service is at fault; costs no attempt
    SHOWN = "shown"  # nothing was sent that could be judged: the page is shown again


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an exercise says to a POST."""

    status: Status
    points: Fraction | None = None  # None: not judged yet
    max_points: Fraction | None = None
    files: Mapping[str, Upload | bytes] = field(default_factory=dict)  # by path below user/: to be stored and graded
    queued: bool = False  # the files shall be graded in the background
    result: Mapping[str, Any] = field(default_factory=dict)  # what templates see as `result`, beside the above
    message: str = ""  # for the reader of the page, if something is wrong
    http_status: int = 200  # front ends take nothing else; others may tell more
