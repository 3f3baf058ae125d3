"""A place on the host where root lays out what a sandbox will see, before it gives up being root.

The stage is a directory of the slot, covered by a small file system in memory in a mount namespace of the job's own,
and in the end shown at a place that every user may reach. So students' ids find what lies in directories closed to
them, and all of it vanishes with the job, whoever kills it. The words built here are options of `native/launch.c`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath

from gradewright.errors import AuthorError
from gradewright.model.run import UIDS_PER_SLOT, Limits, Slot
from gradewright.sandboxes import wire
from gradewright.sandboxes.group import Group
from gradewright.sandboxes.host_root import Shown

V2_IN_HYBRID = "/sys/fs/cgroup/unified"  # crun refuses hosts on which this has controllers
READ_ONLY, NO_SETUID, NO_DEVICES = 1, 2, 4  # attributes of mounts
DEVICES = ("null", "zero", "full", "random", "urandom")
DEVICE_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}

MAX_LINKS = 40  # as the kernel has it
SEEN_AT = Path("/mnt")  # exists everywhere, and nothing that a sandbox needs by its own name lies there


class Stage:
    """Options for the launcher, in the order in which they will be carried out.

    The paths that the methods return are those at which the sandbox will find things.
    """

    def __init__(
        self, slot: Slot, group: Group | None, *, users: Sequence[str] = (), opening: Sequence[str] = ("--private",)
    ) -> None:
        """`users` gets hold of a user namespace, unless the group has one; `opening` leads to a mount namespace."""
        self.path = _resolved(slot.directory) / "stage"  # the launcher follows no link
        self.path.mkdir(exist_ok=True)
        self._slot = slot
        self._bound = 0
        self._words: list[str] = []
        self.add(*(group.entrance if group else ()))
        self.add(*(() if group and group.holds_users else users))
        self.add(*opening)
        self.add("--umount", V2_IN_HYBRID)
        self.add("--tmpfs", self.path, "size=1m,mode=0711")

    def add(self, *words: object) -> None:
        """Options as they are."""
        self._words += map(str, words)

    def directory(self, name: str, *, owned: bool = False) -> Path:
        path = self.path / name
        self.add("--mkdir", path)
        if owned:
            self.add("--own", path, self._slot.first_uid)
        return SEEN_AT / name

    def bind(self, source: Path) -> Path:
        """Where the directory or file `source` can be reached by the student's id."""
        name = f"bound-{self._bound}"
        self._bound += 1
        self.add("--mkdir" if source.is_dir() else "--touch", self.path / name)
        self.add("--bind", source, self.path / name)
        return SEEN_AT / name

    def laid(self, top: str, items: Sequence[Shown], directories: Sequence[str], *, attributes: int) -> Path:
        """A directory with what is shown below `top` and empty `directories`, mounted with these attributes.

        Laid out here it is one mount for bubblewrap, which reads the table of all mounts for each that it makes.
        """
        self._words += laying(self.path, top, tuple(items), tuple(directories), attributes)
        return SEEN_AT / top.lstrip("/")

    def overlay(self, lower: Path, directories: Sequence[str], limits: Limits) -> Path:
        """A writable view of `lower` whose ids are the slot's, with `directories` made in it."""
        for name in ("lower", "layer", "root"):
            self.directory(name)
        ids, layer, root = (self.path / name for name in ("lower", "layer", "root"))
        self.add("--idmap", lower, ids, f"0:{self._slot.first_uid}:{UIDS_PER_SLOT}")
        self.add("--tmpfs", layer, f"size={limits.disk_bytes},nr_inodes={limits.disk_files},mode=0755")
        for name in ("upper", "work"):
            self.directory(f"layer/{name}", owned=True)
        self.add("--overlay", root, f"lowerdir={ids},upperdir={layer}/upper,workdir={layer}/work,volatile")
        for made in _with_parents(settled(path, lower) for path in directories):
            self.directory(f"root{made}", owned=True)
        return SEEN_AT / "root"

    def empty(self, directories: Sequence[str], links: Mapping[str, str]) -> Path:
        """An empty root with `directories` and symbolic `links` (path: target) made in it."""
        self.directory("root", owned=True)
        for made in _with_parents(directories):
            self.directory(f"root{made}", owned=True)
        for path, target in links.items():
            self.add("--symlink", target, f"{self.path}/root{path}")
        return SEEN_AT / "root"

    def launch(self, *, uid: int | None, argv: Sequence[str | Path]) -> list[str]:
        """The whole command line: prepare the stage, show it, become `uid` if given, become `argv`."""
        self.add("--move", self.path, SEEN_AT)
        return self.command(*(("--uid", uid) if uid is not None else ()), argv=argv)

    def command(self, *last: object, argv: Sequence[str | Path]) -> list[str]:
        """The whole command line, with `last` options before it becomes `argv`, or init where that is part of it.

        Raises `AuthorError` for a word with a NUL, which would end it there and make the rest of it an option.
        """
        ending = map(str, (*last, "--die", os.getpid(), *(("--", *argv) if argv else ("--init",))))
        words = [str(wire.binary("launch")), *self._words, *ending]
        if "\0" in "".join(words):
            wrong = next(word for word in words if "\0" in word)
            raise AuthorError(f"A path cannot have a NUL character: {wrong!r}.")
        return words


