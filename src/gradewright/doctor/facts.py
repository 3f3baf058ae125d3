"""What this machine is, as far as it explains what sandboxes can do on it."""

from __future__ import annotations

import os
import platform
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gradewright import __version__
from gradewright.errors import GradewrightError
from gradewright.model.machine import Machine
from gradewright.reports.numbers import size
from gradewright.sandboxes import cgroups
from gradewright.settings import Settings

USER_NAMESPACE_SWITCHES = {  # file below /proc/sys: (the value that forbids, the command that allows)
    "kernel/unprivileged_userns_clone": ("0", "sysctl -w kernel.unprivileged_userns_clone=1"),
    "kernel/apparmor_restrict_unprivileged_userns": ("1", "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"),
    "user/max_user_namespaces": ("0", "sysctl -w user.max_user_namespaces=16384"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    id: str
    label: str
    value: str


def facts(settings: Settings, machine: Machine) -> list[Fact]:
    """Everything that may explain what was found, in the order in which to read it."""
    system = os.uname()
    return [
        Fact(id="gradewright", label="Gradewright", value=__version__),
        Fact(id="python", label="Python", value=platform.python_version()),
        Fact(id="kernel", label="kernel", value=f"{system.sysname} {system.release} {system.machine}"),
        Fact(id="user", label="running as", value=user()),
        Fact(id="cores", label="cores", value=str(len(os.sched_getaffinity(0)))),
        Fact(id="control_groups", label="control groups", value=control_groups()),
        Fact(id="user_namespaces", label="user namespaces", value=_user_namespaces()),
        Fact(id="engine", label="container engine", value=_engine(machine)),
        Fact(id="cache_dir", label="unpacked images", value=_space(settings.cache_dir)),
        Fact(id="state_dir", label="running graders", value=_space(settings.state_dir)),
    ]


def user() -> str:
    return "root" if os.geteuid() == 0 else f"uid {os.geteuid()}"


def control_groups() -> str:
    """The version, and whether we may make groups."""
    if found := cgroups.hierarchy():
        return f"v{found.version}, ours to make"
    if Path("/sys/fs/cgroup/cgroup.controllers").exists():
        return "v2, not delegated to us"
    return "v1, only root makes them" if Path("/sys/fs/cgroup/memory").exists() else "none"


def _user_namespaces() -> str:
    for name, (forbidding, remedy) in USER_NAMESPACE_SWITCHES.items():
        with suppress(OSError):
            if Path("/proc/sys", name).read_text().strip() == forbidding:
                return f"only for root ({name.replace('/', '.')} = {forbidding}). To allow, as root: {remedy}"
    return "allowed"


def _engine(machine: Machine) -> str:
    from gradewright.sandboxes.engine import engine

    try:
        with engine(machine) as client:
            version = client.version()
    except GradewrightError as error:
        return error.message
    return f"{version['Components'][0]['Name']} {version['Version']}"


def _space(directory: Path) -> str:
    """Where it is and how much is free there; it need not exist yet."""
    there = next(path for path in (directory.absolute(), *directory.absolute().parents) if path.exists())
    writable = "" if os.access(there, os.W_OK) else ", not writable"
    return f"{directory} ({size(shutil.disk_usage(there).free)} free{writable})"
