"""Converters for what names files of the author's, relative to the grader's directory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from gradewright.model.run import MIB, Content, HostFile, Inline
from gradewright.tables import closest, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_EXPECTED_BYTES = 16 * MIB
MAX_FILES = 1000

T = TypeVar("T")


def relative(value: Any) -> str:
    path = PurePosixPath(text(value))
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in value:
        raise ValueError("must be a relative path without ..")
    return str(path)


def by_name(convert: Callable[[Any], T]) -> Callable[[Any], dict[str, T]]:
    def many(value: Any) -> dict[str, T]:
        if not isinstance(value, dict):
            raise ValueError('must be a table of files by name, such as { "input.txt" = "1 2 3" }')
        return {relative(name): convert(each) for name, each in value.items()}

    return many


@dataclass(frozen=True, slots=True)
class AuthorFiles:
    directory: Path

    def path(self, value: Any) -> Path:
        path = self.directory / relative(value)
        if path.is_file():
            return path
        if path.is_dir():
            raise ValueError(f"must name a file, and {value} is a directory")
        names = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        close = closest(path.name, names)
        raise ValueError(f"names {value}, which does not exist" + (f"; did you mean {close}?" if close else ""))

    def holds(self, word: str) -> bool:
        """Whether the word names a file of the author's."""
        try:
            return bool(self.path(word))
        except ValueError:
            return False

    def name(self, value: Any) -> str:
        """The name itself, of a file that is there."""
        self.path(value)
        return relative(value)

    def data(self, value: Any) -> bytes:
        return self.bytes_of(self.path(value))

    def bytes_of(self, path: Path) -> bytes:
        try:
            if path.stat().st_size > MAX_EXPECTED_BYTES:
                raise ValueError(f"needs {path.name}, which is larger than {MAX_EXPECTED_BYTES // MIB} MiB")
            return path.read_bytes()
        except OSError as error:
            raise ValueError(f"needs {path.name}, which cannot be read: {error.strerror}") from None

    def subdirectory(self, value: Any) -> Path:
        path = self.directory / relative(value)
        if not path.is_dir():
            raise ValueError(f"must name a directory, and {value} is none")
        return path

    def tree(self, value: Any) -> dict[str, Path]:
        """All files below a directory, by their names from there."""
        root = self.subdirectory(value)
        found = {path.relative_to(root).as_posix(): path for path in _files_below(root)}
        if len(found) > MAX_FILES:
            raise ValueError(f"names a directory with more than {MAX_FILES} files")
        return found

    def content(self, value: Any) -> Content:
        return Inline(value.encode()) if isinstance(value, str) else HostFile(self.path(_file_of(value)))

    def content_data(self, value: Any) -> bytes:
        return value.encode() if isinstance(value, str) else self.data(_file_of(value))


def _files_below(root: Path) -> Iterator[Path]:
    for directory, subdirectories, names in os.walk(root):
        subdirectories[:] = sorted(name for name in subdirectories if name != "__pycache__")
        yield from filter(Path.is_file, (Path(directory, name) for name in sorted(names)))


def _file_of(value: Any) -> str:
    if not isinstance(value, dict) or list(value) != ["file"]:
        raise ValueError('must be a text in quotes or a file of yours, such as { file = "tests/big.txt" }')
    return text(value["file"])
