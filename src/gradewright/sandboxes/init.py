"""What every sandbox tells init for a step, and what may be said of how its limits are held."""

from __future__ import annotations

import resource
from collections.abc import Mapping, Sequence

from gradewright.model.run import MIB, Capability, Limits, Step
from gradewright.sandboxes import wire

INIT_AT = "/.gradewright"  # the directory of init in every sandbox
SHARED_MEMORY = "/dev/shm"
MASKED = (  # of what /proc shows, what concerns the machine and not the program
    *("/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/scsi"),
    *("/proc/sched_debug", "/proc/sysrq-trigger", "/proc/timer_list", "/proc/timer_stats"),
)
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
OPEN_FILES = 1024
STACK_BYTES = 8 * MIB
PENDING_SIGNALS = 256
CAPABILITY_BITS = {  # linux/capability.h
    Capability.CHOWN: 0,
    Capability.DAC_OVERRIDE: 1,
    Capability.FOWNER: 3,
    Capability.KILL: 5,
    Capability.SETGID: 6,
    Capability.SETUID: 7,
    Capability.SETPCAP: 8,
}


def configuration(step: Step, stdin: bytes, *, counted: bool, scratch: Sequence[str] = ()) -> wire.Configuration:
    """For init. `counted`: a control group holds the limits; else init watches and each process is limited.

    `scratch` are file systems in memory that were mounted without limits, which init then sets.
    """
    limits = step.limits
    env = {"PATH": DEFAULT_PATH, **step.env}
    return wire.Configuration(
        argv=step.argv,
        env=env.items(),
        cwd=step.cwd,
        stdin=stdin,
        scratch=[wire.Scratch(path=path, size=limits.disk_bytes, files=limits.disk_files) for path in scratch],
        rlimits=_rlimits(limits, counted=counted).items(),
        seccomp=wire.seccomp_filter(counted=counted),
        outputs=step.outputs,
        watched_cpu_seconds=0.0 if counted else limits.cpu_seconds or 0.0,
        watched_memory_bytes=0 if counted else limits.memory_bytes,
        mailbox=step.mailbox.address if step.mailbox else "",
        capabilities=capability_bits(step),
    )


def capability_bits(step: Step) -> int:
    return sum(1 << CAPABILITY_BITS[capability] for capability in step.capabilities)


def _rlimits(limits: Limits, *, counted: bool) -> dict[int, int]:
    always = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: limits.disk_bytes,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_STACK: STACK_BYTES,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_SIGPENDING: PENDING_SIGNALS,
        resource.RLIMIT_NICE: 0,
        resource.RLIMIT_RTPRIO: 0,
    }
    if counted:
        return always
    return always | {resource.RLIMIT_DATA: limits.memory_bytes, resource.RLIMIT_NPROC: limits.processes}


def enforcement(step: Step, *, counted: bool, disk: str = "kernel", users: str = "kernel") -> Mapping[str, str]:
    """The enforcement map of a step's result. `users` counts where the step is to part its programs by user."""
    return {
        "memory": "cgroup" if counted else "poll",
        "cpu": "cgroup" if counted else "poll",
        "pids": "cgroup" if counted else "rlimit",
        "disk": disk,
        "network": "allowed" if step.network else "kernel",
        "seccomp": "kernel",
        **({"users": users} if step.capabilities else {}),
    }
