"""Lay entries down as plain files: checked names, plain modes, counted bytes, and nothing else of what was sent."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from gradewright.archives.entries import ArchiveLimits, Entry, Kind, refused, too_large, too_many
from gradewright.archives.names import TakenNames, is_clutter, parts_of

_REMEDIES = {
    Kind.SYMBOLIC_LINK: "Put a copy of what it points to in its place, and send the submission again.",
    Kind.HARD_LINK: "Put a copy in its place (with tar: --hard-dereference), and send the submission again.",
    Kind.SPARSE: "Make the archive without sparse files (with tar: not -S), and send it again.",
}


def lay(entries: Iterable[Entry], into: Path, limits: ArchiveLimits) -> tuple[str, ...]:
    """Write the entries below the empty directory `into`; returns the paths of the files, sorted.

    Raises `SubmissionRejected` at the first entry that is not acceptable; what was written before it stays. An
    `OSError` is about `into`, never about the entries.
    """
    taken = TakenNames()
    files = []
    room = limits.total_bytes
    for number, entry in enumerate(entries, start=1):
        if number > limits.entries:
            raise too_many(limits)
        parts = parts_of(entry.name, limits)
        if entry.size > room:
            raise too_large(limits)
        if is_clutter(parts):
            room -= entry.size
            continue
        _check_kind(entry, parts)
        if not parts:
            continue
        taken.take(parts, entry.kind)
        if entry.kind is Kind.DIRECTORY:
            _make_directories(into, parts)
            continue
        _make_directories(into, parts[:-1])
        room -= _write(entry, into.joinpath(*parts), room, limits)
        files.append("/".join(parts))
    return tuple(sorted(files))


def _check_kind(entry: Entry, parts: tuple[str, ...]) -> None:
    if entry.kind not in (Kind.FILE, Kind.DIRECTORY):
        remedy = _REMEDIES.get(entry.kind, "Take it out, and send the submission again.")
        raise refused(entry.name, f"is a {entry.kind}; only plain files and folders are accepted", remedy)
    if entry.kind is Kind.FILE and not parts:
        raise refused(entry.name, "is a file without a name", "Make the archive again and send it once more.")


def _make_directories(into: Path, parts: tuple[str, ...]) -> None:
    directory = into
    for part in parts:
        directory /= part
        if not directory.is_dir():
            directory.mkdir()
            directory.chmod(0o755)


def _write(entry: Entry, target: Path, room: int, limits: ArchiveLimits) -> int:
    written = 0
    with target.open("xb") as file:
        for chunk in entry.content:
            written += len(chunk)
            if written > room:
                raise too_large(limits)
            file.write(chunk)
        os.fchmod(file.fileno(), 0o755 if entry.executable else 0o644)
    return written
