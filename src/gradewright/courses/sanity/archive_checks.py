"""Pitfalls of a zip that is to be uploaded as the build context of a grader (coursera 2)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from gradewright.courses.sanity.dockerfile import Instruction, parse
from gradewright.courses.sanity.dockerfile_checks import check_dockerfile
from gradewright.courses.sanity.findings import finding
from gradewright.errors import AuthorError, MissingError
from gradewright.model.problem import Problem

DOCKERFILE = "Dockerfile"
MOST_BYTES = 1024 * 1024


def check_archive(path: Path) -> list[Problem]:
    """Raises `MissingError` if the archive cannot be read and `AuthorError` if it is none."""
    try:
        with ZipFile(path) as archive:
            places = _dockerfiles(archive.namelist())
            instructions = _instructions(archive, places)
    except OSError as error:
        raise MissingError(f"{path} cannot be read: {error.strerror}.") from error
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:  # RuntimeError: it is encrypted
        raise AuthorError(f"{path} is not a zip archive that can be read: {error}.") from error
    if not places:
        return [finding("archive-without-dockerfile", file=path.name)]
    found = check_dockerfile(instructions, places[0])
    if places[0] == DOCKERFILE:
        return found
    folder = str(PurePosixPath(places[0]).parent)
    return [finding("archive-in-a-folder", file=path.name, place=places[0], folder=folder), *found]


def _dockerfiles(names: Sequence[str]) -> list[str]:
    """The Dockerfiles of an archive, the one nearest to the top first."""
    return sorted((name for name in names if PurePosixPath(name).name == DOCKERFILE), key=lambda name: name.count("/"))


def _instructions(archive: ZipFile, places: Sequence[str]) -> tuple[Instruction, ...]:
    if not places:
        return ()
    with archive.open(places[0]) as stream:
        return parse(stream.read(MOST_BYTES).decode(errors="replace"))
