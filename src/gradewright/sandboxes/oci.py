"""Any OCI runtime by name: crun, runc, runsc (gVisor), Kata. Needs root.

The image is an overlay that the launcher mounts, with its ids moved into the slot's own range, so the container's user
1000 is nobody else's on the host and files still belong to whom the image says. crun is started inside our control
group and told to make none; runtimes that insist on making one are given its path.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from gradewright.model.machine import Machine
from gradewright.model.run import UIDS_PER_SLOT, Box, HostRoot, ImageRoot, Slot, Step, StepResult
from gradewright.sandboxes import cgroups, init, wire
from gradewright.sandboxes.group import Group
from gradewright.sandboxes.host_root import shown
from gradewright.sandboxes.image_root import image_directory
from gradewright.sandboxes.kept import group_for, made, sweep
from gradewright.sandboxes.process import process_line
from gradewright.sandboxes.stage import Stage
from gradewright.sandboxes.watch import supervise

INHERIT_GROUP = {  # runtimes that can be told to stay in the group in which they are started, and how
    "crun": ("--cgroup-manager=disabled",),
    "runsc": ("--ignore-cgroups", "--network=none"),
}
NAMESPACES = ("pid", "ipc", "uts", "mount", "cgroup", "user")
READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys")


class OciRuntime:
    name: ClassVar[str] = "crun"

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._runtime = machine.oci_runtime

    @cached_property
    def _program(self) -> str | None:
        return shutil.which(self._runtime, path=f"{os.environ.get('PATH', '')}:{init.DEFAULT_PATH}")

    def unavailable(self) -> str | None:
        if os.geteuid() != 0:
            return "it needs root. Run gradewright with sudo, or use the bubblewrap sandbox."
        if self._program is None:
            return f"{self._runtime} is not installed. Run: apt-get install {Path(self._runtime).name}"
        if cgroups.hierarchy() is None:
            return (
                "control groups cannot be made here. Mount them, or run gradewright outside of the container it is in."
            )
        return self._broken

    @cached_property
    def _broken(self) -> str | None:
        tried = subprocess.run([str(self._program), "--version"], capture_output=True, check=False)
        return (
            None if tried.returncode == 0 else f"{self._runtime} does not run: {tried.stderr.decode(errors='replace')}"
        )

    def run(self, step: Step, box: Box) -> StepResult:
        configuration = init.configuration(step, box.stdin, counted=True)
        with self._group(step, box.slot) as group, self._command(step, box.slot, group) as command:
            if step.terminal:
                from gradewright.sandboxes.terminal import step_in_terminal

                return step_in_terminal(step, command, sandbox=self._runtime_name)
            with process_line(command, group) as line:
                enforcement = init.enforcement(step, counted=True)
                return supervise(
                    line, group, step, box, configuration, sandbox=self._runtime_name, enforcement=enforcement
                )

    @contextmanager
    def _group(self, step: Step, slot: Slot) -> Iterator[Group]:
        found = cgroups.hierarchy()
        assert found is not None  # `unavailable` was asked
        inherited = self._runtime_name in INHERIT_GROUP
        with group_for(step, slot) if inherited else made(found, step, slot) as group:
            assert group is not None
            yield group

    def sweep(self, slot: Slot) -> None:
        sweep(slot)
        cgroups.remove_everywhere(slot.name)

    @property
    def _runtime_name(self) -> str:
        return Path(self._runtime).name

    @contextmanager
    def _command(self, step: Step, slot: Slot, group: Group) -> Iterator[list[str]]:
        """The command line that starts the sandbox; its image stays in the cache until the end of the block."""
        with image_directory(step.root, self._machine) as image:
            yield self._assemble(step, slot, group, image)

    def _assemble(self, step: Step, slot: Slot, group: Group, image: Path | None) -> list[str]:
        inherit = INHERIT_GROUP.get(self._runtime_name)
        stage = Stage(slot, group if inherit is not None else None)
        places = (init.INIT_AT, "/dev", "/proc", *step.scratch, *(mount.path for mount in step.mounts))
        if image is None:
            host = shown(step.root) if isinstance(step.root, HostRoot) else ()
            root = stage.empty(places, {item.target: item.link for item in host if item.link})
        else:
            root = stage.overlay(image, places, step.limits)
        cgroups_path = "" if inherit is not None else group.path
        bundle = _bundle(slot, _specification(step, slot, stage, root, cgroups_path=cgroups_path))
        state = slot.directory / "runtime"
        argv = [str(self._program), "--root", str(state), *(inherit or ()), "run", "--bundle", str(bundle), slot.name]
        return stage.launch(uid=None, argv=argv)


def _bundle(slot: Slot, specification: Mapping[str, Any]) -> Path:
    bundle = slot.directory / "bundle"
    bundle.mkdir(mode=0o700, exist_ok=True)
    (bundle / "config.json").write_text(json.dumps(specification))
    return bundle


def _specification(step: Step, slot: Slot, stage: Stage, root: Path, *, cgroups_path: str) -> dict[str, Any]:
    """The OCI runtime specification of the step, the program being init."""
    terminal = ["-t", init.configuration(step, b"", counted=True).encode().hex()] if step.terminal else []
    ids = [{"containerID": 0, "hostID": slot.first_uid, "size": UIDS_PER_SLOT}]
    namespaces = NAMESPACES if step.network else (*NAMESPACES, "network")
    writable = isinstance(step.root, ImageRoot) and step.root.writable
    return {
        "ociVersion": "1.0.2",
        "process": {
            "terminal": False,
            "user": {"uid": step.user, "gid": step.user},
            "args": [f"{init.INIT_AT}/init", *terminal],
            "env": [f"PATH={init.DEFAULT_PATH}"],
            "cwd": "/",
            "capabilities": {kind: sorted(step.capabilities) for kind in ("bounding", "effective", "permitted")},
            "noNewPrivileges": True,
        },
        "root": {"path": str(root), "readonly": not writable},
        "hostname": "sandbox",
        "mounts": _mounts(step, stage),
        "linux": {
            "namespaces": [{"type": name} for name in namespaces],
            "uidMappings": ids,
            "gidMappings": ids,
            "maskedPaths": init.MASKED,
            "readonlyPaths": READ_ONLY,
            **({"cgroupsPath": cgroups_path} if cgroups_path else {}),
        },
    }


def _mounts(step: Step, stage: Stage) -> list[dict[str, Any]]:
    size = f"size={step.limits.disk_bytes},nr_inodes={step.limits.disk_files}"
    scratch = {path: _tmpfs(path, "mode=1777", size) for path in (*step.scratch, init.SHARED_MEMORY)}
    shared = {mount.path: _bind(stage.bind(mount.source), mount.path) for mount in step.mounts}
    host = shown(step.root) if isinstance(step.root, HostRoot) else ()
    return [
        *(_bind(stage.bind(item.source), item.target) for item in host if item.source),
        {"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid", "noexec", "nodev"]},
        _tmpfs("/dev", "mode=0755", "size=64k"),
        _bind(stage.bind(wire.binary("init").parent), init.INIT_AT),
        *(mount for _, mount in sorted((scratch | shared).items())),
    ]


def _tmpfs(path: str, *options: str) -> dict[str, Any]:
    return {"destination": path, "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", *options]}


def _bind(source: Path, path: str) -> dict[str, Any]:
    options = ["rbind", "ro", "nosuid", "nodev"]
    return {"destination": path, "type": "bind", "source": str(source), "options": options}
