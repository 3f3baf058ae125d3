"""What an author may write to name an image."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gradewright.errors import MissingError


@dataclass(frozen=True, slots=True)
class EngineReference:
    """A tag or an id that the engine knows."""

    name: str


@dataclass(frozen=True, slots=True)
class ArchiveReference:
    """A file that `docker save` wrote, and which image in it; "" is the only one."""

    file: Path
    tag: str


@dataclass(frozen=True, slots=True)
class LayoutReference:
    """A directory in the layout of the OCI image specification, and which image in it; "" is the only one."""

    directory: Path
    tag: str


Reference = EngineReference | ArchiveReference | LayoutReference


def parse(text: str) -> Reference:
    """Raises `MissingError` if an archive or directory that is named is not there."""
    transport, colon, rest = text.partition(":")
    match transport:
        case "docker-archive" if colon:
            return ArchiveReference(*_path_and_tag(text, rest))
        case "oci" if colon:
            return LayoutReference(*_path_and_tag(text, rest))
        case _:
            return EngineReference(text)


def _path_and_tag(text: str, rest: str) -> tuple[Path, str]:
    """Both a path and a tag may hold colons: the longest path that exists wins."""
    path, tag = rest, ""
    while True:
        if path and Path(path).exists():
            return Path(path), tag
        path, colon, last = path.rpartition(":")
        if not colon:
            raise MissingError(
                f"{text}: there is no {rest.partition(':')[0] or 'path after the colon'}.",
                remedy="Write docker-archive:FILE[:TAG] for what `docker save` wrote, or oci:DIRECTORY[:TAG].",
            )
        tag = f"{last}:{tag}" if tag else last
