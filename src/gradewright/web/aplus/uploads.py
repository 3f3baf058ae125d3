"""From the body of a POST to `Received`: streamed to disk, counted, and gone when the request is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict

from gradewright.errors import StoreError, SubmissionRejected
from gradewright.exercises.records import Received, Upload
from gradewright.web.aplus.chunks import admit_chunks, mebibytes, too_large
from gradewright.web.aplus.pairs import FORM, values_in

_UNSHOWN = "\N{REPLACEMENT CHARACTER}"


def received_of(request: HttpRequest, *, max_bytes: int) -> Received:
    """What was sent; its files last as long as the request.

    Names and texts are free of NUL, and what is not UTF-8 in them is replaced; original names of files are for people
    only. Raises `SubmissionRejected`, with a message for the student, if more was sent than `max_bytes`, or more fields
    or files than Django's settings allow, or if the body makes no sense; `StoreError` if there is no room for it;
    `BrokenBody` if it came in chunks and not to its end.
    """
    _check_length(request, max_bytes)
    admit_chunks(request, max_bytes)
    try:
        if _is_without_files(request):
            return Received(fields=_fields(values_in(request.body).items()))
        fields, files = _parts(request)
    except TooManyFilesSent as error:
        raise SubmissionRejected("Too many files were sent at once.", remedy="Send only what is asked for.") from error
    except (RequestDataTooBig, TooManyFieldsSent) as error:
        raise SubmissionRejected("Too much text was sent at once.", remedy="Shorten it, and send it again.") from error
    except (MultiPartParserError, BadRequest, SuspiciousOperation, UnreadablePostError) as error:
        raise SubmissionRejected(
            "What was sent could not be read as a form.", remedy="Load the page anew, and send it again."
        ) from error
    except OSError as error:
        raise StoreError(
            f"What was sent could not be kept: {error.strerror}.", remedy="Send it again later."
        ) from error
    return Received(
        fields=_fields(fields.lists()),
        files={_text(name): _upload(file) for name, file in files.items()},
    )


def _parts(request: HttpRequest) -> tuple[MultiValueDict[str, str], MultiValueDict[str, UploadedFile[bytes]]]:
    """Fields and files; if that fails, the file that was being written is gone at once."""
    try:
        return request.POST, request.FILES
    except BaseException:
        for handler in request.upload_handlers:
            unfinished = getattr(handler, "file", None)
            if unfinished is not None:
                unfinished.close()
        raise


def _is_without_files(request: HttpRequest) -> bool:
    """Whether it is a form as browsers send it that has no files; Django refuses other encodings than UTF-8 in it."""
    return request.content_type == FORM and (request.encoding or "utf-8").lower() == "utf-8"


def _check_length(request: HttpRequest, max_bytes: int) -> None:
    length = request.META.get("CONTENT_LENGTH", "")
    if length.isdecimal() and int(length) > max_bytes:
        raise too_large(f"{mebibytes(int(length))}, where {mebibytes(max_bytes)} are allowed")


def _upload(file: object) -> Upload:
    assert isinstance(file, TemporaryUploadedFile), "the only upload handler that is installed keeps files on disk"
    return Upload(path=Path(file.temporary_file_path()), size=file.size or 0, original_name=_text(file.name or ""))


def _fields(lists: Iterable[tuple[str, list[str]]]) -> Mapping[str, tuple[str, ...]]:
    return {_text(name): tuple(map(_text, values)) for name, values in lists}


def _text(text: str) -> str:
    return text.replace("\0", _UNSHOWN)
