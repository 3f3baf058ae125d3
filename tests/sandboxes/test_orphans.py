"""A sandbox whose launcher was killed, for want of memory perhaps, leaves nothing that counts as a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.needs("root")

AS_PID_1 = """
import os, sys, threading, time
from contextlib import suppress
from pathlib import Path
from gradewright import plugins
from gradewright.errors import SandboxError
from gradewright.grading.slots import Slots
from gradewright.model.machine import Machine
from gradewright.model.run import Box, HostRoot, Role, Step
assert os.getpid() == 1  # who does not wait for children that it does not know
sandbox = plugins.sandbox(sys.argv[1], Machine(cache_dir=Path("/nonexistent")))
step = Step(name="s", role=Role.STUDENT, root=HostRoot(), argv=("sleep", "100"))

def processes():
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, _, rest = path.read_text().partition(" (")
            name, _, fields = rest.rpartition(") ")
            state, parent = fields.split()[:2]
            yield int(pid), name, state, int(parent)

def kill_launcher():
    while True:
        found = list(processes())
        inits = [parent for _, name, _, parent in found if name == "init" and parent > 1]
        if inits and any(name == "sleep" for _, name, _, _ in found):
            return os.kill(inits[0], 9)

with Slots(Path(sys.argv[2]), lambda *_: None).take("x") as slot:
    for _ in range(3):
        killer = threading.Thread(target=kill_launcher)
        killer.start()
        with suppress(SandboxError):
            sandbox.run(step, Box(slot=slot))
        killer.join()
    deadline = time.monotonic() + 10
    while (left := [name for _, name, state, _ in processes() if state == "Z"]) and time.monotonic() < deadline:
        time.sleep(0.02)
    print(left)
"""


def test_what_is_orphaned_is_waited_for(tmp_path: Path) -> None:
    command = [
        "unshare",
        "--pid",
        "--fork",
        "--mount-proc",
        sys.executable,
        "-c",
        AS_PID_1,
        "namespaces",
        tmp_path / "s",
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=100)
    assert said.stdout == "[]\n"
