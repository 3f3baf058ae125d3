"""Runs in the small machine: one step of each kind in each sandbox named, one line of JSON for each."""

import json
import sys
from pathlib import Path

from gradewright import plugins
from gradewright.errors import SandboxError
from gradewright.grading.slots import Slots
from gradewright.interfaces import Sandbox
from gradewright.model.machine import Machine
from gradewright.model.run import MIB, Box, HostRoot, Limits, Role, Step

PYTHON = "/usr/bin/python3"
STEPS = {
    "exit": ("sh", "-c", "exit 7"),
    "memory": (PYTHON, "-c", "x = bytearray(200 << 20)"),
    "memory of a child": ("sh", "-c", f"{PYTHON} -c 'x = bytearray(200 << 20)'; exit 0"),
    "cpu": (PYTHON, "-c", "while True: pass"),
    "cpu of many": ("sh", "-c", "while :; do /bin/true; done"),
    "wall": ("sleep", "100"),
    "forks": (PYTHON, "-c", "import os\ntry:\n while os.fork() or True: pass\nexcept OSError: os._exit(3)"),
}
WARM = {
    "warm: who is its parent": ("sh", "-c", "python3 -c 'import os; exit(os.getppid())'; exit $?"),
    "warm: memory": ("python3", "-c", "x = bytearray(200 << 20)"),
    "warm: cpu": ("python3", "-c", "while True: pass"),
}
LIMITS = Limits(wall_seconds=5, cpu_seconds=2, memory_bytes=48 * MIB, processes=16)


def main() -> None:
    who, *names = sys.argv[1:]
    for name in names:
        sandbox = plugins.sandbox(name, Machine(cache_dir=Path("/run/scratch/cache")))
        slots = Slots(Path(f"/run/scratch/state-{who}"), lambda _, slot, its=sandbox: its.sweep(slot))  # type: ignore[misc]
        for kind, argv in (STEPS | WARM).items():
            warm = () if kind in WARM else None
            step = Step(name=kind, role=Role.STUDENT, root=HostRoot(), argv=argv, limits=LIMITS, warm_python=warm)
            with slots.take(name) as slot:
                result = sandbox.run(step, Box(slot=slot))
            row = {
                "who": who,
                "sandbox": name,
                "step": kind,
                "ending": result.ending.kind,
                "exit_code": result.ending.exit_code,
                "memory_bytes": result.usage.memory_bytes,
                "refused": result.usage.processes_refused,
                "enforcement": dict(result.enforcement),
            }
            print(json.dumps(row), flush=True)
        if name == names[0]:
            said = fill_the_machine(sandbox, slots)
            print(json.dumps({"who": who, "sandbox": name, "of the machine": said}), flush=True)
        print(json.dumps({"who": who, "sandbox": name, "groups left": len(left())}), flush=True)


def fill_the_machine(sandbox: Sandbox, slots: Slots) -> str:
    """What is said of a program that takes all memory there is, and may."""
    limits = Limits(wall_seconds=60, memory_bytes=4096 * MIB)
    step = Step(
        name="all memory",
        role=Role.STUDENT,
        root=HostRoot(),
        argv=(PYTHON, "-c", "x = [b'x' * (16 << 20) for _ in range(100)]"),
        limits=limits,
    )
    try:
        with slots.take(sandbox.name) as slot:
            return str(sandbox.run(step, Box(slot=slot)).ending)
    except SandboxError as error:
        return str(error)


def left() -> list[Path]:
    return list(Path("/sys/fs/cgroup").glob("**/gradewright/*-*"))


if __name__ == "__main__":
    main()
