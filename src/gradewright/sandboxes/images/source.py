"""What the places where images lie have in common."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

from gradewright.errors import AuthorError, MissingError
from gradewright.model.image import Image
from gradewright.sandboxes.images.blobs import Advance, Blob

LATEST = ":latest"

Names = Callable[[dict[str, Any]], Collection[str]]


class Source(Protocol):
    """One image, found."""

    image: Image

    def layers(self, fetched: Advance) -> Iterator[Blob]:
        """The layers, lowest first; each must be read before the next is asked for."""


class Stored(Source, Protocol):
    """An image that lies in files."""

    configuration: bytes  # its document, byte for byte


def named(reference: str, tag: str, entries: Sequence[dict[str, Any]], names: Names) -> Sequence[dict[str, Any]]:
    """The images with that tag, all of them if there is none. Raises `MissingError` if no image has it."""
    if not tag:
        return entries
    found = [entry for entry in entries if {tag, tag + LATEST} & set(names(entry))]
    if not found:
        raise MissingError(f"{reference}: no image there is named {tag!r}.", remedy=_known(entries, names))
    return found


def only(reference: str, entries: Sequence[dict[str, Any]], names: Names) -> dict[str, Any]:
    """The one image that there is to choose. Raises `AuthorError` if there is none or several."""
    if not entries:
        raise AuthorError(f"{reference}: there is no image in it.", remedy="Save the image again.")
    if len(entries) > 1:
        raise AuthorError(
            f"{reference}: {len(entries)} images are there; say which, as in {reference}:NAME.",
            remedy=_known(entries, names),
        )
    return entries[0]


def _known(entries: Sequence[dict[str, Any]], names: Names) -> str:
    known = sorted({name for entry in entries for name in names(entry)})
    return f"There are: {', '.join(known)}." if known else "None of the images there has a name."


@contextmanager
def readable(path: Path) -> Iterator[IO[bytes]]:
    try:
        stream = path.open("rb")
    except OSError as error:
        raise MissingError(f"{path} cannot be read: {error.strerror}.") from error
    with stream:
        yield stream
