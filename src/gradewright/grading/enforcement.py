"""How firmly limits were held, and what to say where that is not by the kernel."""

from __future__ import annotations

from collections.abc import Mapping

BY_KERNEL = frozenset({"cgroup", "kernel"})  # words of `StepResult.enforcement`: held for the step as a whole
ALLOWED = "allowed"  # the author asked for it, so there is nothing to hold
NAMES = {
    "memory": "memory",
    "cpu": "CPU time",
    "pids": "the number of processes",
    "disk": "disk space",
    "network": "the network",
    "seccomp": "system calls",
    "users": "users",
}
HOW = {
    "rlimit": "limited for each process only",
    "poll": "watched and stopped late",
    "none": "not limited at all",
    "one": "the grader and the submission run as the same one",
}


def weak(enforcement: Mapping[str, str]) -> tuple[str, ...]:
    """The limits that the kernel does not hold for the step as a whole, sorted."""
    return tuple(sorted(limit for limit, how in enforcement.items() if how not in BY_KERNEL | {ALLOWED}))


def degradation(sandbox: str, enforcement: Mapping[str, str]) -> str:
    """What to tell people once about weak isolation; empty if there is nothing to tell."""
    limits = weak(enforcement)
    if not limits:
        return ""
    details = "; ".join(
        f"{NAMES.get(limit, limit)}: {HOW.get(enforcement[limit], enforcement[limit])}" for limit in limits
    )
    return (
        f"Isolation is degraded in the {sandbox} sandbox here. {details[0].upper()}{details[1:]}. "
        "Verdicts that depend on these limits may differ from production. "
        "Run as root, or on cgroup v2 under `systemd-run --user --scope -p Delegate=yes`; "
        "`gradewright doctor` shows what is missing."
    )
