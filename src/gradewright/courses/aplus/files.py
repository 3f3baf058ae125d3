"""Files of a course: found by the names that course files give, and never outside of the course's directory."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from gradewright.courses.aplus.documents import SUFFIXES, Document, parse
from gradewright.model.problem import Problem

MAX_BYTES = 8 * 1024**2
INDEX = "index"
META = "apps.meta"
REMEDY = "Name a file in the directory of the course."


class FileProblem(Exception):
    """A file cannot be used at all."""

    def __init__(self, id: str, message: str, remedy: str = "", line: int | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(id=id, message=message, remedy=remedy, line=line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the files of a course are (A+ spec 1.1)."""

    root: Path  # of the course's repository
    config: Path  # where index and exercise files are: the root, or what apps.meta names
    end: str  # where the root really is, with all links followed

    @classmethod
    def of(cls, root: Path) -> Layout:
        """The layout of a course without apps.meta."""
        return cls(root=root, config=root, end=os.path.realpath(root))

    def place(self, reference: str) -> Path:
        """Where a reference of a course file leads: from `config`, or from the root if it begins with a slash.

        Raises `FileProblem` if that is outside of the course.
        """
        base, relative = (self.root, reference.lstrip("/")) if reference.startswith("/") else (self.config, reference)
        path = self.inside(base, relative)
        if path == Path(os.path.normpath(self.root)):
            raise FileProblem("no-such-file", f"{reference!r} is the directory of the course, and no file.", REMEDY)
        return path

    def inside(self, base: Path, relative: str) -> Path:
        """The path below `base`, unless it leads out of the course, also by a link: then `FileProblem` is raised."""
        if not relative.isprintable():
            message = f"{relative!r} cannot be a path: it has control characters."
            raise FileProblem("unsafe-path", message, REMEDY)
        path = os.path.normpath(os.path.join(base, relative))  # noqa: PTH118  (asked for every path of a course)
        if os.path.commonpath([self.end, os.path.realpath(path)]) != self.end:
            raise FileProblem("outside-course", f"{relative} leads out of the directory of the course.", REMEDY)
        return Path(path)

    def name(self, path: Path) -> str:
        """How problems call a file."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name


def find_layout(root: Path) -> Layout | None:
    """The layout of a course directory, None if it has no index. Raises `FileProblem` if apps.meta is wrong."""
    layout = _with_meta(Layout.of(root))
    return layout if candidates(layout.config / INDEX) else None


def _with_meta(layout: Layout) -> Layout:
    try:
        lines = read_text(layout.root / META).splitlines()
    except FileNotFoundError:
        return layout
    pairs = [line.split("=") for line in lines if line.count("=") == 1]
    named = {key.strip(): value.strip() for key, value in pairs}.get("grader_config", "")
    return replace(layout, config=layout.inside(layout.root, named))


def candidates(path: Path) -> list[Path]:
    """The course files that a reference may mean: the file itself, or that name with each known suffix."""
    if path.suffix in SUFFIXES and path.is_file():
        return [path]
    return [each for each in possible(path)[1:] if each.is_file()]


def possible(path: Path) -> list[Path]:
    """All files that a reference could mean if they were there, beginning with its own path."""
    return [path, *(path.with_name(path.name + suffix) for suffix in SUFFIXES)]


def the_only(found: list[Path], layout: Layout, reference: str) -> Path:
    """The file meant. Raises `FileProblem` if there is none, or more than one."""
    if len(found) == 1:
        path = found[0]
        return layout.inside(path.parent, path.name) if path.is_symlink() else path
    if found:
        names = " and ".join(layout.name(path) for path in found)
        raise FileProblem("several-files", f"{reference} may mean {names}.", "Remove one of them.")
    ends = " or ".join(SUFFIXES)
    if layout.place(reference).is_file():
        remedy = f"Rename it: its name must end in {ends}."
        raise FileProblem("unknown-format", f"{reference} is there, but it is no course file by its name.", remedy)
    remedy = f"Mend the path, or make the file, with a name that ends in {ends}."
    raise FileProblem("no-such-file", f"There is no course file {reference}.", remedy)


def read_text(path: Path) -> str:
    """The text of a file. Raises `FileNotFoundError`, and `FileProblem` if it is no text or too large."""
    try:
        data = _read(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        remedy = "Let the service read it."
        raise FileProblem("unreadable-file", f"It cannot be read: {error.strerror}.", remedy) from None
    if len(data) > MAX_BYTES:
        remedy = "Split it, or put large texts into templates."
        raise FileProblem("too-large", f"The file is larger than {MAX_BYTES // 1024**2} MiB.", remedy)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileProblem("not-utf-8", "This is not UTF-8.", "Save it as UTF-8.", line) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FileProblem("nul", "There is a NUL character, so this is no text.", "Remove it.", line)
    return text


def _read(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe would be waited for
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise FileProblem("not-a-file", "It is no plain file.", "Replace it by one.")
        return file.read(MAX_BYTES + 1)


def read_document(layout: Layout, path: Path) -> Document:
    """The document in a file; what is wrong is among its problems."""
    name = layout.name(path)
    try:
        return parse(read_text(path), name, path.suffix)
    except FileNotFoundError:
        missing = Problem(id="no-such-file", message="The file is gone.", file=name)
        return Document(file=name, problems=[missing])
    except FileProblem as error:
        return Document(file=name, problems=[replace(error.problem, file=name)])


def modified(files: Iterable[Path]) -> float:
    """When the newest of these files was written, in seconds since the epoch; 0 if none is there."""
    times = []
    for file in files:
        try:
            times.append(file.stat().st_mtime)
        except OSError:
            continue
    return max(times, default=0.0)
