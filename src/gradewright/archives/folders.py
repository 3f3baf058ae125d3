"""The entries of a directory on this machine, and a single file as an entry.

The directory may still belong to a student who changes it while it is read, so everything is opened relative to what
is open already, never through a link.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from gradewright.archives.entries import CHUNK, ArchiveLimits, Entry, Kind, kind_of, quoted, refused
from gradewright.errors import MissingError

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def folder_entries(folder: int, limits: ArchiveLimits, prefix: str = "") -> Iterator[Entry]:
    """The entries below the open directory `folder`, in order of name. Raises `MissingError` if one cannot be read."""
    with _reading(prefix), os.scandir(folder) as found:
        names = sorted(entry.name for entry in islice(found, limits.entries + 1))
    for name in names:
        path = prefix + name
        with _reading(path):
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        kind = _kind(status)
        yield Entry(
            name=path,
            kind=kind,
            size=status.st_size if kind is Kind.FILE else 0,
            executable=bool(status.st_mode & stat.S_IXUSR),
            content=_content(folder, name, path),
        )
        if kind is Kind.DIRECTORY:
            with _opened(folder, name, path, os.O_DIRECTORY) as inner:
                yield from folder_entries(inner, limits, f"{path}/")


def file_entry(file: int, name: str) -> Entry:
    """The open file as the only entry of a submission."""
    status = os.fstat(file)
    return Entry(
        name=name,
        kind=Kind.FILE,
        size=status.st_size,
        executable=bool(status.st_mode & stat.S_IXUSR),
        content=_chunks(file, name),
    )


def _kind(status: os.stat_result) -> Kind:
    kind = kind_of(status.st_mode)
    return Kind.HARD_LINK if kind is Kind.FILE and status.st_nlink > 1 else kind


def _content(folder: int, name: str, path: str) -> Iterator[bytes]:
    with _opened(folder, name, path) as file:
        if _kind(os.fstat(file)) is not Kind.FILE:
            raise refused(path, "changed while it was read", "Leave the folder alone while it is graded.")
        yield from _chunks(file, path)


def _chunks(file: int, path: str) -> Iterator[bytes]:
    with _reading(path):
        while chunk := os.read(file, CHUNK):
            yield chunk


@contextmanager
def _opened(folder: int, name: str, path: str, flags: int = 0) -> Iterator[int]:
    with _reading(path):
        opened = os.open(name, _READ | flags, dir_fd=folder)
    try:
        yield opened
    finally:
        os.close(opened)


@contextmanager
def _reading(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"The entry {quoted(path)} of the submission" if path else "The submission"
        raise MissingError(
            f"{what} cannot be read: {error.strerror}.", remedy="Make it readable for the user who grades."
        ) from error
