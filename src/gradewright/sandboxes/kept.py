"""The control group of a step: made for it, or under v1 kept from one step of a slot to the next.

Under v1 the kernel lets a process enter a group only after it has waited, 10 ms or more, until all others see that it
does; but a child is born in its parent's group at once. So a spawner enters once, and starts there whatever runs in the
slot. Each process of ours has groups of its own, by its pid, because slots go from one to the other.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import ClassVar

from gradewright.errors import SandboxError
from gradewright.model.run import MIB, UIDS_PER_SLOT, Limits, Slot, Step
from gradewright.sandboxes import cgroups
from gradewright.sandboxes.cgroups import Hierarchy
from gradewright.sandboxes.group import Counters, Group
from gradewright.sandboxes.spawner import LAUNCHER, Server, Spawner

USERS_AT = 100  # far from the descriptors that programs get when they open something
LEFTOVER_BYTES = 8 * MIB  # of files in the kernel's cache that steps before read; with more a group is made anew


@contextmanager
def group_for(
    step: Step, slot: Slot, *, users: Sequence[str] = (), server: Server = LAUNCHER
) -> Iterator[Group | None]:
    """A group with the limits of a step, empty before and after it; None where none can be made.

    What is kept in it keeps the user namespace of `users`, too, if options for one are given. A `server` that is warm
    starts what runs in it.
    """
    found = cgroups.hierarchy()
    if found is None:
        yield None
    elif found.version == 1 and not step.terminal:
        with _kept(found, slot).occupied(step.limits, users, server) as group:
            yield group
    else:
        with made(found, step, slot) as group:
            group.spawner = _warm_spawner(slot, server) if server.warm else None
            yield group


@contextmanager
def made(found: Hierarchy, step: Step, slot: Slot) -> Iterator[Group]:
    """A group with the limits of a step that exists until the end of the block."""
    group = found.group(slot.name)
    try:
        group.create(step.limits)
        yield group
    finally:
        group.remove()


def sweep(slot: Slot) -> None:
    """Remove what killed processes of ours left in a slot, with all that runs in it."""
    if found := cgroups.hierarchy():
        found.group(slot.name).remove()
        _sweep_kept(found, slot)


def user_namespace(slot: Slot) -> list[str]:
    """The launcher's options to hold, at `USERS_AT`, a user namespace in which the slot's ids are all there are."""
    ids = f"0:{slot.first_uid}:{UIDS_PER_SLOT}"
    return ["--users", str(USERS_AT), str(slot.first_uid), ids]


class KeptGroup(Group):
    """A group of v1 that stays until our process ends; what runs in it is started by its spawner."""

    ours: ClassVar[int] = Group.ours + 1  # the spawner

    def __init__(self, directories: dict[str, Path]) -> None:
        super().__init__(1, directories)
        self.owner = os.getpid()
        self._limits = Limits()
        self._before = Counters()

    @property
    def entrance(self) -> list[str]:
        return []  # who is started in it is in it

    @contextmanager
    def occupied(self, limits: Limits, users: Sequence[str], server: Server) -> Iterator[KeptGroup]:
        """Empty, with these limits, and counting from the start of the block."""
        try:
            self._prepare(limits, users, server)
            yield self
        finally:
            self.kill()

    def _prepare(self, limits: Limits, users: Sequence[str], server: Server) -> None:
        lacking = bool(users) and not self.holds_users
        if lacking or not self._serves(server) or self._leftover() > LEFTOVER_BYTES:
            self._renew(limits, users, server)
        try:
            if limits != self._limits:
                self._limit(limits)
                self._limits = limits
            self._write("memory", "memory.max_usage_in_bytes", 0)
        except OSError as error:
            raise SandboxError(f"Could not use the control group {self.path}: {error}.") from error
        self._before = Counters()
        self._before = self.counters()

    def _serves(self, server: Server) -> bool:
        """A warm Python does for steps without one what the launcher does."""
        return self.spawner is not None and server in (self.spawner.server, LAUNCHER) and self.spawner.waits()

    def _renew(self, limits: Limits, users: Sequence[str], server: Server) -> None:
        self.end()
        self.create(limits)
        self._limits = limits
        self.spawner = Spawner([*super().entrance, *users], server)
        self.holds_users = bool(users)

    def _leftover(self) -> int:
        return int(self._read("memory", "memory.usage_in_bytes") or 0)

    def cpu_seconds(self) -> float:
        return super().cpu_seconds() - self._before.cpu_seconds

    def oom_kills(self) -> int:
        return super().oom_kills() - self._before.oom_kills

    def counters(self) -> Counters:
        now = super().counters()
        return replace(now, forks_refused=now.forks_refused - self._before.forks_refused)

    def _pids(self) -> list[int]:
        if self.spawner is None:
            return super()._pids()
        return [pid for pid in map(int, self._read("pids", "cgroup.procs").split()) if pid != self.spawner.pid]

    def end(self) -> None:
        """End the spawner and remove the group. Raises `SandboxError` if it will not go."""
        if self.spawner:
            self.spawner.end()
            self.spawner = None
        self.remove()


_groups: dict[str, KeptGroup] = {}
_warm: dict[str, Spawner] = {}  # by slots, where groups are not kept
_guard = Lock()


def _kept(found: Hierarchy, slot: Slot) -> KeptGroup:
    """Ours in this slot, made or not. Who holds a slot is alone with its groups."""
    name = f"{slot.name}.{os.getpid()}"
    with _guard:
        if name not in _groups:
            _sweep_kept(found, slot)
            _groups[name] = KeptGroup(found.places(name))
        return _groups[name]


def _warm_spawner(slot: Slot, server: Server) -> Spawner:
    """Ours in this slot; it is in no group, and what it starts enters one."""
    name = f"{slot.name}.{os.getpid()}"
    spawner = _warm.get(name)
    if spawner is None or spawner.server != server or not spawner.waits():
        if spawner:
            spawner.end()
        spawner = _warm[name] = Spawner([], server)
    return spawner


def _sweep_kept(found: Hierarchy, slot: Slot) -> None:
    for parent in found.directories.values():
        for path in parent.glob(f"{slot.name}.*"):
            if not Path("/proc", path.name.rpartition(".")[2]).exists():
                found.group(path.name).remove()


@atexit.register
def _end_all() -> None:
    for group in _groups.values():
        if group.owner == os.getpid():  # and not only inherited by a fork
            with suppress(SandboxError, OSError):
                group.end()
