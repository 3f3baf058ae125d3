"""Where control groups, v1 or v2, can be made: limits for a whole step, and the kernel's evidence of how it ended.

The rules are those of the kernel's cgroup-v1 and cgroup-v2 documents. A hybrid host (v1 controllers and a v2 tree
without any) counts as v1.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from secrets import token_hex

from gradewright.errors import SandboxError
from gradewright.model.run import Limits
from gradewright.sandboxes.group import V2_CONTROLLERS, Group, enable, remove_directory

PARENT = "gradewright"
PROBE = "probe-"
PROBE_SECONDS = 60  # after which nobody is still trying
V1_CONTROLLERS = ("memory", "pids", "cpu", "cpuacct")


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Where this process may make groups: for v2 one directory, for v1 one for each controller."""

    version: int
    directories: dict[str, Path]

    def group(self, name: str) -> Group:
        return Group(self.version, self.places(name))

    def places(self, name: str) -> dict[str, Path]:
        return {controller: path / name for controller, path in self.directories.items()}


@cache
def hierarchy() -> Hierarchy | None:
    """Where groups with all the controllers that we need can be made, or None if nowhere."""
    found = _v2() or _v1()
    return found if found and _works(found) else None


def _mounts() -> list[tuple[str, Path, str]]:
    """(type, mount point, options of the file system) of every control group file system."""
    mounts = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, _, right = line.partition(" - ")
        kind, _, options = right.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            mounts.append((kind, Path(left.split()[4]), options))
    return mounts


def _path(controller: str, process: int | str = "self") -> str:
    for line in Path(f"/proc/{process}/cgroup").read_text().splitlines():
        _, names, path = line.split(":", 2)
        if controller in names.split(","):
            return path
    return "/"


def of_process(pid: int, name: str) -> Group | None:
    """The group of that name which somebody else made for a process, to be read; None if it cannot be found here."""
    directories: dict[str, Path] = {}
    try:
        for kind, point, options in _mounts():
            if kind == "cgroup2" and _has_controllers(point):
                directories[""] = point / _path("", pid).lstrip("/")
            for controller in V1_CONTROLLERS if kind == "cgroup" else ():
                if controller in options.split(","):
                    directories[controller] = point / _path(controller, pid).lstrip("/")
    except FileNotFoundError:  # there is no such process, or it is not of this machine
        return None
    whole = "" in directories or len(directories) == len(V1_CONTROLLERS)
    found = whole and all(name in str(path) and path.is_dir() for path in directories.values())
    return Group(2 if "" in directories else 1, directories) if found else None


def _v1() -> Hierarchy | None:
    directories = {}
    for kind, point, options in _mounts():
        for controller in V1_CONTROLLERS if kind == "cgroup" else ():
            if controller in options.split(","):
                directories[controller] = point / PARENT
    return Hierarchy(1, directories) if len(directories) == len(V1_CONTROLLERS) else None


def _v2() -> Hierarchy | None:
    """The nearest group, from our own upwards, whose children may have the controllers.

    A group with processes may not hand controllers to its children, so for a delegated subtree it is our parent, or our
    own group after we moved ourselves into a leaf of it.
    """
    points = [point for kind, point, _ in _mounts() if kind == "cgroup2"]
    if not points or not _has_controllers(points[0]):
        return None
    own = points[0] / _path("").lstrip("/")
    for directory in (own, *own.parents):
        if not directory.is_relative_to(points[0]):
            break
        if _has_controllers(directory) and os.access(directory, os.W_OK) and _delegate(directory, points[0]):
            return Hierarchy(2, {"": directory / PARENT})
    return None


def _has_controllers(directory: Path) -> bool:
    with suppress(OSError):
        return set(V2_CONTROLLERS) <= set((directory / "cgroup.controllers").read_text().split())
    return False


def _delegate(directory: Path, top: Path) -> bool:
    """Let children of `directory` have the controllers, moving ourselves out of the way if we are all that is in it."""
    with suppress(OSError):
        if directory != top and set((directory / "cgroup.procs").read_text().split()) == {str(os.getpid())}:
            leaf = directory / f"{PARENT}-supervisor"
            leaf.mkdir(exist_ok=True)
            (leaf / "cgroup.procs").write_text("0")
        enable(directory)
        return True
    return False


def _works(found: Hierarchy) -> bool:
    """Whether a group can really be made, limited and removed."""
    probe = found.group(f"{PROBE}{token_hex(4)}")
    try:
        probe.create(Limits())
        probe.remove()
    except (SandboxError, OSError):
        return False
    _remove_old_probes(found)
    return True


def _remove_old_probes(found: Hierarchy) -> None:
    for parent in found.directories.values():
        for path in parent.glob(f"{PROBE}*"):
            with suppress(SandboxError, OSError):  # somebody else may be removing it too
                if time.time() - path.stat().st_mtime > PROBE_SECONDS:
                    found.group(path.name).remove()


def remove_everywhere(name: str) -> None:
    """Remove the groups of this name in hierarchies that we do not use ourselves but a runtime may have."""
    for _, point, _ in _mounts():
        path = point / PARENT / name
        if path.is_dir():
            remove_directory(path)
