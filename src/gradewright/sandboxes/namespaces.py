"""Namespaces that our own launcher makes: the same walls as bubblewrap's in half its time. Needs root.

The launcher goes on as the first process of new namespaces, lays out a root there, lets go of the host's, enters a user
namespace in which the slot's ids are all there are, and becomes init.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import ClassVar

from gradewright.errors import AuthorError
from gradewright.model.machine import Machine
from gradewright.model.run import (
    STUDENT_UID,
    UIDS_PER_SLOT,
    Box,
    HostRoot,
    ImageRoot,
    Limits,
    Slot,
    Step,
    StepResult,
)
from gradewright.sandboxes import init, warm_python, wire
from gradewright.sandboxes.group import Group
from gradewright.sandboxes.host_root import shown
from gradewright.sandboxes.image_root import image_directory
from gradewright.sandboxes.kept import USERS_AT, group_for, sweep, user_namespace
from gradewright.sandboxes.process import complaint_of, process_line
from gradewright.sandboxes.stage import NO_DEVICES, NO_SETUID, READ_ONLY, SEEN_AT, Stage, devices, laying, settled
from gradewright.sandboxes.watch import Unmetered, supervise

MOUNTS, CONTROL_GROUPS, HOSTNAME, MESSAGES, PROCESSES, NETWORK = (  # CLONE_NEWNS and others of linux/sched.h
    *(0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x20000000, 0x40000000),
)
ALWAYS = MOUNTS | CONTROL_GROUPS | HOSTNAME | MESSAGES | PROCESSES
WALLED = READ_ONLY | NO_SETUID | NO_DEVICES
SYSTEM = ("/dev", "/proc", init.INIT_AT)  # where every sandbox has what is ours
PROC_READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")


class Namespaces:
    name: ClassVar[str] = "namespaces"

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def unavailable(self) -> str | None:
        if os.geteuid() != 0:
            return "it needs root. Run gradewright with sudo, or use the bubblewrap sandbox."
        return _refusal()

    def run(self, step: Step, box: Box) -> StepResult:
        users = user_namespace(box.slot)
        step, server = warm_python.server_for(step)
        grouped = group_for(step, box.slot, users=users, server=server)
        with grouped as group, self._command(step, box.slot, group) as command:
            if step.terminal:
                from gradewright.sandboxes.terminal import step_in_terminal

                return step_in_terminal(step, command, sandbox=self.name)
            configuration = init.configuration(step, box.stdin, counted=group is not None)
            enforcement = init.enforcement(step, counted=group is not None)
            meter = group or Unmetered()
            with process_line(command, group) as line:
                return supervise(line, meter, step, box, configuration, sandbox=self.name, enforcement=enforcement)

    def sweep(self, slot: Slot) -> None:
        sweep(slot)

    @contextmanager
    def _command(self, step: Step, slot: Slot, group: Group | None) -> Iterator[list[str]]:
        """The command line that starts the sandbox; its image stays in the cache until the end of the block."""
        with image_directory(step.root, self._machine) as image:
            yield _assemble(step, slot, group, image)


def _assemble(step: Step, slot: Slot, group: Group | None, image: Path | None) -> list[str]:
    kinds = ALWAYS if step.network else ALWAYS | NETWORK
    opening = ("--die", str(os.getpid()), "--namespaces", str(kinds))
    stage = Stage(slot, group, users=user_namespace(slot), opening=opening)
    root = _host_root(step, stage) if image is None else _image_root(step, stage, image)
    stage.add(*laying(root, "/dev", devices(terminal=step.terminal), (init.SHARED_MEMORY,), READ_ONLY | NO_SETUID))
    stage.add(*_proc(root))
    places, owner = _places(step, image), slot.first_uid + step.user
    for path, source in sorted(places.items()):
        at = f"{root}{path}"
        for made in _on_the_way(path, places):
            stage.add("--mkdir", f"{root}{made}", "--own", f"{root}{made}", owner)
        stage.add(*(_scratch(at, step.limits, owner) if source is None else _shown(source, at)))
    if step.warm_python is not None:
        stage.add(*warm_python.laying(root))
    stage.add("--pivot", root, "--hostname", "sandbox", *(() if step.network else ("--loopback",)))
    return stage.command("--enter", USERS_AT, step.user, init.capability_bits(step), argv=_init(step))


def _places(step: Step, image: Path | None) -> dict[str, Path | None]:
    """Writable directories, and what of the host is shown besides its programs, by their paths inside."""
    scratch = dict.fromkeys(settled(path, image) for path in step.scratch)
    mounts = {settled(mount.path, image): mount.source for mount in step.mounts}
    return {**scratch, init.SHARED_MEMORY: None, **mounts, init.INIT_AT: wire.binary("init").parent}


def _on_the_way(path: str, places: Mapping[str, Path | None]) -> list[str]:
    """The directories above `path` that nobody has made yet, because they are in a writable directory."""
    found: list[str] = []
    while (path := path.rpartition("/")[0]) and path not in places:
        found.insert(0, path)
    return found if path and places[path] is None else []


def _host_root(step: Step, stage: Stage) -> Path:
    assert isinstance(step.root, HostRoot)
    directories = ("/dev", "/proc", *_places(step, None), *((warm_python.AT,) if step.warm_python is not None else ()))
    stage.add(*laying(stage.path, "", shown(step.root), directories, WALLED))
    return stage.path


def _image_root(step: Step, stage: Stage, image: Path) -> Path:
    for path in SYSTEM:
        if settled(path, image) != path:
            raise AuthorError(f"In the image, {path} is a symbolic link.", remedy="Make it a directory.")
    stage.overlay(image, (*SYSTEM, *_places(step, image)), step.limits)
    root = stage.path / "root"
    if not (isinstance(step.root, ImageRoot) and step.root.writable):
        stage.add("--restrict", root, WALLED)
    return root


@cache
def _proc(root: Path) -> tuple[str, ...]:
    """Processes, without what /proc lets one change or shows of the machine."""
    words = ["--proc", f"{root}/proc"]
    for path in filter(os.path.exists, PROC_READ_ONLY):
        words += ["--bind", f"{root}{path}", f"{root}{path}", "--restrict", f"{root}{path}", str(READ_ONLY)]
    for hidden in filter(Path.exists, map(Path, init.MASKED)):
        at = f"{root}{hidden}"
        words += (
            ["--tmpfs", at, "mode=0555", "--restrict", at, str(WALLED)]
            if hidden.is_dir()
            else ["--bind", "/dev/null", at]
        )
    return tuple(words)


def _scratch(path: str, limits: Limits, owner: int) -> list[str]:
    size = f"size={limits.disk_bytes},nr_inodes={limits.disk_files}"
    return ["--mkdir", path, "--tmpfs", path, f"{size},mode=1777,uid={owner},gid={owner}"]


def _shown(source: Path, path: str) -> list[str]:
    return ["--mkdir", path, "--bind", str(source), path, "--restrict", path, str(WALLED)]


def _init(step: Step) -> list[str]:
    if step.warm_python is not None:
        return []  # it is part of what does all this
    terminal = ["-t", init.configuration(step, b"", counted=True).encode().hex()] if step.terminal else []
    return [f"{init.INIT_AT}/init", *terminal]


@cache
def _refusal() -> str | None:
    """Why namespaces cannot be made here; None if they can."""
    anybody = Slot(number=0, directory=Path("/"), first_uid=16 * UIDS_PER_SLOT)
    words = [
        *(wire.binary("launch"), *user_namespace(anybody), "--namespaces", ALWAYS | NETWORK, "--loopback"),
        *("--bind", "/", SEEN_AT, "--restrict", SEEN_AT, WALLED, "--proc", f"{SEEN_AT}/proc", "--pivot", SEEN_AT),
        *("--enter", USERS_AT, STUDENT_UID, 0, "--", "/bin/true"),
    ]
    complaint = complaint_of(list(map(str, words)), "namespaces")
    if complaint is None:
        return None
    return (
        f"namespaces are refused here ({complaint}). "
        "Run gradewright outside of the container it is in, or use the bubblewrap sandbox."
    )
