"""What was sent becomes a submission that is queued."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from gradewright.interfaces import Queue, Store
from gradewright.model.attempt import ReplyTo, StoredSubmission
from gradewright.service.graders import is_exclusive
from gradewright.service.orphans import as_json
from gradewright.storage.files import SubmissionFiles, new_id

if TYPE_CHECKING:
    from gradewright.exercises.records import Answer, Visit
    from gradewright.model.course import CourseExercise

Contents = Mapping[str, Path | bytes]

_log = structlog.get_logger("gradewright.service")


class Intake:
    """First the files, then the row: what has a row is whole."""

    def __init__(self, store: Store, files: SubmissionFiles, queue: Queue) -> None:
        self._store = store
        self._files = files
        self._queue = queue

    def take(
        self, exercise: CourseExercise, visit: Visit, answer: Answer, fields: Mapping[str, str], reply_to: ReplyTo
    ) -> str:
        """Store and queue; returns the id of the submission, or of the earlier one if this is the same POST again.

        Raises `StoreError`; nothing is kept then.
        """
        contents = {path: each if isinstance(each, bytes) else each.path for path, each in answer.files.items()}
        key = _key(exercise, visit, contents, fields)  # before the files are moved away
        language, config = exercise.version(visit.language)
        now = datetime.now(UTC)
        id = new_id(now)
        submission = StoredSubmission(
            id=id,
            course=exercise.course,
            exercise=exercise.key,
            uid=visit.uid,
            ordinal=visit.ordinal,
            language=language,
            fields=fields,
            reply_to=reply_to,
            received=now,
        )
        exclusive = is_exclusive(config)
        about = as_json(submission, exclusive=exclusive)
        directory = self._files.put(id, exercise.course, exercise.key, contents, about)
        stored = self._add(replace(submission, directory=directory), key=key, exclusive=exclusive)
        self._queue.put(stored)
        _log.info("queued", submission=stored, course=exercise.course, exercise=exercise.key, new=stored == id)
        return stored

    def _add(self, submission: StoredSubmission, *, key: str, exclusive: bool) -> str:
        stored = ""
        try:
            stored = self._store.add(submission, key=key, exclusive=exclusive)
        finally:
            if stored != submission.id:
                self._files.remove(submission.directory)
        return stored


def _key(exercise: CourseExercise, visit: Visit, contents: Contents, fields: Mapping[str, str]) -> str:
    """The same for the same POST sent again; empty if the front end does not say which submission it is.

    A front end that got no answer in time sends again, with the same submission_url (A+ spec 3.2).
    """
    if not visit.submission_url:
        return ""
    said = [exercise.course, exercise.key, visit.submission_url, visit.uid, visit.ordinal, sorted(fields.items())]
    whole = hashlib.sha256(json.dumps(said).encode())
    for path in sorted(contents):
        content = contents[path]
        whole.update(hashlib.sha256(path.encode(errors="surrogatepass")).digest())
        if isinstance(content, bytes):
            whole.update(hashlib.sha256(content).digest())
        else:
            with content.open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()
