"""Reading what is named by its digest, and believing it only if the digest is right."""

from __future__ import annotations

import hashlib
import json
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Protocol, TypeVar

from gradewright.errors import AuthorError

CHUNK = 1024 * 1024
MAX_DOCUMENT = 4 * CHUNK  # bytes of a manifest, an index or a configuration
KNOWN_COMPRESSION = {b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
GZIP = b"\x1f\x8b"

T = TypeVar("T")

Advance = Callable[[int], None]  # told of every so many bytes read


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A layer as it lies somewhere, perhaps compressed."""

    name: str  # for messages
    size: int
    stream: IO[bytes]
    digest: str = ""  # of the bytes as they lie; "" if nobody has said
    diff_id: str  # digest of the bytes once uncompressed


class Digested:
    """A stream that works out the digest of what is read from it."""

    def __init__(self, stream: Readable, advance: Advance = lambda size: None) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self._advance = advance

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._hash.update(data)
        self._advance(len(data))
        return data

    def digest(self) -> str:
        """The digest of the whole stream, whose rest is read for it."""
        while self.read(CHUNK):
            pass
        return f"sha256:{self._hash.hexdigest()}"


class Gunzipped:
    """The uncompressed bytes of a stream in gzip format, of one or several members."""

    def __init__(self, stream: Readable, start: bytes) -> None:
        self._stream = stream
        self._waiting = start
        self._member = zlib.decompressobj(wbits=31)

    def read(self, size: int) -> bytes:
        """At most `size` bytes, none only at the end. Raises `zlib.error` or `EOFError` for broken data."""
        while True:
            waiting = self._waiting or self._stream.read(CHUNK)
            if self._member.eof:
                if not waiting.strip(b"\0"):  # some writers fill up the last block
                    return b""
                self._member = zlib.decompressobj(wbits=31)
            elif not waiting:
                raise EOFError("it ends too early")
            data = self._member.decompress(waiting, size)
            self._waiting = self._member.unconsumed_tail or self._member.unused_data
            if data:
                return data


class Prefixed:
    """A stream of which the first bytes have been read already."""

    def __init__(self, start: bytes, stream: Readable) -> None:
        self._start = start
        self._stream = stream

    def read(self, size: int) -> bytes:
        if not self._start:
            return self._stream.read(size)
        data, self._start = self._start[:size], self._start[size:]
        return data


def uncompressed(stream: Readable, name: str) -> Readable:
    """The stream itself or what gzip made it from. Raises `AuthorError` for other compressions."""
    start = stream.read(8)
    if start.startswith(GZIP):
        return Gunzipped(stream, start)
    for magic, compression in KNOWN_COMPRESSION.items():
        if start.startswith(magic):
            raise AuthorError(
                f"{name} is compressed with {compression}, which cannot be read here.",
                remedy="Save the image again uncompressed or with gzip: `docker save IMAGE > FILE`.",
            )
    return Prefixed(start, stream)


@contextmanager
def verified(blob: Blob, advance: Advance) -> Iterator[Readable]:
    """The uncompressed bytes of a blob; raises `AuthorError` at the end of the block if a digest is not as promised."""
    packed = Digested(blob.stream, advance)
    try:
        plain = Digested(uncompressed(packed, blob.name))
        yield plain
        _compare(blob.name, plain.digest(), blob.diff_id)
        _compare(blob.name, packed.digest(), blob.digest or packed.digest())
    except (zlib.error, EOFError, tarfile.TarError) as error:
        raise broken(blob.name, f"its data is damaged ({error})") from error


def small(stream: Readable, name: str, digest: str = "") -> bytes:
    """The content of a document. Raises `AuthorError` if its digest is not as promised."""
    data = stream.read(MAX_DOCUMENT + 1)
    if len(data) > MAX_DOCUMENT:
        raise broken(name, f"it is larger than {MAX_DOCUMENT} bytes")
    if digest:
        _compare(name, digest_of(data), digest)
    return data


def parsed(data: bytes, name: str, kind: type[T]) -> T:
    """The JSON value in a document. Raises `AuthorError` if it is none or of another kind."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise broken(name, "it is not a JSON document") from error
    if not isinstance(value, kind):
        raise broken(name, f"it is not a JSON {'object' if kind is dict else 'array'}")
    return value


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def broken(name: str, why: str) -> AuthorError:
    return AuthorError(f"{name}: the image is broken: {why}.", remedy="Save or copy the image again.")


def _compare(name: str, found: str, promised: str) -> None:
    if found != promised:
        raise broken(name, f"its content has the digest {found}, and {promised} was promised")
