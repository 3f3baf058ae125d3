"""Bodies that come in chunks, so that nobody knows beforehand how long they are."""

from __future__ import annotations

from io import IOBase
from typing import Protocol

from django.http import HttpRequest

from gradewright.errors import GradewrightError, SubmissionRejected


class BrokenBody(GradewrightError):
    """The chunks of a request end too early or make no sense; what sent them is at fault, not the student."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class CountedBody(IOBase):
    """Reads up to `max_bytes` of a body that the server ends.

    Reading raises `SubmissionRejected` if there is more, and `BrokenBody` if the server cannot read it.
    """

    def __init__(self, body: Readable, max_bytes: int) -> None:
        self._body = body
        self._max_bytes = max_bytes
        self._left = max_bytes

    def read(self, size: int | None = -1, /) -> bytes:
        most = self._left + 1  # the one byte that is too much
        try:
            data = self._body.read(most if size is None or size < 0 else min(size, most))
        except Exception as error:  # every server has its own for chunks
            raise BrokenBody("What was sent did not arrive whole.", remedy="Send it again.") from error
        self._left -= len(data)
        if self._left < 0:
            raise too_large(f"more than the {mebibytes(self._max_bytes)} that are allowed")
        return data


def admit_chunks(request: HttpRequest, max_bytes: int) -> None:
    """Let a body in chunks be read, of which Django would read nothing: it wants to know a length.

    What reads it then may raise what `CountedBody` raises.
    """
    is_ended_by_server = bool(request.META.get("wsgi.input_terminated"))
    if is_ended_by_server and "CONTENT_LENGTH" not in request.META and "HTTP_TRANSFER_ENCODING" in request.META:
        request._stream = CountedBody(request.META["wsgi.input"], max_bytes)  # type: ignore[assignment]
        request.META["CONTENT_LENGTH"] = "1"  # or more: Django asks for no more than whether there is anything


def too_large(how_much: str) -> SubmissionRejected:
    return SubmissionRejected(
        f"What was sent is too large: {how_much}.", remedy="Take out what is not asked for, and send it again."
    )


def mebibytes(size: int) -> str:
    return f"{size / 1024**2:.1f} MiB"
