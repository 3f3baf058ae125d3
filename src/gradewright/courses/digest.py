"""One name for everything that decides a grader's verdicts, so that a report can say what judged it."""

from __future__ import annotations

import os
import stat
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from gradewright.errors import AuthorError, MissingError
from gradewright.model.run import ImageRoot, Root

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

MAX_FILES = 10_000
MAX_BYTES = 1024**3
CHUNK = 1024 * 1024
PASSED_OVER = "__pycache__"  # and everything whose name begins with a dot


def digest_of(directory: Path, root: Root, *, without: Collection[Path] = ()) -> str:
    """The digest of all files below a grader's directory and of its image.

    `without` names files and directories that decide nothing: the image, whose own digest stands for it, and what is
    graded or written. They are resolved, as is `directory`. What cannot be read counts as that: whoever needs it says
    so. Raises `MissingError` if the directory itself cannot be read, and `AuthorError` if it holds too many files,
    which mostly means that submissions are kept beside the grader.
    """
    try:
        return _digest_of(directory, root, without)
    except OSError as error:
        raise MissingError(f"{error.filename} cannot be read: {error.strerror}.") from None


def _digest_of(directory: Path, root: Root, without: Collection[Path]) -> str:
    whole = sha256(root.image.digest.encode() if isinstance(root, ImageRoot) else b"host")
    left = MAX_BYTES
    for number, path in enumerate(_files_below(directory, without), 1):
        left -= path.lstat().st_size
        if number > MAX_FILES or left < 0:
            raise AuthorError(
                f"{directory} holds more than {MAX_FILES} files or {MAX_BYTES} bytes.",
                remedy="Keep in it what the grader needs, and submissions and reports elsewhere.",
            )
        whole.update(f"\0{path.relative_to(directory).as_posix()}\0".encode("utf-8", "surrogateescape"))
        whole.update(_digest_of_file(path))
    return f"sha256:{whole.hexdigest()}"


def _files_below(directory: Path, without: Collection[Path]) -> Iterator[Path]:
    """Plain files and links, in an order that is the same everywhere."""
    for entry in sorted(directory.iterdir(), key=lambda path: os.fsencode(path.name)):
        if entry.name.startswith(".") or entry.name == PASSED_OVER or entry in without:
            continue
        mode = entry.lstat().st_mode
        if stat.S_ISDIR(mode) and os.access(entry, os.R_OK | os.X_OK):
            yield from _files_below(entry, without)
        elif stat.S_ISREG(mode) or stat.S_ISLNK(mode):
            yield entry


def _digest_of_file(path: Path) -> bytes:
    if path.is_symlink():
        return sha256(os.fsencode(path.readlink())).digest()
    digest = sha256()
    try:
        file = path.open("rb")
    except PermissionError:
        return b"unreadable"
    with file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.digest()
