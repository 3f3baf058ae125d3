"""The door to images: find one by name, have it unpacked, look into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from gradewright.errors import AuthorError, MissingError
from gradewright.model.image import Image
from gradewright.model.machine import Machine
from gradewright.sandboxes.engine import engine
from gradewright.sandboxes.images import files
from gradewright.sandboxes.images.blobs import verified
from gradewright.sandboxes.images.cache import Cache
from gradewright.sandboxes.images.configuration import refuse_foreign
from gradewright.sandboxes.images.export import docker_archive
from gradewright.sandboxes.images.in_archive import ArchivedImage, archive_file
from gradewright.sandboxes.images.in_engine import EngineImage
from gradewright.sandboxes.images.in_layout import LayoutImage
from gradewright.sandboxes.images.layers import Tree
from gradewright.sandboxes.images.references import ArchiveReference, EngineReference, LayoutReference, parse
from gradewright.sandboxes.images.room import Room
from gradewright.sandboxes.images.source import Source, Stored

Progress = Callable[[str, int], None]  # "fetching" or "unpacking", and how many more bytes have been


def silent(what: str, more: int) -> None:
    """The progress that nobody watches."""


class ImageStore:
    """All images that can be had on this machine."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._cache = Cache(machine.cache_dir / "images", machine.cache_bytes)
        self._room = Room(machine.cache_dir, machine.cache_bytes)

    def find(self, reference: str) -> Image:
        """The image of that name: a tag or id of the engine, `docker-archive:FILE[:TAG]` or `oci:DIRECTORY[:TAG]`.

        An image for another architecture is found too; only `root` refuses it. Raises `MissingError` if there is no
        such image or no engine to ask, `AuthorError` if what is there is not a whole image.
        """
        with self._opened(reference) as source:
            return source.image

    @contextmanager
    def root(self, image: Image, progress: Progress = silent) -> Iterator[Path]:
        """The root directory of an image, for programs of it to run in; read-only, and kept until the end of the block.

        Raises what `find` raises, and `AuthorError` if the image was made for another kind of machine.
        """
        refuse_foreign(image)
        with self._tree(image, progress) as root:
            yield root

    def listing(self, image: Image, path: str, progress: Progress = silent) -> Sequence[files.Entry]:
        """What lies in a directory of an image, sorted by name; of anything else the entry itself.

        Symbolic links on the way are followed as inside the image. Raises `MissingError` if `path` is not there.
        """
        with self._tree(image, progress) as root:
            return files.listing(root, path, where=image.reference)

    def entry(self, image: Image, path: str, progress: Progress = silent) -> files.Entry:
        """The file or directory that `path` leads to in an image. Raises `MissingError` if there is none."""
        with self._tree(image, progress) as root:
            return files.entry(root, path, where=image.reference)

    @contextmanager
    def open(self, image: Image, path: str, progress: Progress = silent) -> Iterator[IO[bytes]]:
        """A file of an image. Raises `MissingError` if it is not there, `AuthorError` if it is no regular file."""
        with self._tree(image, progress) as root, files.opened(root, path, where=image.reference) as stream:
            yield stream

    @contextmanager
    def archive(self, image: Image, tag: str) -> Iterator[Iterator[bytes]]:
        """The image under another name, as `docker load` takes it, for engines that do not have it.

        Raises what `root` raises, and `MissingError` for an image that only an engine had.
        """
        refuse_foreign(image)
        parsed = parse(image.reference)
        if isinstance(parsed, EngineReference):
            raise MissingError(
                f"The container engine has no image {image.reference!r} any more.", remedy="Build it again."
            )
        with self._stored(parsed, image.reference) as source:
            _insist_on_same(source, image)
            yield docker_archive(source, tag)

    @contextmanager
    def _tree(self, image: Image, progress: Progress) -> Iterator[Path]:
        def unpack(directory: Path, limit: int) -> int:
            return self._unpack(image, directory, limit, progress)

        with self._cache.entry(image.digest, unpack) as root:
            yield root

    def _unpack(self, image: Image, directory: Path, limit: int, progress: Progress) -> int:
        with self._opened(image.reference, image.digest) as source, Tree(directory, limit) as tree:
            _insist_on_same(source, image)
            for blob in source.layers(partial(progress, "fetching")):
                with verified(blob, partial(progress, "unpacking")) as layer:
                    tree.apply(layer, blob.name)
            return tree.size

    @contextmanager
    def _opened(self, reference: str, digest: str = "") -> Iterator[Source]:
        """The place where an image lies; of an engine, the one with this digest whatever the tag means by now."""
        parsed = parse(reference)
        if isinstance(parsed, EngineReference):
            with engine(self._machine) as client:
                yield EngineImage(client, digest or parsed.name, reference, self._room)
        else:
            with self._stored(parsed, reference) as source:
                yield source

    @contextmanager
    def _stored(self, parsed: ArchiveReference | LayoutReference, reference: str) -> Iterator[Stored]:
        match parsed:
            case ArchiveReference(file, tag):
                with archive_file(file, self._room) as archive:
                    yield ArchivedImage(archive, reference, tag)
            case LayoutReference(directory, tag):
                yield LayoutImage(directory, reference, tag)


def _insist_on_same(source: Source, image: Image) -> None:
    if source.image.digest != image.digest:
        raise AuthorError(
            f"{image.reference}: the image has changed since it was found.", remedy="Run the command again."
        )
