"""Submissions whose files are there and whose row is not: of a database that was lost, or of a request that was killed.

What is kept beside the files is enough to put them back into a database and grade them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from gradewright.interfaces import Store
from gradewright.model.attempt import ReplyTo, StoredSubmission
from gradewright.storage import staff
from gradewright.storage.files import SubmissionFiles

UNDECIDED = timedelta(seconds=120)  # a request may wait for so long between its files and its row
AT_ONCE = 500  # submissions that are looked up in one go


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    id: str
    directory: str  # below the data directory
    submission: StoredSubmission | None  # None: what is needed to put it back is not there
    exclusive: bool = False


def as_json(submission: StoredSubmission, *, exclusive: bool) -> bytes:
    """What is kept beside the files of a submission."""
    document = {
        "course": submission.course,
        "exercise": submission.exercise,
        "uid": submission.uid,
        "ordinal": submission.ordinal,
        "language": submission.language,
        "fields": dict(submission.fields),
        "reply_to": asdict(submission.reply_to),
        "received": submission.received.isoformat(),
        "exclusive": exclusive,
    }
    return json.dumps(document).encode()


class Orphans:
    """Raises `StoreError` where the database cannot be asked."""

    def __init__(self, store: Store, files: SubmissionFiles) -> None:
        self._store = store
        self._files = files

    def found(self, before: datetime | None = None) -> Iterator[Orphan]:
        """Those that were stored before this moment; without one, all of which it is certain."""
        directories = self._files.stored(before or datetime.now(UTC) - UNDECIDED)
        while some := list(islice(directories, AT_ONCE)):
            ids = {PurePosixPath(each).name: each for each in some}
            known = staff.known(list(ids))
            for id in sorted(ids.keys() - known):
                yield _orphan(id, ids[id], self._files.about(ids[id]))

    def put_back(self, orphan: Orphan) -> None:
        """Give it a row and queue it, as when it came. There must be a `submission`."""
        assert orphan.submission
        self._store.add(orphan.submission, exclusive=orphan.exclusive)


def _orphan(id: str, directory: str, about: bytes) -> Orphan:
    try:
        document = json.loads(about)
        return Orphan(
            id=id, directory=directory, submission=_submission(id, directory, document), exclusive=document["exclusive"]
        )
    except (ValueError, KeyError, TypeError):
        return Orphan(id=id, directory=directory, submission=None)


def _submission(id: str, directory: str, document: dict[str, Any]) -> StoredSubmission:
    return StoredSubmission(
        id=id,
        course=document["course"],
        exercise=document["exercise"],
        uid=document["uid"],
        ordinal=document["ordinal"],
        language=document["language"],
        directory=directory,
        fields=document["fields"],
        reply_to=ReplyTo(**document["reply_to"]),
        received=datetime.fromisoformat(document["received"]),
    )
