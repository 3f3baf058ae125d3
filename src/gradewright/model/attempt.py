"""A submission as the service keeps it, its gradings, and what the front end is told of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit


class AttemptState(StrEnum):
    """Where a grading is. The last three are final; a regrade is a new attempt."""

    QUEUED = "queued"
    RUNNING = "running"
    GRADED = "graded"
    FAILED = "failed"  # no verdict after all tries: our fault, never a grade
    CANCELLED = "cancelled"


class DeliveryState(StrEnum):
    """Where the news of a grading is."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"  # the front end did not take it for as long as we try
    SUPERSEDED = "superseded"  # a later attempt ended before this one's news was delivered


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTo:
    """Where the report goes."""

    channel: str = ""  # name of a channel: "aplus"; empty: nowhere
    address: str = ""  # what that channel needs to find the receiver, for A+ the submission_url

    @property
    def receiver(self) -> str:
        """What receives it, as far as that can be told from the address: host and port."""
        return urlsplit(self.address).netloc[:255]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSubmission:
    """What one student or group sent, immutable once stored."""

    id: str  # unguessable, sorts by time, safe as a file name
    course: str
    exercise: str
    uid: str = ""  # ids of the students, joined by "-"
    ordinal: int = 1
    language: str = "en"
    directory: str = ""  # below the data directory; its files are in user/ of it
    fields: Mapping[str, str] = field(default_factory=dict)
    reply_to: ReplyTo = ReplyTo()
    received: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right of one worker to grade one attempt, for as long as it gives signs of life."""

    attempt: int  # id of the attempt
    token: int  # fencing: results that come with an older token are refused
    tries: int  # how often it was claimed, this time included
    submission: StoredSubmission

    @property
    def ticket(self) -> tuple[int, int]:
        """What tells it from every other claim, also on the same attempt."""
        return self.attempt, self.token


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeSign:
    """What is seen of an attempt that somebody grades: if it stays the same for too long, they are gone."""

    attempt: int
    token: int
    beats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """One grading, as staff see it."""

    id: int
    submission: str
    course: str
    exercise: str
    uid: str
    state: AttemptState
    tries: int
    queued: datetime
    started: datetime | None = None
    finished: datetime | None = None
    fault: str = ""  # why the last try came to nothing
    report: Mapping[str, Any] | None = None  # as docs/reference/report-json.md says
    delivery: DeliveryState | None = None  # None: nobody is to be told, or not yet
    delivery_fault: str = ""  # what the front end said last


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """News that is due: a report, or that there will be none."""

    id: int
    tries: int  # this one included
    attempt: int
    submission: StoredSubmission
    report: Mapping[str, Any] | None  # None: the attempt failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a channel tells the front end of one attempt."""

    attempt: int
    submission: str
    address: str
    points: int
    max_points: int
    feedback: str  # HTML
    error: bool = False  # no grade, through no fault of the student: costs no attempt
    grading_data: str = ""  # JSON
