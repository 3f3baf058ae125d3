"""Values of course files, kept in files of our own for other processes and later ones."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Collection, Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from gradewright import __version__
from gradewright.courses.aplus.files import MAX_BYTES

Record = Mapping[str, Any]  # of what JSON has, and dates

DATE = "$date"
DRAFT = "draft-"  # begins the names of files that are being written
DRAFT_SECONDS = 3600  # for which one may be


class Records:
    """Records by name, each in a file of a directory.

    Keeping one is worth a try and no more: what cannot be written, is too large or would not come back the same is not
    there afterwards, and neither is what another version of Gradewright kept or what is damaged.
    """

    def __init__(self, directory: Path | None) -> None:
        """Without a directory nothing is kept."""
        self._directory = directory
        self._outdated: set[str] = set()  # names of what is there and could be neither replaced nor removed

    def keep(self, name: str, record: Record) -> None:
        """In place of what was kept by this name. Writes only what is new."""
        if self._directory is None:
            return
        file = self._directory / name
        self._outdated.discard(name)
        try:
            data = _as_bytes(record)
            if _content(file) == data:
                return
            if _from_bytes(data) != record:  # an author's mapping that looks like a date of ours
                raise ValueError
            _replace(file, data)
        except (OSError, TypeError, ValueError):
            self._remove(name)  # it is not the last one any more

    def keep_only(self, names: Collection[str]) -> None:
        """Remove what was kept by any other name, and what a killed process did not write to its end."""
        if self._directory is None:
            return
        try:
            others = [each for each in self._directory.iterdir() if each.name not in names and _is_settled(each)]
        except OSError:
            return
        for each in others:
            self._remove(each.name)

    def _remove(self, name: str) -> None:
        assert self._directory
        try:
            (self._directory / name).unlink(missing_ok=True)
        except OSError:
            self._outdated.add(name)

    def kept(self, name: str) -> Record | None:
        data = _content(self._directory / name) if self._directory and name not in self._outdated else b""
        try:
            return _from_bytes(data)
        except ValueError:
            return None


def _is_settled(file: Path) -> bool:
    """Not if another process is writing it now."""
    return not file.name.startswith(DRAFT) or time.time() - file.stat().st_mtime > DRAFT_SECONDS


def _as_bytes(record: Record) -> bytes:
    """Raises `ValueError` or `TypeError` if the record cannot be kept."""
    _check_size(record)
    body = json.dumps(record, default=_tagged).encode()
    data = _head(body) + body
    if len(data) > MAX_BYTES:
        raise ValueError
    return data


def _from_bytes(data: bytes) -> Record:
    """Raises `ValueError` if this is nothing that this version has kept."""
    head, end, body = data.partition(b"\n")
    if head + end != _head(body):
        raise ValueError
    record: Record = json.loads(body, object_hook=_untagged)
    return record


def _head(body: bytes) -> bytes:
    return f"gradewright {__version__} {sha256(body).hexdigest()}\n".encode()


def _check_size(record: Record) -> None:
    """Values may stand for far more text than the files have that they come from: aliases share theirs."""
    left, waiting = MAX_BYTES, [record]
    while waiting:
        value: Any = waiting.pop()
        left -= len(value) if isinstance(value, str) else 1
        if left < 0:
            raise ValueError
        if isinstance(value, Mapping):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value


def _tagged(value: Any) -> Any:
    if isinstance(value, date):
        return {DATE: value.isoformat()}
    raise TypeError


def _untagged(found: dict[str, Any]) -> Any:
    if found.keys() != {DATE}:
        return found
    text = str(found[DATE])
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _content(file: Path) -> bytes:
    """Nothing if it cannot be read, or is too large to be ours."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError:
        return b""
    return data if len(data) <= MAX_BYTES else b""


def _replace(file: Path, data: bytes) -> None:
    """Readers find the old content or the new one, never a part."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=DRAFT)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(data)
        Path(draft).replace(file)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
