"""A place on the host where root lays out what a sandbox will see, before it gives up being root.

The stage is a directory of the slot, covered by a small file system in memory in a mount namespace of the job's own. So
students' ids can reach what lies in directories closed to them, and all of it vanishes with the job, whoever kills it.
The words built here are options of `native/launch.c`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from gradewright.model.run import UIDS_PER_SLOT, Limits, Slot
from gradewright.sandboxes import wire
from gradewright.sandboxes.cgroups import Group

V2_IN_HYBRID = "/sys/fs/cgroup/unified"  # crun refuses hosts on which this has controllers


class Stage:
    """Options for the launcher, in the order in which they will be carried out."""

    def __init__(self, slot: Slot, group: Group | None) -> None:
        self._path = slot.directory / "stage"
        self._path.mkdir(exist_ok=True)
        self._slot = slot
        self._bound = 0
        self._words: list[str] = []
        for entrance in group.entrances if group else ():
            self._add("--join", entrance)
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
        return path

    def bind(self, source: Path) -> Path:
        """Where the directory or file `source` can be reached by the student's id."""
        target = self._path / f"bound-{self._bound}"
        self._bound += 1
        self._add("--mkdir" if source.is_dir() else "--touch", target)
        self._add("--bind", source, target)
        return target

    def overlay(self, lower: Path, directories: Sequence[str], limits: Limits) -> Path:
        """A writable view of `lower` whose ids are the slot's, with `directories` made in it."""
        ids = self.directory("lower")
        self._add("--idmap", lower, ids, f"0:{self._slot.first_uid}:{UIDS_PER_SLOT}")
        layer = self.directory("layer")
        self._add("--tmpfs", layer, f"size={limits.disk_bytes},nr_inodes={limits.disk_files},mode=0755")
        for name in ("upper", "work"):
            self.directory(f"layer/{name}", owned=True)
        root = self.directory("root")
        self._add("--overlay", root, f"lowerdir={ids},upperdir={layer}/upper,workdir={layer}/work,volatile")
        for made in _with_parents(directories):
            self.directory(f"root{made}", owned=True)
        return root

    def empty(self, directories: Sequence[str], links: Mapping[str, str]) -> Path:
        """An empty root with `directories` and symbolic `links` (path: target) made in it."""
        root = self.directory("root", owned=True)
        for made in _with_parents(directories):
            self.directory(f"root{made}", owned=True)
        for path, target in links.items():
            self._add("--symlink", target, f"{root}{path}")
        return root

    def launch(self, *, uid: int | None, argv: Sequence[str | Path]) -> list[str]:
        """The whole command line: prepare the stage, become `uid` if given, become `argv`."""
        self._add(*(("--uid", uid) if uid is not None else ()), "--die", "--", *argv)
        return [str(wire.binary("launch")), *self._words]


def _with_parents(directories: Sequence[str]) -> list[str]:
    """Every directory with those above it, each once, parents first."""
    made = {str(parent) for path in directories for parent in (PurePosixPath(path), *PurePosixPath(path).parents)}
    return sorted(made - {"/"})
