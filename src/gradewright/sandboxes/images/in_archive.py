"""Images in a file that `docker save` wrote: the old form, the new one that is an OCI layout too, or either in gzip."""

from __future__ import annotations

import posixpath
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from gradewright.errors import AuthorError
from gradewright.sandboxes.images.blobs import (
    CHUNK,
    Advance,
    Blob,
    Gunzipped,
    broken,
    digest_of,
    parsed,
    small,
    uncompressed,
)
from gradewright.sandboxes.images.configuration import image_of
from gradewright.sandboxes.images.room import Room
from gradewright.sandboxes.images.source import named, only, readable

MAX_MEMBERS = 100_000  # of an archive: two or three for each layer
NAMED_BY_DIGEST = re.compile(r"(?:blobs/sha256/)?([0-9a-f]{64})(?:\.json)?")


class Archive:
    """A tar file by the names of its members; Docker writes a layer that comes twice as a link to the first."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.name = name
        file.seek(0)
        try:
            self._tar = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 - the file is closed by whoever opened it
            self._members = {posixpath.normpath(member.name): member for member in self._scan()}
        except (tarfile.TarError, ValueError, OverflowError) as error:
            raise self._unfit() from error
        if "manifest.json" not in self._members:
            raise self._unfit()

    def open(self, name: str) -> tuple[int, IO[bytes]]:
        """Size and content of a regular member."""
        member = self._members.get(posixpath.normpath(name))
        if member and member.issym():
            target = posixpath.join(posixpath.dirname(member.name), member.linkname)
            member = self._members.get(posixpath.normpath(target))
        stream = self._tar.extractfile(member) if member and member.isreg() else None
        if member is None or stream is None:
            raise broken(self.name, f"{name} is missing from it")
        return member.size, stream

    def content(self, name: str) -> bytes:
        """A document whole."""
        _, stream = self.open(name)
        try:
            return small(stream, f"{self.name}: {name}", digest_in(name))
        except tarfile.TarError as error:
            raise broken(self.name, f"it ends in the middle of {name}") from error

    def _scan(self) -> Iterator[tarfile.TarInfo]:
        for number, member in enumerate(self._tar):
            if number == MAX_MEMBERS:
                raise broken(self.name, f"it has more than {MAX_MEMBERS} members")
            yield member

    def _unfit(self) -> AuthorError:
        return AuthorError(
            f"{self.name} is not an archive of `docker save`: it is no tar file with a manifest.json in it.",
            remedy="Make one with: docker save IMAGE > FILE (not `docker export`).",
        )


class ArchivedImage:
    """One of the images in an archive."""

    def __init__(self, archive: Archive, reference: str, tag: str) -> None:
        self._archive = archive
        manifest = parsed(archive.content("manifest.json"), f"{archive.name}: manifest.json", list)
        entries = [entry for entry in manifest if isinstance(entry, dict)]
        entry = only(reference, named(reference, tag, entries, _tags), _tags)
        self._layers = [str(layer) for layer in entry.get("Layers") or ()]
        name = str(entry.get("Config"))
        self.configuration = archive.content(name)
        config = parsed(self.configuration, f"{archive.name}: {name}", dict)
        self.image = image_of(config, reference=reference, digest=digest_of(self.configuration))
        if len(self._layers) != len(self.image.diff_ids):
            raise broken(reference, "its manifest and its configuration name different numbers of layers")

    def layers(self, fetched: Advance) -> Iterator[Blob]:
        for name, diff_id in zip(self._layers, self.image.diff_ids, strict=True):
            size, stream = self._archive.open(name)
            blob_name = f"{self._archive.name}: {name}"
            yield Blob(name=blob_name, size=size, stream=stream, digest=digest_in(name), diff_id=diff_id)


@contextmanager
def archive_file(path: Path, room: Room) -> Iterator[Archive]:
    """The archive at `path`; a compressed one is uncompressed into `room` first, as its manifest comes last."""
    with readable(path) as stream:
        plain = uncompressed(stream, str(path))
        if isinstance(plain, Gunzipped):
            with room.holding(_chunks(plain, str(path))) as file:
                yield Archive(file, str(path))
        else:
            yield Archive(stream, str(path))


def _chunks(plain: Gunzipped, name: str) -> Iterator[bytes]:
    try:
        while data := plain.read(CHUNK):
            yield data
    except (EOFError, zlib.error) as error:
        raise broken(name, f"its compressed data is damaged ({error})") from error


def digest_in(name: str) -> str:
    """The digest that a member's name promises: of blobs and of configurations, not of layers of the old form."""
    match = NAMED_BY_DIGEST.fullmatch(name)
    return f"sha256:{match[1]}" if match else ""


def _tags(entry: dict[str, Any]) -> list[str]:
    return [str(tag) for tag in entry.get("RepoTags") or ()]
