"""The files that a grader will see, for checks that look at them (`courses.sanity.program_files.Files`)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from gradewright.errors import MissingError
from gradewright.model.image import Image
from gradewright.model.run import HostRoot, ImageRoot, Step
from gradewright.sandboxes.images import Entry, ImageStore
from gradewright.sandboxes.images import files as trees

NOBODY = -1
SHOWN_OF_THE_HOST = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFiles:
    images: ImageStore
    image: Image

    def entry(self, path: str) -> Entry:
        return _honest(self.images.entry(self.image, path))

    def listing(self, path: str) -> Sequence[Entry]:
        return [_honest(entry) for entry in self.images.listing(self.image, path)]

    def open(self, path: str) -> AbstractContextManager[IO[bytes]]:
        return self.images.open(self.image, path)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFiles:
    """Directories of the host by the places where a sandbox shows them."""

    places: Mapping[str, Path]

    def entry(self, path: str) -> Entry:
        if PurePosixPath(path) == PurePosixPath("/"):
            return _foreign(trees.entry(Path("/"), "/", where="the sandbox"))
        root, rest = self._shown(path)
        return _foreign(trees.entry(root, rest, where="the sandbox"))

    def listing(self, path: str) -> Sequence[Entry]:
        root, rest = self._shown(path)
        return [_foreign(entry) for entry in trees.listing(root, rest, where="the sandbox")]

    def open(self, path: str) -> AbstractContextManager[IO[bytes]]:
        root, rest = self._shown(path)
        return trees.opened(root, rest, where="the sandbox")

    def _shown(self, path: str) -> tuple[Path, str]:
        for place in sorted(self.places, key=len, reverse=True):
            if PurePosixPath(path).is_relative_to(place):
                root = self.places[place]
                # System directories link to one another, so their links are followed from the host's root.
                return (Path("/"), path) if str(root) == place else (root, str(PurePosixPath(path).relative_to(place)))
        raise MissingError(f"{path} is not shown in the sandbox.")


def files_of(step: Step, images: ImageStore) -> ImageFiles | HostFiles:
    """What a step sees before anything is laid into it."""
    if isinstance(step.root, ImageRoot):
        return ImageFiles(images=images, image=step.root.image)
    return HostFiles(places={**_of_the_host(step.root), **{mount.path: mount.source for mount in step.mounts}})


def _of_the_host(root: HostRoot) -> dict[str, Path]:
    return {place: Path(place) for place in (*SHOWN_OF_THE_HOST, *root.expose)}


def _honest(entry: Entry) -> Entry:
    """An ordinary user cannot unpack files as somebody else's, so their owners in the cache say nothing."""
    return entry if os.geteuid() == 0 else _foreign(entry)


def _foreign(entry: Entry) -> Entry:
    return replace(entry, uid=NOBODY, gid=NOBODY)
