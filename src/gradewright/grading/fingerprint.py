"""When are two gradings the same? Digests of what decides a report."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from gradewright.model.course import Exercise

CONTENT_BYTES = 256 << 20  # beyond this, sizes and times stand for content: such a submission is hardly accepted anyway


def of_exercise(exercise: Exercise) -> str:
    """A digest of all that an exercise and its grader bring to a report."""
    grader = exercise.grader
    chosen = None if grader.directory else grader.settings  # a directory's digest covers what its files say
    deciding = (grader.digest, grader.contract, grader.limits, chosen, exercise.max_points, exercise.arguments)
    return hashlib.sha256(repr((deciding, sorted(exercise.environment.items()))).encode()).hexdigest()


def of_submission(source: Path) -> str:
    """A digest of a file or directory as it lies there: names, modes and contents; links in it are not followed.

    What cannot be read counts as it is; whether it can be graded is for others to say.
    """
    source = source.resolve()
    digest = hashlib.sha256()
    budget = CONTENT_BYTES
    for path in _paths(source):
        status = path.lstat()
        name = os.fsencode(path.relative_to(source))
        digest.update(b"%d:%b%o;" % (len(name), name, status.st_mode))
        if stat.S_ISLNK(status.st_mode):
            digest.update(os.fsencode(path.readlink()))
        elif stat.S_ISREG(status.st_mode):
            budget -= status.st_size
            digest.update(_content(path) if budget >= 0 else b"%d %d" % (status.st_size, status.st_mtime_ns))
    return digest.hexdigest()


def combined(*parts: str) -> str:
    """One digest for several texts in their order; they may hold anything that a file name may."""
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()


def _paths(source: Path) -> Iterator[Path]:
    yield source
    if source.is_dir():
        for directory, directories, names in os.walk(source):
            directories.sort()
            yield from (Path(directory, name) for name in sorted([*directories, *names]))


def _content(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        return b"unreadable %d" % (error.errno or 0)
