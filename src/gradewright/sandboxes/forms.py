"""Read a posted form, multipart or URL-encoded, whose size is limited already."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from urllib.parse import parse_qsl

MAX_FIELDS = 100
MAX_PART_HEAD = 4 * 1024  # bytes


class UnreadableForm(Exception):
    """The bytes are no such form; the text says why."""


def read_form(body: bytes, content_type: str) -> dict[str, str]:
    """The fields of a form. Of a field that is there twice, the last counts; what is not UTF-8 becomes U+FFFD."""
    described = Message()
    described["Content-Type"] = content_type
    match described.get_content_type() if content_type else "":
        case "application/x-www-form-urlencoded":
            return dict(_urlencoded(body))
        case "multipart/form-data":
            return dict(_multipart(body, _boundary(described)))
        case _:
            raise UnreadableForm("Post a form: multipart/form-data or application/x-www-form-urlencoded.")


def _urlencoded(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise _too_many() from None


def _boundary(described: Message) -> bytes:
    boundary = described.get_boundary()
    if not boundary:
        raise UnreadableForm("The form has no boundary.")
    return boundary.encode(errors="replace")


def _multipart(body: bytes, boundary: bytes) -> Iterator[tuple[str, str]]:
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary, MAX_FIELDS + 2)
    if len(parts) > MAX_FIELDS + 2:
        raise _too_many()
    if len(parts) < 2 or not parts[-1].startswith(b"--"):
        raise UnreadableForm("The form is cut off: its last boundary is missing.")
    for part in parts[1:-1]:
        head, separator, content = part.partition(b"\r\n\r\n")
        name = _name(head) if separator and len(head) <= MAX_PART_HEAD else None
        if name is None:
            raise UnreadableForm("A part of the form has no name.")
        yield name, content.decode(errors="replace")


def _name(head: bytes) -> str | None:
    headers = BytesHeaderParser().parsebytes(head.lstrip())
    name = headers.get_param("name", header="Content-Disposition")
    return name.encode(errors="surrogateescape").decode(errors="replace") if isinstance(name, str) else None


def _too_many() -> UnreadableForm:
    return UnreadableForm(f"A form may have {MAX_FIELDS} fields at most.")
