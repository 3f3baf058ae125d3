"""Nothing of a run is left: not of a thousand, and not of one whose supervisor was killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from gradewright import plugins
from gradewright.grading.slots import Slots
from gradewright.model.machine import Machine
from gradewright.model.run import Box, EndingKind, HostRoot, Limits, Role, Step
from support.control_groups import groups_of
from support.waiting import eventually

pytestmark = pytest.mark.needs("root")

# Programs that leave children of every kind behind; %s is a word to find them by.
LEAVERS = (
    "sleep %s & exit 0",
    "setsid sleep %s & setsid sh -c 'trap \"\" TERM HUP INT; sleep %s & wait' & sleep 0.01; exit 1",
    "(sleep %s & sleep %s & wait) & sleep %s & kill -STOP $! ; exit 0",
    "sh -c 'sleep %s & exec sleep %s' > /dev/null 2>&1 < /dev/null & kill -9 $$",
)


def survivors(word: str) -> list[int]:
    """Processes of this machine that have the word in their command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if word.encode() in command:
            found.append(int(process.name))
    return found


def leaver(word: str, number: int) -> Step:
    script = LEAVERS[number % len(LEAVERS)].replace("%s", word)
    limits = Limits(wall_seconds=20, processes=16)
    return Step(name="leaver", role=Role.STUDENT, root=HostRoot(), argv=("sh", "-c", script), limits=limits)


@pytest.mark.parametrize(("name", "runs"), [("namespaces", 600), ("bubblewrap", 300), ("crun", 300)])
def test_no_process_survives(name: str, runs: int, tmp_path: Path) -> None:
    sandbox = plugins.sandbox(name, Machine(cache_dir=tmp_path))
    slots = Slots(tmp_path / "state", lambda _, slot: sandbox.sweep(slot))
    word = f"7{os.getpid()}.25"

    def one(number: int) -> EndingKind:
        with slots.take(name) as slot:
            return sandbox.run(leaver(word, number), Box(slot=slot)).ending.kind

    with ThreadPoolExecutor(2) as pool:
        endings = set(pool.map(one, range(runs)))
    assert endings == {EndingKind.EXITED, EndingKind.SIGNALLED}
    assert survivors(word) == []
    assert all(len(processes) == 1 for processes in kept_groups(slots)), "more than a spawner is left in a group"


@pytest.fixture
def state() -> Iterator[Path]:
    """Where others may pass through, as in production; pytest's own directories are closed to them."""
    with TemporaryDirectory(dir="/run", prefix="gradewright-test-") as directory:
        Path(directory).chmod(0o711)
        yield Path(directory, "state")


GRADER = """
import sys
from pathlib import Path
from gradewright import plugins
from gradewright.grading.slots import Slots
from gradewright.model.machine import Machine
from gradewright.model.run import Box, HostRoot, Limits, Role, Step
name, state, word = sys.argv[1:]
sandbox = plugins.sandbox(name, Machine(cache_dir=Path(state, "cache")))
script = f"setsid sleep {word} & sleep {word} & echo ready; sleep {word}"
step = Step(name="s", role=Role.STUDENT, root=HostRoot(), argv=("sh", "-c", script), limits=Limits(wall_seconds=600))
with Slots(Path(state), lambda _, slot: sandbox.sweep(slot)).take(name) as slot:
    sandbox.run(step, Box(slot=slot))
"""


@pytest.mark.parametrize("name", ["namespaces", "bubblewrap", "crun", "unconfined"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_nothing_survives_our_own_end(name: str, how: signal.Signals, state: Path, tmp_path: Path) -> None:
    word = f"8{os.getpid()}.25"
    with subprocess.Popen([sys.executable, "-c", GRADER, name, state, word], stderr=subprocess.DEVNULL) as grader:
        eventually(lambda: len(survivors(word)) >= 3)
        mounts = Path("/proc/self/mounts").read_text()
        assert str(state) not in mounts, "a mount can be seen outside of the sandbox"
        grader.send_signal(how)
    eventually(lambda: not survivors(word))
    sandbox = plugins.sandbox(name, Machine(cache_dir=tmp_path))
    slots = Slots(state, lambda _, slot: sandbox.sweep(slot))
    assert slots.sweep() == (1 if how is signal.SIGKILL else 0)
    assert leftover_groups(slots) == []
    assert os.listdir(state / "slot-0") == []


def kept_groups(slots: Slots) -> list[list[str]]:
    """The processes in each group that stays until we end; where none stays there is nothing to tell."""
    return [(group / "cgroup.procs").read_text().split() for group in leftover_groups(slots)]


def leftover_groups(slots: Slots) -> list[Path]:
    with slots.take("x") as slot:
        prefix = slot.name.rpartition("-")[0]
    return groups_of(prefix)
