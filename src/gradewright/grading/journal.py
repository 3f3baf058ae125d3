"""What a batch has finished, on disk before it is counted, so that nothing is graded twice after a crash.

One JSON object a line: {"key", "submission", "seconds", "report"}. The key stands for everything that decides the
report. A last line without its end is what a killed process was writing, and is cut off.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from gradewright.errors import StoreError, UsageError
from gradewright.model.report import Report, StepSummary
from gradewright.reports.batch import BatchEntry
from gradewright.reports.json import SCHEMA, as_json, from_json

STEP_TEXT = 4096  # characters of a step's stdout and stderr that are kept for each submission


class Journal:
    """The finished submissions by their keys. The reports stay on disk; only their places are in memory."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path = path
        self._file = file
        self._places: dict[str, int] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def record(self, entries: Iterable[tuple[str, BatchEntry]]) -> None:
        """Add entries that have reports; they are on the disk when this returns. Raises `StoreError`."""
        try:
            place = self._file.seek(0, os.SEEK_END)
            for key, entry in entries:
                line = _line(key, entry)
                self._file.write(line)
                self._places[key] = place
                place += len(line)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._trouble("written", error.strerror or str(error)) from error

    def read(self, key: str) -> BatchEntry:
        """The entry of this key. Raises `StoreError` if it cannot be read, `KeyError` if it was never recorded."""
        try:
            self._file.seek(self._places[key])
            found = json.loads(self._file.readline())
            report = from_json(found["report"])
            return BatchEntry(submission=found["submission"], report=report, seconds=found["seconds"])
        except OSError as error:
            raise self._trouble("read", error.strerror or str(error)) from error
        except (ValueError, TypeError, LookupError) as error:
            raise self._trouble("read", f"damaged entry at byte {self._places[key]}") from error

    def load(self) -> None:
        """Find what earlier runs have finished, and cut off a line that a killed process did not end."""
        place = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                self._file.truncate(place)
                return
            if key := _key(line):
                self._places[key] = place
            place += len(line)

    def _trouble(self, what: str, why: str) -> StoreError:
        return StoreError(
            f"The journal {self._path} cannot be {what}: {why}.",
            remedy="Free space, start anew with --fresh, or name another file with --journal.",
        )


@contextmanager
def open_journal(path: Path, *, fresh: bool = False) -> Iterator[Journal]:
    """The journal at `path`, for us alone until the end of the block; with `fresh`, emptied first.

    Raises `UsageError` if it cannot be opened, is not a journal, or another process is using it.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    except OSError as error:
        raise _unusable(f"The journal {path} cannot be opened: {error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _unusable(f"{path} is not a file.")
    with os.fdopen(descriptor, "r+b") as file:
        _claim(path, file)
        if fresh:
            file.truncate(0)
        journal = Journal(path, file)
        journal.load()
        yield journal


def _claim(path: Path, file: IO[bytes]) -> None:
    """Lock it, and rather refuse than write into, or empty, a file of somebody's that was named by mistake."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise _unusable(f"Another run is using the journal {path}.") from None
    if file.read(1) not in (b"", b"{"):
        raise _unusable(f"{path} is not the journal of a batch.")
    file.seek(0)


def _unusable(why: str) -> UsageError:
    return UsageError(why, remedy="Name another file with --journal.")


def _line(key: str, entry: BatchEntry) -> bytes:
    assert entry.report
    document = {
        "key": key,
        "submission": entry.submission,
        "seconds": round(entry.seconds, 4),
        "report": as_json(_trimmed(entry.report)),
    }
    return json.dumps(document).encode() + b"\n"


def _trimmed(report: Report) -> Report:
    return replace(report, steps=tuple(map(_trimmed_step, report.steps)))


def _trimmed_step(step: StepSummary) -> StepSummary:
    return replace(step, stdout=step.stdout[:STEP_TEXT], stderr=step.stderr[:STEP_TEXT])


def _key(line: bytes) -> str:
    """The key of a line; empty if it is damaged or of a schema that we do not read."""
    try:
        found: Any = json.loads(line)
        return str(found["key"]) if found["report"]["schema"] == SCHEMA else ""
    except (ValueError, TypeError, KeyError):
        return ""
