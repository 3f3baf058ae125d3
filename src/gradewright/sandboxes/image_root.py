"""Where the file system of an image lies on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gradewright.model.machine import Machine
from gradewright.model.run import HostRoot, Root


@contextmanager
def image_directory(root: Root, machine: Machine) -> Iterator[Path | None]:
    """The unpacked image, kept in the cache until the end of the block; None where the root is the host's programs.

    Raises what `ImageStore.root` raises.
    """
    if isinstance(root, HostRoot):
        yield None
        return
    from gradewright.sandboxes.images import ImageStore  # only graders with an image need it

    with ImageStore(machine).root(root.image) as directory:
        yield directory
