"""Docker, or Podman behind Docker's interface: the engine makes the walls, init and the supervisor are ours.

The container's program is init, to which we speak over the container's stdin and stdout, attached before it starts. The
kernel's counters are read from the container's own control group. When our connection breaks, init ends and the
container with it; what is then left of it is removed when the slot is next used.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from gradewright.errors import MissingError, SandboxError
from gradewright.model.machine import Machine
from gradewright.model.run import (
    MIB,
    Box,
    Ending,
    EndingKind,
    HostRoot,
    ImageRoot,
    Limits,
    Role,
    Root,
    Slot,
    Step,
    StepResult,
)
from gradewright.sandboxes import cgroups, init, wire
from gradewright.sandboxes.attached import AttachedLine, attached
from gradewright.sandboxes.engine import engine
from gradewright.sandboxes.engine_images import provided
from gradewright.sandboxes.group import Counters, Group
from gradewright.sandboxes.host_root import shown
from gradewright.sandboxes.images import ImageStore
from gradewright.sandboxes.watch import Unmetered, supervise

if TYPE_CHECKING:
    from docker import DockerClient

SLOT_LABEL = "gradewright.slot"
LEAST_MEMORY = 6 * MIB  # engines refuse to limit to less
QUOTA_PERIOD = 100_000  # microseconds
DISK_LOOK_SECONDS = 0.2  # between two looks at what a container has written, at least
REMOVE_SECONDS = 10.0


class Docker:
    name: ClassVar[str] = "docker"

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._images = ImageStore(machine)
        self._is_podman: bool | None = None  # not asked yet

    def unavailable(self) -> str | None:
        try:
            with engine(self._machine) as client:
                client.ping()
        except (MissingError, SandboxError) as error:
            return str(error)
        return None

    def run(self, step: Step, box: Box) -> StepResult:
        with engine(self._machine) as client:
            image = provided(client, self._images, step.root)
            request = _request(step, box.slot, image, tmpfs=self._tmpfs_options(client, step.limits))
            with _container(client, request, box.slot) as container:
                if step.terminal:
                    return _in_terminal(client, container, step)
                with attached(client, container) as descriptor:
                    line = AttachedLine(client, container, descriptor)
                    client.api.start(container)
                    return _supervised(client, container, line, step, box)

    def _tmpfs_options(self, client: DockerClient, limits: Limits) -> str:
        """Podman knows no limit on the number of files; there only the limit on memory holds them."""
        if self._is_podman is None:
            parts = client.version().get("Components") or ()
            self._is_podman = any("Podman" in part["Name"] for part in parts)
        options = f"rw,exec,nosuid,nodev,mode=1777,size={limits.disk_bytes}"
        return options if self._is_podman else f"{options},nr_inodes={limits.disk_files}"

    def sweep(self, slot: Slot) -> None:
        with suppress(MissingError), engine(self._machine) as client:
            _sweep(client, slot)


def _request(step: Step, slot: Slot, image: Mapping[str, Any], *, tmpfs: str) -> dict[str, Any]:
    """The container of the step, its program being init, in the words of the Engine API."""
    terminal = ["-t", init.configuration(step, b"", counted=True).encode().hex()] if step.terminal else []
    asked = image.get("Config") or {}  # by the author of the image
    return {
        "Image": image["Id"],
        "Entrypoint": [f"{init.INIT_AT}/init", *terminal],
        "Cmd": [],
        "Env": [f"PATH={init.DEFAULT_PATH}"],
        "User": _user(step, slot),
        "WorkingDir": "/",
        "Hostname": "sandbox",
        "Labels": {SLOT_LABEL: slot.name},
        **({"Healthcheck": {"Test": ["NONE"]}} if asked.get("Healthcheck") else {}),
        "Tty": step.terminal,
        "OpenStdin": True,
        "StdinOnce": True,  # the end of our connection is the end of init's stdin
        "AttachStdin": True,
        "AttachStdout": True,
        "AttachStderr": True,
        "HostConfig": {
            **_resources(step.limits),
            "NetworkMode": "host" if step.network else "none",
            "IpcMode": "none",  # then shared memory is ours to mount
            "CapDrop": ["ALL"],
            "CapAdd": sorted(step.capabilities),
            "SecurityOpt": ["no-new-privileges", "seccomp=unconfined", "label=disable"],  # init brings its own filter
            "MaskedPaths": [*init.MASKED, "/sys"],
            "ReadonlyRootfs": not _is_writable(step.root),
            "LogConfig": {"Type": "none"},
            "Mounts": _mounts(step, slot, asked.get("Volumes") or ()),
            "Tmpfs": dict.fromkeys((*step.scratch, init.SHARED_MEMORY), tmpfs),
        },
    }


def _user(step: Step, slot: Slot) -> str:
    """A student's program gets an id that is the slot's alone; a judge the one that its image was made for.

    An engine maps all containers' ids alike, so two judges at the same time share theirs.
    """
    uid = slot.first_uid + step.user if step.role is Role.STUDENT else step.user
    return f"{uid}:{uid}"


def _resources(limits: Limits) -> dict[str, int]:
    memory = max(limits.memory_bytes, LEAST_MEMORY)
    return {
        "Memory": memory,
        "MemorySwap": memory,
        "PidsLimit": limits.processes + 1,  # init
        "CpuPeriod": QUOTA_PERIOD,
        "CpuQuota": round(limits.cores * QUOTA_PERIOD),
    }


def _mounts(step: Step, slot: Slot, volumes: Iterable[str]) -> list[dict[str, Any]]:
    """Everything read-only, also what the image calls a volume, or the engine would make it writable without limit."""
    host = shown(step.root) if isinstance(step.root, HostRoot) else ()
    binds = {item.target: item.source for item in host if item.source}
    binds |= {mount.path: mount.source.absolute() for mount in step.mounts}
    binds[init.INIT_AT] = wire.binary("init").parent
    taken = {path.rstrip("/") for path in (*binds, *step.scratch)}
    free = [path for path in volumes if path.rstrip("/") not in taken]
    return [
        *({"Type": "bind", "Source": str(source), "Target": path, "ReadOnly": True} for path, source in binds.items()),
        *(_volume(f"gradewright-{slot.name}-{number}", path, slot) for number, path in enumerate(free)),
    ]


def _volume(name: str, path: str, slot: Slot) -> dict[str, Any]:
    labels = {"Labels": {SLOT_LABEL: slot.name}}
    return {"Type": "volume", "Source": name, "Target": path, "ReadOnly": True, "VolumeOptions": labels}


def _is_writable(root: Root) -> bool:
    return isinstance(root, ImageRoot) and root.writable


@contextmanager
def _container(client: DockerClient, request: Mapping[str, Any], slot: Slot) -> Iterator[str]:
    """A container that has not been started; it is gone when the block ends, however it does."""
    try:
        container = str(client.api.create_container_from_config(request)["Id"])
    except BaseException:
        _sweep(client, slot)  # it may have been created without our hearing of it
        raise
    try:
        yield container
    finally:
        _remove(client, container)
        if any(mount["Type"] == "volume" for mount in request["HostConfig"]["Mounts"]):
            _sweep(client, slot)


def _sweep(client: DockerClient, slot: Slot) -> None:
    """Remove everything of a slot that the engine has."""
    ours = {"label": f"{SLOT_LABEL}={slot.name}"}
    for container in client.api.containers(all=True, filters=ours):
        _remove(client, container["Id"])
    for volume in client.api.volumes(filters=ours)["Volumes"] or ():
        client.api.remove_volume(volume["Name"], force=True)


def _remove(client: DockerClient, container: str) -> None:
    """Kill and remove; raises `SandboxError` if the engine does not manage it within ten seconds."""
    from docker.errors import APIError, NotFound

    deadline = time.monotonic() + REMOVE_SECONDS
    while True:
        try:
            client.api.remove_container(container, force=True)
        except NotFound:
            return
        except APIError:  # "removal is already in progress", or a mount that is still busy
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _supervised(client: DockerClient, container: str, line: AttachedLine, step: Step, box: Box) -> StepResult:
    state = client.api.inspect_container(container)["State"]
    group = cgroups.of_process(state["Pid"], container)
    return supervise(
        line,
        ContainerMeter(client, container, group) if group else Unmetered(),
        step,
        box,
        init.configuration(step, box.stdin, counted=group is not None),
        sandbox=Docker.name,
        enforcement=_enforcement(step, counted=group is not None),
        disk_excess=_disk_watch(client, container, step.limits) if _is_writable(step.root) else str,
    )


def _enforcement(step: Step, *, counted: bool) -> Mapping[str, str]:
    return init.enforcement(step, counted=counted, disk="poll" if _is_writable(step.root) else "kernel")


class ContainerMeter:
    """The counters of a container's control group; should it be gone, the engine still knows what it died of."""

    def __init__(self, client: DockerClient, container: str, group: Group) -> None:
        self._client = client
        self._container = container
        self._group = group

    def cpu_seconds(self) -> float:
        return self._group.cpu_seconds()

    def oom_kills(self) -> int:
        return self._group.oom_kills()

    def counters(self) -> Counters:
        counters = self._group.counters()
        if counters.peak_bytes is not None:
            return counters
        killed = self._client.api.inspect_container(self._container)["State"].get("OOMKilled")
        return replace(counters, oom_kills=int(bool(killed)))


