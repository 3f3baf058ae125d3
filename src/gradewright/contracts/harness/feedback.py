"""Texts for students: cut to what is allowed, and ready for a page."""

from __future__ import annotations

import unicodedata
from html import escape

KEPT = "\n\t"


def log_text(data: bytes, limit: int) -> str:
    """What a log says, without control characters, its middle left out if it has more bytes than `limit`."""
    text = cut(data, limit).decode(errors="replace").replace("\r\n", "\n").strip()
    return "".join(each for each in text if each in KEPT or unicodedata.category(each) != "Cc")


def cut(data: bytes, limit: int) -> bytes:
    """Head and tail of what is longer than `limit` bytes: errors are at either end."""
    if len(data) <= limit:
        return data
    half = limit // 2
    note = b"\n... (%d bytes left out) ...\n" % (len(data) - 2 * half)
    return data[:half] + note + data[len(data) - half :]


def as_posted(text: str, *, html: bool) -> str:
    """Feedback as a page shows it: each newline a break, and text that is not the author's HTML escaped."""
    return (text if html else escape(text)).replace("\n", "<br>\n")
