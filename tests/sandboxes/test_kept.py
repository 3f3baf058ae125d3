"""Steps in one slot, one after the other: each has its own limits and its own counters, whatever the kernel keeps."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from gradewright import plugins
from gradewright.grading.slots import Slots
from gradewright.model.machine import Machine
from gradewright.model.run import MIB, Box, EndingKind, HostRoot, Limits, Role, Step, StepResult
from support.control_groups import groups_of

pytestmark = pytest.mark.needs("root")

PYTHON = "/usr/bin/python3"
FORKS = "import os\ntry:\n while os.fork() or True: pass\nexcept OSError: os._exit(3)"


class Runner:
    def __init__(self, state: Path) -> None:
        self.state = state
        self.sandbox = plugins.sandbox("bubblewrap", Machine(cache_dir=state / "cache"))
        self.slots = Slots(state, lambda _, slot: self.sandbox.sweep(slot))

    def __call__(self, *argv: str, memory: int = 256, **limits: float) -> StepResult:
        own = Limits(memory_bytes=memory * MIB, processes=16, wall_seconds=20, **limits)  # type: ignore[arg-type]
        step = Step(name="s", role=Role.STUDENT, root=HostRoot(), argv=argv, limits=own)
        with self.slots.take("bubblewrap") as slot:
            return self.sandbox.run(step, Box(slot=slot))

    def groups(self) -> list[Path]:
        with self.slots.take("") as slot:
            prefix = slot.name.rpartition("-")[0]
        return groups_of(prefix)


@pytest.fixture
def run() -> Iterator[Runner]:
    with TemporaryDirectory(dir="/run", prefix="gradewright-test-") as directory:
        Path(directory).chmod(0o711)
        yield Runner(Path(directory, "state"))


def allocate(mib: int) -> tuple[str, ...]:
    return (PYTHON, "-c", f"x = bytearray({mib} << 20)")


def test_a_step_is_not_charged_for_the_one_before(run: Runner) -> None:
    assert run(PYTHON, "-c", "while True: pass", cpu_seconds=0.3).ending.kind is EndingKind.CPU_TIME
    assert run(*allocate(500)).ending.kind is EndingKind.OUT_OF_MEMORY
    assert run(PYTHON, "-c", FORKS).usage.processes_refused > 0
    after = run("true", cpu_seconds=0.3)
    assert after.succeeded()
    assert after.usage.cpu_seconds < 0.3
    assert after.usage.memory_bytes is not None
    assert after.usage.memory_bytes < 16 * MIB
    assert after.usage.processes_refused == 0


def test_each_step_has_its_own_limits(run: Runner) -> None:
    for memory in (32, 256, 32, 128):
        ending = run(*allocate(80), memory=memory).ending
        assert ending.kind is (EndingKind.OUT_OF_MEMORY if memory < 80 else EndingKind.EXITED)


def test_what_was_read_before_does_not_count_against_a_limit(run: Runner, tmp_path: Path) -> None:
    for _ in range(3):
        run("sh", "-c", "find /usr/lib/python3 /usr/share/perl -type f | xargs cat > /dev/null")
        assert run(*allocate(20), memory=40).succeeded()


def test_no_descriptor_is_left_open(run: Runner) -> None:
    run("true")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        run("true")
    assert len(os.listdir("/proc/self/fd")) == before


def test_it_goes_on_when_all_that_stays_in_a_group_was_killed(run: Runner) -> None:
    for _ in range(3):
        assert run("true").succeeded()
        while stayed := {pid for group in run.groups() for pid in (group / "cgroup.procs").read_text().split()}:
            for pid in stayed:
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)


OTHER = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], f"{sys.argv[1]}/.."]
from test_kept import Runner
run = Runner(Path(sys.argv[2]))
for line in sys.stdin:
    print(run("true").ending.kind, flush=True)
"""


def test_two_processes_take_turns_in_a_slot_and_leave_no_group(run: Runner) -> None:
    words = [sys.executable, "-c", OTHER, str(Path(__file__).parent), str(run.state)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout
        for _ in range(5):
            assert run("true").succeeded()
            other.stdin.write("\n")
            other.stdin.flush()
            assert other.stdout.readline() == "exited\n"
        other.stdin.close()
        assert other.wait(timeout=20) == 0
    assert not [group for group in run.groups() if group.name.endswith(f".{other.pid}")]


ENDING = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], f"{sys.argv[1]}/.."]
from test_kept import Runner
print(Runner(Path(sys.argv[2]))("true").ending.kind, flush=True)
os._exit(0) if sys.argv[3] == "exit" else os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("how", ["exit", "kill"])
def test_no_group_is_left_even_if_our_process_could_not_tidy_up(run: Runner, how: str) -> None:
    words = [sys.executable, "-c", ENDING, str(Path(__file__).parent), str(run.state), how]
    ended = subprocess.run(words, check=False, capture_output=True, text=True)
    assert ended.stdout == "exited\n"
    deadline = time.monotonic() + 10
    while run.groups():
        assert time.monotonic() < deadline, "a group was still there after ten seconds"
        time.sleep(0.02)


FORKING = """
import os, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], f"{sys.argv[1]}/.."]
from test_kept import Runner
run = Runner(Path(sys.argv[2]))
run("true")
before = run.groups()
if os.fork() == 0:
    sys.exit()
os.wait()
print(run("true").ending.kind, run.groups() == before)
"""


def test_a_fork_that_ends_leaves_the_groups_of_its_parent_alone(run: Runner) -> None:
    words = [sys.executable, "-c", FORKING, str(Path(__file__).parent), str(run.state)]
    assert subprocess.run(words, check=True, capture_output=True, text=True).stdout == "exited True\n"
