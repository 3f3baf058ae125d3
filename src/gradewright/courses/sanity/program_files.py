"""The files that a grader sees, as far as checks need to look at them."""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Protocol

from gradewright.errors import GradewrightError

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Entry(Protocol):
    """What `ls -l` shows of a file."""

    @property
    def name(self) -> str: ...
    @property
    def mode(self) -> int: ...
    @property
    def uid(self) -> int: ...
    @property
    def gid(self) -> int: ...


class Files(Protocol):
    """Files by the paths at which the grader sees them. Raises `GradewrightError` where there are none."""

    def entry(self, path: str) -> Entry: ...
    def listing(self, path: str) -> Sequence[Entry]: ...
    def open(self, path: str) -> AbstractContextManager[IO[bytes]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that a grader runs, and as whom."""

    argv: tuple[str, ...]
    cwd: str
    env: Mapping[str, str]
    user: int
    architecture: str  # of the image or machine that it runs on, as images name it


def find(word: str, program: Program, files: Files) -> str | None:
    """Where a word of a command leads, as the kernel and a shell look for it."""
    if "/" in word:
        places = [str(PurePosixPath(program.cwd, word))]
    else:
        places = [f"{place}/{word}" for place in program.env.get("PATH", DEFAULT_PATH).split(":") if place]
    return next((place for place in places if is_file(place, files)), None)


def is_file(path: str, files: Files) -> bool:
    try:
        return stat.S_ISREG(files.entry(path).mode)
    except GradewrightError:
        return False


def read(path: str, count: int, files: Files) -> bytes:
    """The first bytes of a file."""
    with files.open(path) as stream:
        return stream.read(count)


def may(entry: Entry, user: int, bit: int) -> bool:
    """Whether the user has the right that `bit` gives to others, with its own id as its only group."""
    shift = 6 if entry.uid == user else 3 if entry.gid == user else 0
    return bool(entry.mode & (bit << shift))


def barrier(path: str, user: int, bit: int, files: Files) -> tuple[str, str] | None:
    """The part of a path that keeps the user from the file, and its mode in octal; None if nothing does."""
    for place in reversed(PurePosixPath(path).parents):
        if not may(files.entry(str(place)), user, stat.S_IXOTH):
            return _with_mode(str(place), files)
    return None if may(files.entry(path), user, bit) else _with_mode(path, files)


def _with_mode(place: str, files: Files) -> tuple[str, str]:
    return place, f"{stat.S_IMODE(files.entry(place).mode):04o}"
