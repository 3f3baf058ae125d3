"""Images of a running engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from gradewright.errors import MissingError
from gradewright.sandboxes.images.blobs import CHUNK, Advance, Blob, broken
from gradewright.sandboxes.images.configuration import image_of
from gradewright.sandboxes.images.in_archive import Archive, ArchivedImage
from gradewright.sandboxes.images.room import Room

if TYPE_CHECKING:
    from docker import DockerClient


class EngineImage:
    """An image that the engine knows by a tag or an id."""

    def __init__(self, client: DockerClient, name: str, reference: str, room: Room) -> None:
        self._client = client
        self._room = room
        attributes = _inspect(client, name, reference)
        self.image = image_of(attributes, reference=reference, digest=attributes["Id"])

    def layers(self, fetched: Advance) -> Iterator[Blob]:
        """By way of a file without a name, as an engine sends layers in an order of its own."""
        chunks = self._client.images.get(self.image.digest).save(chunk_size=CHUNK)
        with self._room.holding(_counted(chunks, fetched)) as file:
            archived = ArchivedImage(Archive(file, self.image.reference), self.image.reference, "")
            if archived.image.diff_ids != self.image.diff_ids:
                raise broken(self.image.reference, "the engine sent other layers than it had promised")
            yield from archived.layers(fetched)


def _counted(chunks: Iterable[bytes], fetched: Advance) -> Iterator[bytes]:
    for chunk in chunks:
        fetched(len(chunk))
        yield chunk


def _inspect(client: DockerClient, name: str, reference: str) -> dict[str, Any]:
    from docker.errors import APIError, ImageNotFound

    try:
        attributes: dict[str, Any] = client.images.get(name).attrs
        return attributes
    except (APIError, ValueError) as error:
        if not isinstance(error, (ImageNotFound, ValueError)) and error.status_code != 400:
            raise
        raise MissingError(
            f"There is no image {reference!r} here.",
            remedy="`docker images` shows what there is; build it with `docker build -t NAME .`, "
            "or name a file: docker-archive:FILE, oci:DIRECTORY.",
        ) from error
