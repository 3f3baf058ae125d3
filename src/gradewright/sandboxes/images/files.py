"""Looking into an unpacked image as a program inside it would, without running one.

Symbolic links are followed within the image only: "/" in a link means the root of the image.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gradewright.errors import AuthorError, MissingError

MAX_LINKS = 40  # as the kernel has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file, directory or link, as `ls -l` shows it."""

    name: str
    mode: int  # with the kind, as in `stat.filemode`
    links: int
    uid: int
    gid: int
    size: int
    modified: float  # seconds since the epoch
    target: str = ""  # of a symbolic link


def listing(root: Path, path: str, *, where: str) -> Sequence[Entry]:
    """What lies in the directory `path`, sorted by name; of anything else the entry itself, also of a dangling link."""
    found = _seen(root, path, where)
    if found.is_symlink() or not found.is_dir():
        return [_entry(found, path)]
    return [_entry(child, child.name) for child in sorted(found.iterdir())]


def entry(root: Path, path: str, *, where: str) -> Entry:
    """The file or directory that `path` leads to, by the name that was asked for."""
    return _entry(_resolved(root, path, where), path)


@contextmanager
def opened(root: Path, path: str, *, where: str) -> Iterator[IO[bytes]]:
    found = _resolved(root, path, where)
    if not stat.S_ISREG(found.lstat().st_mode):
        kind = "a directory" if found.is_dir() else "not a regular file"
        raise AuthorError(f"{where}: {path} is {kind}.", remedy="`gradewright ls` shows what lies in a directory.")
    with found.open("rb") as stream:
        yield stream


def _entry(path: Path, name: str) -> Entry:
    status = path.lstat()
    return Entry(
        name=name,
        mode=status.st_mode,
        links=status.st_nlink,
        uid=status.st_uid,
        gid=status.st_gid,
        size=status.st_size,
        modified=status.st_mtime,
        target=str(path.readlink()) if path.is_symlink() else "",
    )


def _seen(root: Path, path: str, where: str) -> Path:
    """Where `path` leads on the host, or the link itself where it leads nowhere; raises `MissingError` as below."""
    try:
        return _resolved(root, path, where)
    except MissingError:
        above, _, name = path.rpartition("/")
        link = _resolved(root, above, where) / name
        if not link.is_symlink():
            raise
        return link


def _resolved(root: Path, path: str, where: str) -> Path:
    """Where `path` is on the host; raises `MissingError` if it is not there."""
    walked: list[str] = []
    ahead = path.split("/")[::-1]
    links = 0
    while ahead:
        part = ahead.pop()
        here = root.joinpath(*walked, part)
        if part in ("", "."):
            continue
        if part == "..":
            del walked[-1:]
        elif not os.path.lexists(here) or links > MAX_LINKS:
            raise MissingError(f"{where}: there is no {path} in the image.")
        elif here.is_symlink():
            links += 1
            target = str(here.readlink())
            walked = [] if target.startswith("/") else walked
            ahead += target.split("/")[::-1]
        else:
            walked.append(part)
    return root.joinpath(*walked)
