"""The entries of a tar archive, plain or compressed, read forwards in bounded memory.

Single headers are parsed by `tarfile`; the walk from header to header is our own, because `tarfile`'s believes every
size that it finds: a few bytes make it allocate, recurse or loop without end, and it takes a damaged header for the end
of the archive.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from gradewright.archives.entries import CHUNK, MIB, ArchiveLimits, Entry, Kind, damaged, too_many

_BLOCK = tarfile.BLOCKSIZE
_EXTENSION_BYTES = 64 * 1024  # of one header that extends the next; a path and a few attributes take far less
_HEADERS_PER_ENTRY = 4  # its own, and extensions: pax, long name, long link
_TRAILER_BYTES = MIB  # zeros after the last entry, up to a full record
_XZ_MEMORY = 128 * MIB  # `xz -9` asks for 65
_KINDS = {
    tarfile.REGTYPE: Kind.FILE,
    tarfile.AREGTYPE: Kind.FILE,
    tarfile.CONTTYPE: Kind.FILE,
    tarfile.DIRTYPE: Kind.DIRECTORY,
    tarfile.SYMTYPE: Kind.SYMBOLIC_LINK,
    tarfile.LNKTYPE: Kind.HARD_LINK,
    tarfile.FIFOTYPE: Kind.FIFO,
    tarfile.CHRTYPE: Kind.DEVICE,
    tarfile.BLKTYPE: Kind.DEVICE,
    tarfile.GNUTYPE_SPARSE: Kind.SPARSE,
}


class Readable(Protocol):
    """The one thing that is asked of a decompressor: no more than `size` bytes, and none at the end only."""

    def read(self, size: int, /) -> bytes: ...


def tar_entries(file: int, limits: ArchiveLimits) -> Iterator[Entry]:
    """The entries of the open file, in its own order. Raises `SubmissionRejected` where it makes no sense as a tar."""
    tape = _Tape(_decompressed(os.fdopen(file, "rb", closefd=False)))
    for header in _headers(tape, limits):
        start = tape.position
        content = tape.chunks(header.size) if header.kind is Kind.FILE else ()
        yield Entry(name=header.name, kind=header.kind, size=header.size, executable=header.executable, content=content)
        tape.skip_to(start + (_padded(header.size) if header.kind is Kind.FILE else 0))
    tape.finish()


def _decompressed(file: BinaryIO) -> Readable:
    magic = file.read(6)
    file.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file)
    if magic.startswith(b"BZh"):
        return bz2.BZ2File(file)
    if magic.startswith(b"\xfd7zXZ\0"):
        return _Xz(file)
    return file


class _Xz:
    """What `lzma.LZMAFile` does, but for a limit on the memory that the archive may ask for."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)

    def read(self, size: int, /) -> bytes:
        data = b""
        while not data and not self._decoder.eof:
            compressed = self._file.read(CHUNK) if self._decoder.needs_input else b""
            if self._decoder.needs_input and not compressed:
                raise EOFError("it ends too early")
            data = self._decoder.decompress(compressed, size)
        return data


class _Tape:
    """A stream that only goes forwards, in small pieces."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self.position = 0

    def take(self, size: int) -> bytes:
        return b"".join(self.chunks(size))

    def chunks(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes, piece by piece. Raises `SubmissionRejected` if there are fewer."""
        while size > 0:
            chunk = self._read(min(size, CHUNK))
            if not chunk:
                raise damaged("tar", "it ends too early")
            size -= len(chunk)
            yield chunk

    def skip_to(self, position: int) -> None:
        for _ in self.chunks(position - self.position):
            pass

    def finish(self) -> None:
        """Read to the end, which also verifies the checksum of a compressed archive."""
        left = _TRAILER_BYTES
        while chunk := self._read(CHUNK):
            left -= len(chunk)
            if left < 0 or any(chunk):
                raise damaged("tar", "something follows its end")

    def _read(self, size: int) -> bytes:
        try:
            data = self._stream.read(size)
        except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError) as error:
            raise damaged("tar", error) from error
        self.position += len(data)
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    name: str
    kind: Kind
    size: int
    executable: bool


def _headers(tape: _Tape, limits: ArchiveLimits) -> Iterator[_Header]:
    """The headers of entries, with what the headers that extend them say."""
    everywhere: dict[str, str] = {}
    extensions: dict[str, str] = {}
    for _ in range(_HEADERS_PER_ENTRY * (limits.entries + 1)):
        block = tape.take(_BLOCK)
        if not any(block):
            return
        info = _parsed(block)
        match info.type:
            case tarfile.GNUTYPE_LONGNAME:
                extensions["path"] = _text(_extension(tape, info))
            case tarfile.GNUTYPE_LONGLINK:
                _extension(tape, info)
            case tarfile.XHDTYPE | tarfile.SOLARIS_XHDTYPE:
                extensions |= _pax(_extension(tape, info))
            case tarfile.XGLTYPE:
                everywhere |= _pax(_extension(tape, info))
            case _:
                yield _header(info, {**everywhere, **extensions})
                extensions = {}
    raise too_many(limits)


def _parsed(block: bytes) -> tarfile.TarInfo:
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError, OverflowError) as error:
        raise damaged("tar", error) from error
    if info.size < 0:
        raise damaged("tar", f"{info.name!r} has a negative size")
    return info


def _header(info: tarfile.TarInfo, extensions: Mapping[str, str]) -> _Header:
    sparse = any(key.startswith("GNU.sparse.") for key in extensions)
    return _Header(
        name=extensions.get("path", info.name),
        kind=Kind.SPARSE if sparse else _KINDS.get(info.type, Kind.UNKNOWN),
        size=_number(extensions["size"]) if "size" in extensions else info.size,
        executable=bool(info.mode & 0o100),
    )


def _extension(tape: _Tape, info: tarfile.TarInfo) -> bytes:
    if info.size > _EXTENSION_BYTES:
        raise damaged("tar", f"a header of {info.size} bytes is too long")
    return tape.take(_padded(info.size))[: info.size]


def _pax(data: bytes) -> dict[str, str]:
    """The records of a pax header, each of them "LENGTH KEY=VALUE\\n" with the length of all of it."""
    records = {}
    position = 0
    while position < len(data) and data[position]:
        length, space, _ = data[position : position + 20].partition(b" ")
        record = data[position + len(length) + 1 : position + _number(_text(length))]
        key, equals, value = record.removesuffix(b"\n").partition(b"=")
        if not (space and equals and record.endswith(b"\n")):
            raise damaged("tar", "a pax header makes no sense")
        records[_text(key)] = value.decode("utf-8", "surrogateescape")
        position += _number(_text(length))
    return records


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise damaged("tar", f"{text[:20]!r} is not a size")
    return int(text)


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK
