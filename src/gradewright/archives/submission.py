"""Take in what a student sent, whatever its form, as a directory of plain files."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gradewright.archives.entries import ArchiveLimits, Entry, too_large
from gradewright.archives.folders import file_entry, folder_entries
from gradewright.archives.laying import lay
from gradewright.errors import InfrastructureError, MissingError, SubmissionRejected
from gradewright.model.submission import Submission

_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz")
_FOREIGN = (".7z", ".rar", ".tar.zst", ".tar.lz", ".tar.z")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
_USTAR = slice(257, 262)


def _nothing(entry: Entry) -> bool:
    return False


def open_submission(
    path: Path,
    into: Path,
    *,
    id: str | None = None,
    limits: ArchiveLimits = ArchiveLimits(),  # noqa: B008  (frozen)
    leave_out: Callable[[Entry], bool] = _nothing,
) -> Submission:
    """Copy a file or directory, or unpack a zip or tar, into the empty directory `into`.

    An archive is known by its name (a .jar or .docx is a file like any other) and, where the name has no suffix, by its
    content. Archives inside of it are plain files. What operating systems leave behind (`__MACOSX`, `.DS_Store`,
    `Thumbs.db`) is left out; a single folder around everything is kept. `id` is the name without suffix if not given.

    Entries for which `leave_out` is true are passed over.

    `path` itself may be a symbolic link, for it is named by whoever grades; nothing inside may be one.

    Raises `SubmissionRejected` if the content is hostile or broken, with a message for the student, and `MissingError`
    if it cannot be read. What was written before either stays in `into`.
    """
    name = path.name if path.name not in ("", "..") else path.resolve().name
    with _opened(path) as file:
        try:
            entries = (entry for entry in _entries(file, name, limits) if not leave_out(entry))
            files = lay(entries, into, limits)
        except OSError as error:
            raise InfrastructureError(f"The submission could not be written to {into}: {error.strerror}.") from error
    if not files:
        raise SubmissionRejected(
            "The submission has no files.", remedy="Add the files that are asked for, and send it again."
        )
    return Submission(id=id or _stem(name, path) or "submission", directory=into, files=files, original_name=name)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise SubmissionRejected(f"{path} is neither a file nor a directory.", remedy="Name one of these.")
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise MissingError(
            f"{path} cannot be read: {error.strerror}.", remedy="Check the path and its permissions."
        ) from error
    try:
        yield file
    finally:
        os.close(file)


def _entries(file: int, name: str, limits: ArchiveLimits) -> Iterator[Entry]:
    status = os.fstat(file)
    if stat.S_ISDIR(status.st_mode):
        return folder_entries(file, limits)
    head = os.pread(file, _USTAR.stop, 0)
    if not _is_archive(name, head):
        return iter((file_entry(file, name),))
    if status.st_size > limits.total_bytes:
        raise too_large(limits)
    # Only now, because most submissions are none and these two are slow to import.
    if head.startswith(_ZIP) or (name.lower().endswith(".zip") and not _is_tar(head)):
        from gradewright.archives.zips import zip_entries

        return zip_entries(file, limits)
    from gradewright.archives.tars import tar_entries

    return tar_entries(file, limits)


def _is_archive(name: str, head: bytes) -> bool:
    if name.lower().endswith(_FOREIGN):
        raise SubmissionRejected(
            f"{name} is an archive of a form that is not accepted.", remedy="Send a zip or a tar.gz."
        )
    if name.lower().endswith(_ARCHIVES):
        return True
    return not Path(name).suffix and (head.startswith(_ZIP) or _is_tar(head))


def _is_tar(head: bytes) -> bool:
    return head.startswith(_COMPRESSED) or head[_USTAR] == b"ustar"


def _stem(name: str, path: Path) -> str:
    if path.is_dir():
        return name
    for suffix in sorted(_ARCHIVES, key=len, reverse=True):
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return Path(name).stem
