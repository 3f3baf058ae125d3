"""One control group: its limits, its counters, and the end of what runs in it."""

from __future__ import annotations

import errno
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from gradewright.errors import SandboxError
from gradewright.model.run import Limits
from gradewright.sandboxes.spawner import Spawner

V2_CONTROLLERS = ("memory", "pids", "cpu")
QUOTA_PERIOD = 100_000  # microseconds
NEARLY = 0.9  # of a limit: what needs more memory at once than is left may be refused below it
LONGEST = 1 << 16  # bytes, of what the kernel tells in one file


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """What the kernel counted for a group."""

    cpu_seconds: float = 0.0
    peak_bytes: int | None = None
    oom_kills: int = 0
    memory_full: bool | None = None  # whether its own limit left no more; None: not told
    forks_refused: int = 0


class Group:
    """One control group: a directory for each hierarchy that it is in."""

    ours: ClassVar[int] = 2  # processes in the group that are not the program: init, and whoever waits for it

    def __init__(self, version: int, directories: dict[str, Path]) -> None:
        self.version = version
        self.holds_users = False  # whether what starts in it finds a user namespace of the slot
        self.spawner: Spawner | None = None  # starts what runs in it, if it is there for long
        self._directories = directories

    @property
    def entrance(self) -> list[str]:
        """The options with which `native/launch.c` enters."""
        if self.version == 2:
            return ["--into", str(self._directories[""])]
        paths = dict.fromkeys(self._directories.values())
        return [word for path in paths for word in ("--join", f"{path}/cgroup.procs")]

    @property
    def path(self) -> str:
        """Its path below the mount points, the same in each: "/gradewright/slot-0"."""
        return "/" + "/".join(next(iter(self._directories.values())).parts[-2:])

    def create(self, limits: Limits) -> None:
        """Make the group with these limits, first removing what is left of an older one of the same name."""
        self.remove()
        try:
            for path in self._directories.values():
                path.parent.mkdir(exist_ok=True)
                if self.version == 2:
                    enable(path.parent)
                path.mkdir()
            self._limit(limits)
        except OSError as error:
            raise SandboxError(f"Could not make the control group {self.path}: {error}.") from error

    def _limit(self, limits: Limits) -> None:
        quota = round(limits.cores * QUOTA_PERIOD)
        if self.version == 2:
            self._write("", "memory.max", limits.memory_bytes)
            with suppress(OSError):  # absent where the kernel has no swap
                self._write("", "memory.swap.max", 0)
            self._write("", "pids.max", limits.processes + self.ours)
            self._write("", "cpu.max", f"{quota} {QUOTA_PERIOD}")
        else:
            with suppress(OSError):  # absent without swap; and while it is more than memory alone may be, this fails
                self._write("memory", "memory.memsw.limit_in_bytes", limits.memory_bytes)
            self._write("memory", "memory.limit_in_bytes", limits.memory_bytes)
            with suppress(OSError):
                self._write("memory", "memory.memsw.limit_in_bytes", limits.memory_bytes)
            self._write("pids", "pids.max", limits.processes + self.ours)
            self._write("cpu", "cpu.cfs_period_us", QUOTA_PERIOD)
            self._write("cpu", "cpu.cfs_quota_us", quota)

    def _write(self, controller: str, name: str, value: object) -> None:
        descriptor = os.open(self._file(controller, name), os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(descriptor, str(value).encode())
        finally:
            os.close(descriptor)

    def _read(self, controller: str, name: str) -> str:
        try:
            descriptor = os.open(self._file(controller, name), os.O_RDONLY | os.O_CLOEXEC)
        except (OSError, KeyError):
            return ""
        try:
            return os.read(descriptor, LONGEST).decode()
        except OSError:
            return ""
        finally:
            os.close(descriptor)

    def _file(self, controller: str, name: str) -> str:
        """Asked for many times in a step, and paths made of text are made fastest."""
        return f"{self._directories.get(controller) or self._directories['']}/{name}"

    def cpu_seconds(self) -> float:
        """CPU time of all that ever ran in the group."""
        if self.version == 2:
            return _field(self._read("", "cpu.stat"), "usage_usec") / 1e6
        return int(self._read("cpuacct", "cpuacct.usage") or 0) / 1e9

    def oom_kills(self) -> int:
        if self.version == 2:
            return _field(self._read("", "memory.events"), "oom_kill")
        return _field(self._read("memory", "memory.oom_control"), "oom_kill")

    def counters(self) -> Counters:
        peak = self._read("", "memory.peak") if self.version == 2 else self._read("memory", "memory.max_usage_in_bytes")
        peak_bytes = int(peak) if peak.strip().isdigit() else None
        return Counters(
            cpu_seconds=self.cpu_seconds(),
            peak_bytes=peak_bytes,
            oom_kills=self.oom_kills(),
            memory_full=self._memory_full(peak_bytes),
            forks_refused=_field(self._read("pids", "pids.events"), "max"),
        )

    def _memory_full(self, peak_bytes: int | None) -> bool | None:
        """The kernel counts what it killed for memory also where the machine had none left."""
        if self.version == 2:
            events = self._read("", "memory.events")
            return _field(events, "oom") > 0 if events else None
        limit = self._read("memory", "memory.limit_in_bytes").strip()
        return peak_bytes >= NEARLY * int(limit) if limit and peak_bytes is not None else None

    def kill(self) -> None:
        """Kill every process in the group and wait, two seconds at most, until it is empty."""
        deadline = time.monotonic() + 2
        while pids := self._pids():
            if self.version == 2:
                with suppress(OSError):  # older than Linux 5.14
                    self._write("", "cgroup.kill", 1)
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, 9)
            if time.monotonic() > deadline:
                return
            time.sleep(0.005)

    def _pids(self) -> list[int]:
        found: list[int] = []
        for path in dict.fromkeys(self._directories.values()):
            for directory, _, _ in os.walk(path):
                with suppress(OSError):
                    found += map(int, Path(directory, "cgroup.procs").read_text().split())
        return found

    def remove(self) -> None:
        """Kill what is in the group and remove it with all groups below. Raises `SandboxError` if it will not go."""
        if not any(path.is_dir() for path in self._directories.values()):
            return
        self.kill()
        for path in dict.fromkeys(self._directories.values()):
            for directory, _, _ in os.walk(path, topdown=False):
                remove_directory(Path(directory))


def enable(directory: Path) -> None:
    """Let groups of v2 that are made in a directory have the controllers."""
    (directory / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in V2_CONTROLLERS))


def remove_directory(path: Path) -> None:
    """A group that has just become empty may be busy for a moment."""
    for attempt in range(200):
        try:
            path.rmdir()
        except FileNotFoundError:
            return
        except OSError as error:
            if error.errno != errno.EBUSY or attempt == 199:
                raise SandboxError(f"Could not remove the control group {path}: {error.strerror}.") from error
            time.sleep(min(0.005, 0.0005 * 2**attempt))
        else:
            return


def _field(text: str, name: str) -> int:
    for line in text.splitlines():
        key, _, value = line.partition(" ")
        if key == name:
            return int(value)
    return 0