def _disk_watch(client: DockerClient, container: str, limits: Limits) -> Callable[[], str]:
    """Says whether a container has written more than it may outside of its scratch directories.

    The engine walks over all of it for an answer, so it is not asked too often.
    """
    next_look = time.monotonic()

    def excess() -> str:
        nonlocal next_look
        began = time.monotonic()
        if began < next_look:
            return ""
        (described,) = client.api.containers(all=True, size=True, filters={"id": container})
        now = time.monotonic()
        next_look = now + max(DISK_LOOK_SECONDS, 5 * (now - began))
        too_much = int(described.get("SizeRw") or 0) > limits.disk_bytes
        return f"wrote more than {limits.disk_bytes} bytes to its disk" if too_much else ""

    return excess


def _in_terminal(client: DockerClient, container: str, step: Step) -> StepResult:
    from gradewright.sandboxes.terminal import insist_on_terminal, raw_terminal, relay, window_size

    def resize() -> None:
        rows, columns = window_size()
        client.api.resize(container, height=rows, width=columns)

    insist_on_terminal()
    with attached(client, container) as descriptor:
        client.api.start(container)
        with raw_terminal(resize):
            relay(descriptor)
    code = client.api.wait(container)["StatusCode"]
    return StepResult(step=step.name, ending=Ending(kind=EndingKind.EXITED, exit_code=code), sandbox=Docker.name)
