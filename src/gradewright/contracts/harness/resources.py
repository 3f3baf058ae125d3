"""A part's directory is copied with its links followed, for a sandbox can follow none out of it (queues 1.2)."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from gradewright.errors import AuthorError
from gradewright.model.problem import Problem

MOST_FILES = 50_000
MOST_BYTES = 2 * 1024**3


class _Unusable(Exception):
    """A problem that the walk goes on after."""

    def __init__(self, path: str, message: str, remedy: str, id: str) -> None:
        super().__init__(message)
        self.problem = Problem(id=id, message=message, remedy=remedy, file=path)


def snapshot(part: Path, into: Path) -> str:
    """Copy a part's directory into the empty directory `into` and return a digest of names, modes and contents.

    Raises `AuthorError` with every link that leads nowhere or into itself, and everything that cannot be read.
    """
    problems: list[Problem] = []
    digest = sha256()
    into.chmod(0o755)
    left = MOST_BYTES
    for number, (name, source) in enumerate(_walk(part, "", (), problems)):
        left -= source.stat().st_size  # of a directory, too: that counts for little
        if number > MOST_FILES or left < 0:
            raise AuthorError(f"{part} holds more than {MOST_FILES} files or {MOST_BYTES} bytes.")
        try:
            digest.update(_copied(name, source, into / name))
        except OSError as error:
            problems.append(_unreadable(name, error))
    if problems:
        raise AuthorError(f"The resources in {part} cannot be used.", problems)
    return f"sha256:{digest.hexdigest()}"


def links(part: Path) -> list[Problem]:
    """The links of a directory that is shown as it is, without a copy: inside a sandbox they may lead nowhere."""
    problems: list[Problem] = []
    for _ in _walk(part, "", (), problems):
        pass
    home = part.resolve()
    problems += [
        Problem(
            id="link-leads-outside",
            message="This link leads out of the directory, where a sandbox cannot follow it.",
            remedy="Copy the part with `cp -rL`, or grade it with `gradewright harness`, which follows links.",
            file=path.relative_to(part).as_posix(),
        )
        for path in part.rglob("*")
        if path.is_symlink() and path.exists() and not path.resolve().is_relative_to(home)
    ]
    return problems


def _walk(directory: Path, prefix: str, above: tuple[Path, ...], problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    """Every file and directory below a directory, parents first: its name from the top, and where it is."""
    here = (*above, directory.resolve())
    try:
        entries = sorted(directory.iterdir())
    except OSError as error:
        problems.append(_unreadable(prefix or ".", error))
        return
    for path in entries:
        name = f"{prefix}{path.name}"
        try:
            if _is_directory(path, name, here):
                yield name, path
                yield from _walk(path, f"{name}/", here, problems)
            else:
                yield name, path
        except _Unusable as unusable:
            problems.append(unusable.problem)


def _is_directory(path: Path, name: str, above: tuple[Path, ...]) -> bool:
    """Whether it is one, else it is a plain file. Raises `_Unusable` if it is neither, or leads back to above."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise _Unusable(name, *_why_not_followed(path, error)) from None
    if stat.S_ISDIR(mode):
        if path.resolve() in above:
            message = f"This link leads to {path.resolve()}, which holds it."
            raise _Unusable(name, message, "Link to what is needed of it.", "link-cycle")
        return True
    if not stat.S_ISREG(mode):
        raise _Unusable(name, "This is neither a file nor a directory.", "Remove it.", "not-a-file")
    return False


def _why_not_followed(path: Path, error: OSError) -> tuple[str, str, str]:
    if not path.is_symlink():
        return f"This cannot be read: {error.strerror}.", "Mend its permissions.", "unreadable-file"
    target = path.readlink()
    if isinstance(error, FileNotFoundError):
        message = f"This link leads to {target}, which does not exist."
        return message, "Mend the link or remove it.", "dangling-link"
    return f"This link leads to {target} and cannot be followed: {error.strerror}.", "Mend the link.", "link-cycle"


def _copied(name: str, source: Path, target: Path) -> bytes:
    """Copy a file or make a directory, and return what it adds to the digest."""
    if source.is_dir():
        target.mkdir()
        target.chmod(0o755)
        return f"\0{name}/".encode("utf-8", "surrogateescape")
    shutil.copyfile(source, target)
    executable = bool(source.stat().st_mode & stat.S_IXUSR)
    target.chmod(0o755 if executable else 0o644)
    with target.open("rb") as file:
        content = sha256()
        while chunk := file.read(1 << 20):
            content.update(chunk)
    return f"\0{name}\0{executable:d}".encode("utf-8", "surrogateescape") + content.digest()


def _unreadable(name: str, error: OSError) -> Problem:
    remedy = "Let whoever grades read all of the part's files."
    return Problem(id="unreadable-file", message=f"This cannot be read: {error.strerror}.", remedy=remedy, file=name)
