"""Small programs that overstep one limit each, and what must come of it.

A probe is a shell script, because every root has a shell. It runs in an empty writable directory and is given the name
of its step as $1.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from gradewright.model.run import MIB, EndingKind, Limits, StepResult

Check = Callable[[StepResult], str]  # what was seen instead of what must come; empty if all is well

LIMITS = Limits(
    wall_seconds=20, memory_bytes=256 * MIB, processes=32, output_bytes=MIB, disk_bytes=4 * MIB, disk_files=64
)
FEW_PROCESSES = 10  # init, the script and what it starts


@dataclass(frozen=True, slots=True)
class Probe:
    """One program to run."""

    script: str
    limits: Limits = LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is so in a sandbox that holds."""

    id: str
    claim: str  # "all processes together stay within their memory"
    probe: Probe  # what shows it; a probe may show several things
    check: Check
    limit: str = ""  # the key of `StepResult.enforcement` that tells how it is held


def _ends_as(kind: EndingKind) -> Check:
    return lambda result: "" if result.ending.kind is kind else _seen(result)


def _refused(*endings: EndingKind) -> Check:
    """The program failed because it was refused what it asked for, or was ended for it."""

    def check(result: StepResult) -> str:
        failed = result.ending.kind is EndingKind.EXITED and result.ending.exit_code != 0
        return "" if failed or result.ending.kind in endings else _seen(result)

    return check


def _seen(result: StepResult) -> str:
    said = result.stderr.decode(errors="replace").strip().splitlines()
    return f"its end: {result.ending}" + (f", saying: {said[-1]}" if said else "")


def _facts(result: StepResult) -> dict[str, str]:
    lines = result.stdout.decode(errors="replace").splitlines()
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def _fact_is(name: str, wanted: str) -> Check:
    def check(result: StepResult) -> str:
        found = _facts(result).get(name)
        return "" if found == wanted else f"{name} is {found or f'not told: {_seen(result)}'}"

    return check


def _no_network(result: StepResult) -> str:
    return _own_namespace("net", result) or _fact_is("routes", "0")(result)


def _alone(result: StepResult) -> str:
    if shared := _own_namespace("pid", result):
        return shared
    count = _facts(result).get("processes", "")
    few = count.isdigit() and int(count) <= FEW_PROCESSES
    return "" if few else f"{count or 'an unknown number of'} processes are seen"


def _own_namespace(name: str, result: StepResult) -> str:
    found = _facts(result).get(f"namespace-{name}")
    ours = str(Path(f"/proc/self/ns/{name}").readlink())
    return "" if found and found != ours else f"its {name} namespace is {'ours' if found else 'not told'}"


def _no_capabilities(result: StepResult) -> str:
    sets = {key: value for key, value in _facts(result).items() if key.startswith("Cap")}
    held = [f"{key} is {value}" for key, value in sets.items() if int(value, 16)]
    return "; ".join(held) if sets else f"not told: {_seen(result)}"


def _filtered(result: StepResult) -> str:
    return _fact_is("Seccomp", "2")(result) or _fact_is("unshare", "refused")(result)


def _nothing_left(result: StepResult) -> str:
    if left := _running_with(result.step):
        return f"still running: process {', '.join(left)}"
    return "" if result.succeeded() else _seen(result)


def _running_with(mark: str) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (process / "cmdline").read_bytes() and process.name != str(os.getpid()):
                found.append(process.name)
    return found


MEMORY = Probe("""
for child in 1 2 3; do { head -c 120000000 /dev/zero; sleep 10; } | tail -n 1 & done
wait
""")
CPU_TIME = Probe(
    """
while :; do :; done &
while :; do :; done
""",
    replace(LIMITS, cpu_seconds=0.4),
)
WALL_TIME = Probe("sleep 15", replace(LIMITS, wall_seconds=0.4))
FORKS = Probe("i=0; while [ $i -lt 60 ]; do sleep 10 & i=$((i + 1)); done")
OUTPUT = Probe("yes")
DISK_SPACE = Probe("head -c 8000000 /dev/zero > file")
DISK_FILES = Probe("i=0; while [ $i -lt 200 ]; do : > $i; i=$((i + 1)); done")
LOOK_AROUND = Probe("""
grep -E '^(Cap|NoNewPrivs|Seccomp)' /proc/self/status
for name in net pid; do echo "namespace-$name: $(readlink /proc/self/ns/$name)"; done
echo "processes: $(ls -d /proc/[0-9]* | wc -l)"
echo "routes: $(($(wc -l < /proc/net/route) - 1))"
if unshare --user true 2> /dev/null; then echo "unshare: allowed"; else echo "unshare: refused"; fi
""")
DAEMON = Probe("""setsid sh -c 'sleep 15; : "$0"' "$1" < /dev/null > /dev/null 2>&1 &""")

FINDINGS = (
    Finding(
        id="memory",
        claim="all processes together stay within their memory",
        probe=MEMORY,
        check=_ends_as(EndingKind.OUT_OF_MEMORY),
        limit="memory",
    ),
    Finding(
        id="cpu-time",
        claim="all processes together stay within their CPU time",
        probe=CPU_TIME,
        check=_ends_as(EndingKind.CPU_TIME),
        limit="cpu",
    ),
    Finding(
        id="wall-time",
        claim="a program that only waits is ended",
        probe=WALL_TIME,
        check=_ends_as(EndingKind.WALL_TIME),
    ),
    Finding(id="processes", claim="a fork bomb is refused", probe=FORKS, check=_refused(), limit="pids"),
    Finding(
        id="output",
        claim="endless output ends the program",
        probe=OUTPUT,
        check=_ends_as(EndingKind.OUTPUT_LIMIT),
    ),
    Finding(
        id="disk-space",
        claim="writable directories have a size",
        probe=DISK_SPACE,
        check=_refused(EndingKind.DISK_LIMIT),
        limit="disk",
    ),
    Finding(
        id="disk-files",
        claim="writable directories take so many files and no more",
        probe=DISK_FILES,
        check=_refused(EndingKind.DISK_LIMIT),
        limit="disk",
    ),
    Finding(
        id="network",
        claim="there is no network, not even this machine's own",
        probe=LOOK_AROUND,
        check=_no_network,
        limit="network",
    ),
    Finding(
        id="capabilities",
        claim="the program has no capability",
        probe=LOOK_AROUND,
        check=_no_capabilities,
    ),
    Finding(
        id="privileges",
        claim="the program cannot gain privileges",
        probe=LOOK_AROUND,
        check=_fact_is("NoNewPrivs", "1"),
    ),
    Finding(
        id="system-calls",
        claim="dangerous system calls are refused",
        probe=LOOK_AROUND,
        check=_filtered,
        limit="seccomp",
    ),
    Finding(
        id="other-processes",
        claim="processes outside cannot be seen",
        probe=LOOK_AROUND,
        check=_alone,
    ),
    Finding(
        id="daemons",
        claim="what is left running dies with the program",
        probe=DAEMON,
        check=_nothing_left,
    ),
)
