"""A submission as the service keeps it, and its gradings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AttemptState(StrEnum):
    """Where a grading is. `GRADED` and `FAILED` are final; a regrade is a new attempt."""

    QUEUED = "queued"
    RUNNING = "running"
    GRADED = "graded"
    FAILED = "failed"  # no verdict after all tries: our fault, never a grade
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTo:
    """Where the report goes."""

    channel: str = ""  # name of a channel: "aplus"; empty: nowhere
    address: str = ""  # what that channel needs to find the receiver, for A+ the submission_url


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
    """The right of one worker to grade one attempt until the lease ends."""

    attempt: int  # id of the attempt
    token: int  # fencing: results that come with an older token are refused
    tries: int  # how often it was claimed, this time included
    submission: StoredSubmission
    lease_until: datetime
