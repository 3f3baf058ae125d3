"""Output of programs as text for people: invisible characters made visible, long texts cut, differences found.

Nothing here can fail or take long, whatever the bytes are.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHOWN_BYTES = 8 * 1024
SHOWN_COLUMNS = 200
QUOTED_CHARACTERS = 60
DIFF_LINES = 60  # of each side
CONTEXT_LINES = 3
NO_NEWLINE = "\\ no newline at the end"


def visible(data: bytes) -> str:
    """The text with what is not UTF-8, and what cannot be seen, as escapes; newlines and tabs stay."""
    text = data.decode("utf-8", "backslashreplace")
    return text if text.isprintable() else "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if character.isprintable() or character in "\n\t":
        return character
    return character.encode("unicode_escape").decode()


def shortened(data: bytes, limit: int = SHOWN_BYTES) -> str:
    """The visible text, cut after `limit` bytes with a note of how much was left out; so are its lines."""
    text = "\n".join(_cut(line) for line in visible(data[:limit]).split("\n"))
    return text if len(data) <= limit else f"{text}\n... ({len(data) - limit} more bytes)"


def _cut(line: str) -> str:
    return line if len(line) <= SHOWN_COLUMNS else f"{line[:SHOWN_COLUMNS]}..."


def tail(data: bytes, lines: int = 15, limit: int = 2000) -> str:
    """The last lines, which is where programs say why they stop."""
    return "\n".join(visible(data[-limit:]).rstrip().splitlines()[-lines:])


def quoted(data: bytes) -> str:
    """A short piece of output in quotes, for use in a sentence."""
    text = visible(data[: QUOTED_CHARACTERS + 1]).replace("\n", "\\n").replace("\t", "\\t")
    return f'"{text}"' if len(data) <= QUOTED_CHARACTERS else f'"{text[:QUOTED_CHARACTERS]}..."'


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def first_difference(expected: Sequence[bytes], actual: Sequence[bytes]) -> int:
    """The index of the first member that differs; the length of the shorter one if it begins the other."""
    pairs = zip(expected, actual, strict=False)
    return next((i for i, (wanted, got) in enumerate(pairs) if wanted != got), min(len(expected), len(actual)))


def as_lines(data: bytes) -> list[bytes]:
    """The lines as they are; one that is not ended by a newline is followed by a remark."""
    lines = data.split(b"\n")
    return [*lines, NO_NEWLINE.encode()] if lines[-1] else lines[:-1]


def diff(expected: Sequence[bytes], actual: Sequence[bytes]) -> str:
    """A unified diff of the lines around the first difference; blanks at the ends of lines are made visible."""
    from difflib import SequenceMatcher

    start = max(first_difference(expected, actual) - CONTEXT_LINES, 0)
    wanted = [_diff_line(line) for line in expected[start : start + DIFF_LINES]]
    got = [_diff_line(line) for line in actual[start : start + DIFF_LINES]]
    groups = SequenceMatcher(None, wanted, got, autojunk=False).get_grouped_opcodes(CONTEXT_LINES)
    lines = list(chain.from_iterable(_hunk(group, wanted, got, start) for group in groups))
    left_out = max(len(expected), len(actual)) - start - DIFF_LINES
    return "\n".join([*lines, f"... ({left_out} more lines not compared here)"] if left_out > 0 else lines)


def _diff_line(line: bytes) -> str:
    text = _cut(visible(line[: SHOWN_COLUMNS + 1]))
    bare = text.rstrip(" \t")
    return bare + text[len(bare) :].replace(" ", "\u00b7").replace("\t", "\u21e5")


def _hunk(
    group: Sequence[tuple[str, int, int, int, int]], wanted: Sequence[str], got: Sequence[str], start: int
) -> Iterator[str]:
    (_, first, _, other_first, _), (_, _, last, _, other_last) = group[0], group[-1]
    yield f"@@ -{start + first + 1},{last - first} +{start + other_first + 1},{other_last - other_first} @@"
    for tag, i, j, k, m in group:
        if tag == "equal":
            yield from (f" {line}" for line in wanted[i:j])
        else:
            yield from (f"-{line}" for line in wanted[i:j])
            yield from (f"+{line}" for line in got[k:m])
