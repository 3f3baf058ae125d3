"""Which names may be unpacked, and which of them would meet on some student's or teacher's disk."""

from __future__ import annotations

import re
import unicodedata

from gradewright.archives.entries import ArchiveLimits, Kind, quoted, refused
from gradewright.errors import SubmissionRejected

RENAME = "Rename it and send the submission again."
REPACK = "Make the archive from inside your project folder, with relative names only, and send it again."

_DRIVE = re.compile(r"[A-Za-z]:")
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = frozenset({"Cc", "Zl", "Zp"})  # Unicode categories: control characters, line and paragraph separators
_CLUTTER = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db"})


def parts_of(name: str, limits: ArchiveLimits) -> tuple[str, ...]:
    """The names on the way to an entry, outermost first; `()` for the top itself. Raises `SubmissionRejected`."""
    _check_characters(name)
    if name.startswith("/") or _DRIVE.match(name):
        raise refused(name, "has an absolute name", REPACK)
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if ".." in parts:
        raise refused(name, "leads out of the submission with '..'", REPACK)
    _check_lengths(name, parts, limits)
    return parts


def is_clutter(parts: tuple[str, ...]) -> bool:
    """Whether an operating system left this behind for itself, unknown to its user."""
    return not _CLUTTER.isdisjoint(parts)


class TakenNames:
    """The names unpacked so far. Two names that a file system may take for one are never both accepted."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, ...], tuple[tuple[str, ...], Kind]] = {}

    def take(self, parts: tuple[str, ...], kind: Kind) -> None:
        """Take a name and the directories on the way to it. Raises `SubmissionRejected`."""
        for length in range(1, len(parts)):
            self._take_one(parts[:length], Kind.DIRECTORY)
        self._take_one(parts, kind)

    def _take_one(self, parts: tuple[str, ...], kind: Kind) -> None:
        key = tuple(map(_folded, parts))
        if key not in self._taken:
            self._taken[key] = (parts, kind)
            return
        before, kind_before = self._taken[key]
        name = "/".join(parts)
        if before != parts:
            other = quoted("/".join(before))
            raise refused(name, f"has the same name as {other} but for case or accents", RENAME)
        if kind is not kind_before:
            raise refused(name, "is both a file and a directory", RENAME)
        if kind is not Kind.DIRECTORY:
            raise refused(name, "is there twice", "Make the archive again with each file once.")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _check_characters(name: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in name):
        raise refused(name, "has a name that is not UTF-8", RENAME)
    if any(unicodedata.category(character) in _UNSEEN for character in name):
        raise refused(name, "has a control character in its name", RENAME)
    if not _TURNING.isdisjoint(name):
        raise refused(name, "has a character in its name that turns the direction of text", RENAME)
    if "\\" in name:
        raise refused(name, "has a backslash in its name", "Use names with '/' between folders and send it again.")


def _check_lengths(name: str, parts: tuple[str, ...], limits: ArchiveLimits) -> None:
    if len(parts) > limits.depth:
        raise _over(name, f"lies {len(parts)} folders deep; {limits.depth} are allowed")
    longest = max((len(part.encode()) for part in parts), default=0)
    if longest > limits.name_bytes:
        raise _over(name, f"has a name of {longest} bytes; {limits.name_bytes} are allowed")
    length = len("/".join(parts).encode())
    if length > limits.path_bytes:
        raise _over(name, f"has a path of {length} bytes; {limits.path_bytes} are allowed")


def _over(name: str, why: str) -> SubmissionRejected:
    return refused(name, why, "Shorten the names or use fewer folders, and send it again.")
