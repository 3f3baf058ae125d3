"""Text for terminals and mail: columns that line up, and nothing that could command the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from gradewright.reports.paint import Paint, plain

CONTROL_PICTURES = 0x2400  # U+2400 to U+241F picture the control characters 0 to 31
DELETE, PICTURE_OF_DELETE = "\x7f", "\u2421"
KEPT = "\n\t"


def harmless(text: str) -> str:
    """The text with control characters and direction overrides made visible: students' output can hold anything."""
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character in KEPT or character.isprintable():
        return character
    if character < " ":
        return chr(CONTROL_PICTURES + ord(character))
    if character == DELETE:
        return PICTURE_OF_DELETE
    return character if unicodedata.category(character) == "Zs" else "\ufffd"


def width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: frozenset[int] = frozenset(),
    tones: Sequence[str] = (),
    paint: Paint = plain,
) -> Iterator[str]:
    """The lines of a table. Columns numbered in `right` are aligned to the right; `tones` colours whole rows."""
    cells = [[harmless(cell).replace("\n", " ").replace("\t", " ") for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(heads, *cells, strict=True)]

    def line(row: Sequence[str]) -> str:
        padded = [_pad(cell, widths[i], to_right=i in right) for i, cell in enumerate(row)]
        return "  ".join(padded).rstrip()

    yield paint("heading", line(heads))
    for number, row in enumerate(cells):
        yield paint(tones[number] if tones else "", line(row))


def _pad(cell: str, columns: int, *, to_right: bool) -> str:
    space = " " * (columns - width(cell))
    return space + cell if to_right else cell + space
