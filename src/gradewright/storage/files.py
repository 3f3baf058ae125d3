"""What students sent, on the disk: written aside, synchronised, then renamed into place, and only then given a row.

    <data_dir>/incoming/              being written
    <data_dir>/submissions/<course>/<exercise>/<id>/user/...
    <data_dir>/submissions/<course>/<exercise>/<id>/submission.json    all else that is known, should the row be lost

What a killed process leaves is either below `incoming`, where `sweep` removes it, or a directory without a row. So is
what was in a database that was lost, so these stay until staff decide.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

from gradewright.errors import StoreError, SubmissionRejected

FILES, ABOUT = "user", "submission.json"  # below the directory of a submission
SETTLED_SECONDS = 24 * 3600  # younger ones may belong to a request that is still going on


def new_id(now: datetime) -> str:
    """Unguessable, sorted by time, safe in file names and addresses."""
    return f"{now:%Y%m%d%H%M%S%f}-{secrets.token_hex(10)}"


class SubmissionFiles:
    """All directories of submissions of one service."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir
        self._incoming = data_dir / "incoming"

    def put(self, id: str, course: str, exercise: str, files: Mapping[str, Path | bytes], about: bytes = b"{}") -> str:
        """Store files by their paths below `user/`, and what is known of them beside; returns the directory.

        That is relative to the data directory. Files given as paths are moved if they can be. They are on the disk when
        this returns. Raises `SubmissionRejected` for a path that leads elsewhere and `StoreError` if it cannot be
        written; nothing is left then.
        """
        relative = PurePosixPath("submissions", _name(course), _name(exercise), _name(id))
        draft, final = self._incoming / id, self._root / relative
        try:
            (draft / FILES).mkdir(parents=True, mode=0o700)
            for path, content in files.items():
                _write(draft / FILES / _inside(path), content)
            (draft / ABOUT).write_bytes(about)
            _synchronise(draft)
            _make_directories(final.parent, self._root)
            draft.rename(final)
            _synchronise_directory(final.parent)
        except OSError as error:
            raise StoreError(
                f"The submission cannot be stored: {error.strerror}.", remedy=f"Is there room in {self._root}?"
            ) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return str(relative)

    def directory(self, relative: str) -> Path:
        """Where the files of a submission lie."""
        return self._root / relative / FILES

    def listed(self, relative: str) -> tuple[str, ...]:
        """The files of a submission, as sorted paths below its directory."""
        top = self.directory(relative)
        return tuple(sorted(path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()))

    def remove(self, relative: str) -> None:
        """Remove what was stored. It is no error if that is gone already."""
        if relative:
            shutil.rmtree(self._root / relative, ignore_errors=True)

    def about(self, relative: str) -> bytes:
        """What is known of a submission beside its files; nothing if that is not there."""
        try:
            return (self._root / relative / ABOUT).read_bytes()
        except OSError:
            return b""

    def sweep(self) -> int:
        """Remove what killed processes did not store to its end. Returns how many it was."""
        before = time.time() - SETTLED_SECONDS
        left = [path for path in self._incoming.glob("*") if _is_older(path, before)]
        for path in left:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        return len(left)

    def stored(self, before: datetime) -> Iterator[str]:
        """The directories of submissions that were stored before this moment, whether they have a row or not."""
        for path in self._root.glob("submissions/*/*/*"):
            if _is_older(path, before.timestamp()):
                yield str(path.relative_to(self._root))


def _name(text: str) -> str:
    if text in ("", ".", "..") or "/" in text or "\0" in text:
        raise SubmissionRejected(f"{text!r} cannot be the name of a directory.")
    return text


def _inside(path: str) -> PurePosixPath:
    relative = PurePosixPath(path)
    if relative.is_absolute() or ".." in relative.parts or not relative.parts or "\0" in path:
        raise SubmissionRejected(f"{path!r} cannot be the name of a file.")
    return relative


def _write(target: Path, content: Path | bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        target.write_bytes(content)
    else:
        shutil.move(content, target)
    target.chmod(0o644)


def _synchronise(top: Path) -> None:
    for path in [*top.rglob("*"), top]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _make_directories(path: Path, root: Path) -> None:
    """Like mkdir(parents=True), but what is made is on the disk."""
    if path.is_dir():
        return
    if path != root:
        _make_directories(path.parent, root)
    path.mkdir(exist_ok=True, mode=0o700)
    _synchronise_directory(path.parent)


def _synchronise_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_older(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime < moment
    except FileNotFoundError:
        return False
