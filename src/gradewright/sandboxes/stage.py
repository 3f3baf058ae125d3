"""A place on the host where root lays out what a sandbox will see, before it gives up being root.

The stage is a directory of the slot, covered by a small file system in memory in a mount namespace of the job's own,
and in the end shown at a place that every user may reach. So students' ids find what lies in directories closed to
them, and all of it vanishes with the job, whoever kills it. The words built here are options of `native/launch.c`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

from gradewright.model.run import UIDS_PER_SLOT, Limits, Slot
from gradewright.sandboxes import wire
from gradewright.sandboxes.group import Group
from gradewright.sandboxes.host_root import Shown

V2_IN_HYBRID = "/sys/fs/cgroup/unified"  # crun refuses hosts on which this has controllers


SEEN_AT = Path("/mnt")  # exists everywhere, and nothing that a sandbox needs by its own name lies there


class Stage:
    """Options for the launcher, in the order in which they will be carried out.

    The paths that the methods return are those at which the sandbox will find things.
    """

    def __init__(self, slot: Slot, group: Group | None) -> None:
        self._path = slot.directory / "stage"
        self._path.mkdir(exist_ok=True)
        self._slot = slot
        self._bound = 0
        self._words: list[str] = []
        self._add(*(group.entrance if group else ()))
        self._add("--private")
        self._add("--umount", V2_IN_HYBRID)
        self._add("--tmpfs", self._path, "size=1m,mode=0711")

    def _add(self, *words: object) -> None:
        self._words += map(str, words)

    def directory(self, name: str, *, owned: bool = False) -> Path:
        path = self._path / name
        self._add("--mkdir", path)
        if owned:
            self._add("--own", path, self._slot.first_uid)
        return SEEN_AT / name

    def bind(self, source: Path) -> Path:
        """Where the directory or file `source` can be reached by the student's id."""
        name = f"bound-{self._bound}"
        self._bound += 1
        self._add("--mkdir" if source.is_dir() else "--touch", self._path / name)
        self._add("--bind", source, self._path / name)
        return SEEN_AT / name

    def laid(self, top: str, items: Sequence[Shown], directories: Sequence[str], *, attributes: int) -> Path:
        """A directory with what is shown below `top` and empty `directories`, mounted with these attributes.

        Laid out here it is one mount for bubblewrap, which reads the table of all mounts for each that it makes.
        """
        self._words += _laying(self._path, top, tuple(items), tuple(directories), attributes)
        return SEEN_AT / top.lstrip("/")

    def overlay(self, lower: Path, directories: Sequence[str], limits: Limits) -> Path:
        """A writable view of `lower` whose ids are the slot's, with `directories` made in it."""
        for name in ("lower", "layer", "root"):
            self.directory(name)
        ids, layer, root = (self._path / name for name in ("lower", "layer", "root"))
        self._add("--idmap", lower, ids, f"0:{self._slot.first_uid}:{UIDS_PER_SLOT}")
        self._add("--tmpfs", layer, f"size={limits.disk_bytes},nr_inodes={limits.disk_files},mode=0755")
        for name in ("upper", "work"):
            self.directory(f"layer/{name}", owned=True)
        self._add("--overlay", root, f"lowerdir={ids},upperdir={layer}/upper,workdir={layer}/work,volatile")
        for made in _with_parents(directories):
            self.directory(f"root{made}", owned=True)
        return SEEN_AT / "root"

    def empty(self, directories: Sequence[str], links: Mapping[str, str]) -> Path:
        """An empty root with `directories` and symbolic `links` (path: target) made in it."""
        self.directory("root", owned=True)
        for made in _with_parents(directories):
            self.directory(f"root{made}", owned=True)
        for path, target in links.items():
            self._add("--symlink", target, f"{self._path}/root{path}")
        return SEEN_AT / "root"

    def users(self, descriptor: int) -> None:
        """Hold at `descriptor` a user namespace that has all ids of the slot and not only one."""
        first = self._slot.first_uid
        self._add("--users", descriptor, first, f"0:{first}:{UIDS_PER_SLOT}")

    def launch(self, *, uid: int | None, argv: Sequence[str | Path]) -> list[str]:
        """The whole command line: prepare the stage, show it, become `uid` if given, become `argv`."""
        self._add("--move", self._path, SEEN_AT)
        self._add(*(("--uid", uid) if uid is not None else ()), "--die", os.getpid(), "--", *argv)
        return [str(wire.binary("launch")), *self._words]


def _with_parents(directories: Sequence[str]) -> list[str]:
    """Every directory with those above it, each once, parents first."""
    made = {str(parent) for path in directories for parent in (PurePosixPath(path), *PurePosixPath(path).parents)}
    return sorted(made - {"/"})


@cache
def _laying(
    stage: Path, top: str, items: tuple[Shown, ...], directories: tuple[str, ...], attributes: int
) -> tuple[str, ...]:
    """The words of `Stage.laid`: everything is made before anything is mounted, so never in what is mounted."""
    place = f"{stage}{top}"
    parents = [str(PurePosixPath(item.target).parent) for item in items]
    made, bound = ["--mkdir", place, "--tmpfs", place, "size=1m,mode=0755"], list[str]()
    for path in _with_parents([*parents, *directories]):
        made += ["--mkdir", f"{stage}{path}"]
    for item in items:
        target = f"{stage}{item.target}"
        if item.source is None:
            made += ["--symlink", item.link, target]
        else:
            made += ["--mkdir" if item.source.is_dir() else "--touch", target]
            bound += ["--bind", str(item.source), target]
    return (*made, *bound, "--restrict", place, str(attributes))