@cache
def _resolved(directory: Path) -> Path:
    return directory.resolve()


def devices(*, terminal: bool) -> tuple[Shown, ...]:
    """What is in /dev of a sandbox."""
    names = (*DEVICES, *(("tty",) if terminal else ()))
    return (
        *(Shown(f"/dev/{name}", Path("/dev", name)) for name in names),
        *(Shown(f"/dev/{name}", link=link) for name, link in DEVICE_LINKS.items()),
    )


@lru_cache(1024)  # the files of an image never change
def settled(path: str, tree: Path | None = None) -> str:
    """Where `path` leads inside a sandbox, whose files are those of `tree` if one is given.

    Links of the tree are followed as inside it: nothing leads out. Raises `AuthorError` if they lead to each other.
    """
    walked: list[str] = []
    ahead = path.split("/")[::-1]
    links = 0
    while ahead:
        part = ahead.pop()
        if part == "..":
            del walked[-1:]
        elif part not in ("", "."):
            walked.append(part)
            if target := _link(tree, walked):
                links += 1
                if links > MAX_LINKS:
                    raise AuthorError(f"In the image, symbolic links on the way to {path} lead to each other.")
                walked = [] if target.startswith("/") else walked[:-1]
                ahead += target.split("/")[::-1]
    return "/" + "/".join(walked)


def _link(tree: Path | None, walked: list[str]) -> str:
    """The target of a symbolic link; "" for everything else."""
    with suppress(OSError):
        return str(tree.joinpath(*walked).readlink()) if tree else ""
    return ""


def _with_parents(directories: Iterable[str]) -> list[str]:
    """Every directory with those above it, each once, parents first."""
    made: set[str] = set()
    for path in map(settled, directories):
        while (path := path.rstrip("/")) and path not in made:
            made.add(path)
            path = path.rpartition("/")[0]
    return sorted(made)


def laying(
    stage: Path, top: str, items: tuple[Shown, ...], directories: Iterable[str], attributes: int
) -> tuple[str, ...]:
    """A file system in memory at `top` below the stage with what `items` show, mounted with these attributes.

    Everything is made before anything is mounted, so never in what is mounted.
    """
    place = f"{stage}{top}"
    made, bound = _showing(stage, items)
    mounted = ("--mkdir", place, "--tmpfs", place, "size=1m,mode=0755")
    others = (word for path in _with_parents(directories) for word in ("--mkdir", f"{stage}{path}"))
    return (*mounted, *made, *others, *bound, "--restrict", place, str(attributes))


@cache
def _showing(stage: Path, items: tuple[Shown, ...]) -> tuple[list[str], list[str]]:
    """The words that make a place for each item, and those that show it there."""
    parents = [str(PurePosixPath(item.target).parent) for item in items]
    made = [word for path in _with_parents(parents) for word in ("--mkdir", f"{stage}{path}")]
    bound: list[str] = []
    for item in items:
        target = f"{stage}{settled(item.target)}"
        if item.source is None:
            made += ["--symlink", item.link, target]
        else:
            made += ["--mkdir" if item.source.is_dir() else "--touch", target]
            bound += ["--bind", str(item.source), target]
    return made, bound
