"""The entries of a zip archive.

Read with `zipfile`, and stricter than it: entries may not overlap or follow something that is not zip (two programs
would see two different archives), declared sizes must be true, and only the two methods that everybody uses are
inflated, because `zipfile` inflates the others without a bound on memory.
"""

from __future__ import annotations

import copy
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from gradewright.archives.entries import (
    CHUNK,
    MIB,
    ArchiveLimits,
    Entry,
    Kind,
    damaged,
    kind_of,
    quoted,
    refused,
    too_many,
)
from gradewright.errors import SubmissionRejected

_LIST_BYTES = 8 * MIB  # of the list of entries at the end of an archive
_LOCAL_HEADER = 30  # bytes before an entry's name
_ENCRYPTED = 0x01 | 0x40 | 0x2000  # flag bits: a password, strong encryption, a hidden list of entries
_UTF8 = 0x800  # flag bit
_DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def zip_entries(file: int, limits: ArchiveLimits) -> Iterator[Entry]:
    """The entries of the open file, in its own order. Raises `SubmissionRejected` where it makes no sense as a zip."""
    try:
        archive = zipfile.ZipFile(_Sparing(file, limits))
    except UnicodeDecodeError as error:
        raise refused(
            error.object.decode(errors="surrogateescape"),
            "has a name that is not UTF-8",
            "Rename it and make the archive again.",
        ) from error
    except _DAMAGE as error:
        raise damaged("zip", error) from error
    with archive:
        infos = archive.infolist()
        _check_layout(infos, archive.start_dir)
        for info in infos:
            yield _entry(archive, info)


class _Sparing(io.BufferedReader):
    """A file that is never read much at once: `zipfile` reads the whole list of entries in one go."""

    def __init__(self, file: int, limits: ArchiveLimits) -> None:
        super().__init__(io.FileIO(file, closefd=False))
        self._limits = limits

    def read(self, size: int | None = -1) -> bytes:
        wanted = _LIST_BYTES + 1 if size is None or size < 0 else min(size, _LIST_BYTES + 1)
        data = super().read(wanted)
        if len(data) > _LIST_BYTES:
            raise too_many(self._limits)
        return data


def _check_layout(infos: list[zipfile.ZipInfo], end: int) -> None:
    ordered = sorted(infos, key=lambda info: info.header_offset)
    if ordered and ordered[0].header_offset != 0:
        raise SubmissionRejected(
            "The zip archive does not begin with its first entry: something stands before it.",
            remedy="Send a plain zip archive, not a self-extracting or joined one.",
        )
    ends = [*(info.header_offset for info in ordered[1:]), end]
    for info, next_start in zip(ordered, ends, strict=False):
        if info.header_offset + _LOCAL_HEADER + info.compress_size > next_start:
            raise refused(_name(info), "overlaps another entry", "Make the archive again with an ordinary zip program.")


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    name = _name(info)
    kind = _kind(info, name)
    if kind is not Kind.FILE:
        return Entry(name=name, kind=kind)
    if info.flag_bits & _ENCRYPTED:
        raise refused(name, "is encrypted", "Make the archive without a password, and send it again.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refused(
            name,
            f"is compressed by an unusual method (number {info.compress_type})",
            "Make an ordinary zip archive (method deflate), and send it again.",
        )
    executable = bool(info.external_attr >> 16 & stat.S_IXUSR)
    return Entry(
        name=name, kind=kind, size=info.file_size, executable=executable, content=_content(archive, info, name)
    )


def _name(info: zipfile.ZipInfo) -> str:
    """The name with everything in it: `info.filename` ends at the first NUL.

    Many programs write UTF-8 without saying so; only what is not UTF-8 is in the old code page that the format names.
    """
    name = info.orig_filename
    if info.flag_bits & _UTF8:
        return name
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return name


def _kind(info: zipfile.ZipInfo, name: str) -> Kind:
    mode = info.external_attr >> 16
    kind = kind_of(mode) if stat.S_IFMT(mode) else Kind.FILE
    return Kind.DIRECTORY if kind is Kind.FILE and name.endswith("/") else kind


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    unbelieving = copy.copy(info)
    unbelieving.file_size = info.file_size + CHUNK  # to find out whether there is more than was declared
    size = 0
    try:
        with archive.open(unbelieving) as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > info.file_size:
                    break
                yield chunk
    except _DAMAGE as error:
        raise damaged("zip", f"{quoted(name)} cannot be unpacked ({error})") from error
    if size != info.file_size:
        raise refused(
            name, "is not as long as the archive says", "Make the archive again with an ordinary zip program."
        )
