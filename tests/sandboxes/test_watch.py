"""The verdict follows the evidence, in its order, whatever the program printed or returned."""

import os
import signal
import struct
from collections.abc import Iterable
from pathlib import Path

import pytest

from gradewright.errors import SandboxError
from gradewright.model.run import Box, EndingKind, HostRoot, Limits, Role, Slot, Step, StepResult
from gradewright.sandboxes import wire
from gradewright.sandboxes.group import Counters
from gradewright.sandboxes.watch import supervise

SLOT = Slot(number=0, directory=Path("/nowhere"), first_uid=0)
STARTED = (b"r", b"")


def ended(status: int = 0, reason: wire.Reason = wire.Reason.BY_ITSELF, cpu: float = 0.0) -> tuple[bytes, bytes]:
    return b"s", struct.pack("<IIQQQ", status, reason, 10**7, int(cpu * 1e6), 4096)


def killed(reason: wire.Reason = wire.Reason.TOLD_TO) -> tuple[bytes, bytes]:
    return ended(signal.SIGKILL, reason)


class ScriptedLine:
    """Says its lines one after the other; after `silent_until_killed` only once it was told to kill."""

    def __init__(self, frames: Iterable[tuple[bytes, bytes]], after_kill: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self._frames, self._after_kill = list(frames), list(after_kill)
        self.heard: list[bytes] = []
        self.destroyed = False

    def receive(self, timeout: float) -> bytes | None:
        if not self._frames and wire.KILL in self.heard:
            self._frames, self._after_kill = self._after_kill, []
        if self._frames:
            letter, payload = self._frames.pop(0)
            return struct.pack("<cI", letter, len(payload)) + payload
        return b"" if self.destroyed or wire.KILL in self.heard else None

    def send(self, data: bytes, timeout: float) -> None:
        self.heard.append(data)

    def destroy(self) -> None:
        self.destroyed = True

    def complaint(self) -> str:
        return "its own words"


class ScriptedMeter:
    def __init__(self, cpu: float = 0.0, oom_kills: int = 0, *, memory_full: bool | None = None) -> None:
        self._counters = Counters(cpu_seconds=cpu, oom_kills=oom_kills, peak_bytes=7, memory_full=memory_full)

    def cpu_seconds(self) -> float:
        return self._counters.cpu_seconds

    def oom_kills(self) -> int:
        return self._counters.oom_kills

    def counters(self) -> Counters:
        return self._counters


def watch(
    line: ScriptedLine, meter: ScriptedMeter | None = None, box: Box | None = None, **limits: float
) -> StepResult:
    step = Step(name="s", role=Role.STUDENT, root=HostRoot(), argv=("x",), limits=Limits(**limits))  # type: ignore[arg-type]
    configuration = wire.Configuration(argv=["x"], env=[], cwd="/")
    return supervise(
        line, meter or ScriptedMeter(), step, box or Box(slot=SLOT), configuration, sandbox="scripted", enforcement={}
    )


END = (b"z", b"")


@pytest.mark.parametrize(
    ("status", "kind", "number"),
    [
        (0, EndingKind.EXITED, 0),
        (137 << 8, EndingKind.EXITED, 137),  # what a forger of "killed" returns
        (signal.SIGKILL, EndingKind.SIGNALLED, 9),
        (signal.SIGSEGV | 0x80, EndingKind.SIGNALLED, 11),
    ],
)
def test_an_exit_code_is_not_a_signal(status: int, kind: EndingKind, number: int) -> None:
    ending = watch(ScriptedLine([STARTED, ended(status), END])).ending
    assert (ending.kind, ending.exit_code if kind is EndingKind.EXITED else ending.signal) == (kind, number)


def test_killed_for_memory_counts_even_if_the_program_then_exits_well() -> None:
    result = watch(ScriptedLine([STARTED, ended(0), END]), ScriptedMeter(oom_kills=1))
    assert result.ending.kind is EndingKind.OUT_OF_MEMORY


def test_what_is_killed_because_the_machine_has_no_memory_left_has_no_verdict() -> None:
    with pytest.raises(SandboxError, match="no memory left"):
        watch(ScriptedLine([STARTED, ended(9), END]), ScriptedMeter(oom_kills=1, memory_full=False))


def test_killed_for_memory_comes_before_cpu_time() -> None:
    result = watch(ScriptedLine([STARTED, ended(0), END]), ScriptedMeter(cpu=9, oom_kills=1), cpu_seconds=1.0)
    assert result.ending.kind is EndingKind.OUT_OF_MEMORY


def test_cpu_time_used_up_counts_even_if_the_program_ended_in_time() -> None:
    result = watch(ScriptedLine([STARTED, ended(0), END]), ScriptedMeter(cpu=1.5), cpu_seconds=1.0)
    assert result.ending.kind is EndingKind.CPU_TIME


def test_cpu_time_comes_before_wall_time() -> None:
    line = ScriptedLine([STARTED], after_kill=[killed(), END])
    assert watch(line, ScriptedMeter(cpu=2), cpu_seconds=1.0, wall_seconds=0.0).ending.kind is EndingKind.CPU_TIME


def test_the_wall_clock_ends_a_program_that_sleeps() -> None:
    line = ScriptedLine([STARTED], after_kill=[killed(), END])
    assert watch(line, wall_seconds=0.01).ending.kind is EndingKind.WALL_TIME
    assert wire.KILL in line.heard


def test_output_is_cut_at_the_limit_and_comes_before_everything() -> None:
    line = ScriptedLine([STARTED, (b"o", b"x" * 80), (b"e", b"y" * 80)], after_kill=[killed(), END])
    result = watch(line, ScriptedMeter(oom_kills=1), output_bytes=100)
    assert result.ending.kind is EndingKind.OUTPUT_LIMIT
    assert (len(result.stdout), len(result.stderr), result.truncated) == (80, 20, True)
    assert result.usage.output_bytes == 160


def test_output_of_exactly_the_limit_is_fine() -> None:
    result = watch(ScriptedLine([STARTED, (b"o", b"x" * 100), ended(), END]), output_bytes=100)
    assert (result.ending.kind, result.truncated) == (EndingKind.EXITED, False)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [(wire.Reason.MEMORY_POLL, EndingKind.OUT_OF_MEMORY), (wire.Reason.CPU_POLL, EndingKind.CPU_TIME)],
)
def test_what_init_watched_itself_is_believed(reason: wire.Reason, kind: EndingKind) -> None:
    assert watch(ScriptedLine([STARTED, killed(reason), END]), cpu_seconds=1.0).ending.kind is kind


def test_a_program_that_ended_just_before_the_kill_keeps_its_own_ending() -> None:
    line = ScriptedLine([STARTED], after_kill=[ended(0), END])
    assert watch(line, wall_seconds=0.0).ending.kind is EndingKind.EXITED


def test_an_init_that_does_not_obey_is_destroyed() -> None:
    line = ScriptedLine([STARTED], after_kill=[(b"o", b"still here")])
    result = watch(line, wall_seconds=0.0)
    assert result.ending.kind is EndingKind.WALL_TIME


def test_somebody_may_ask_to_stop() -> None:
    line = ScriptedLine([STARTED], after_kill=[killed(), END])
    result = watch(line, box=Box(slot=SLOT, cancelled=lambda: True))
    assert result.ending.kind is EndingKind.CANCELLED


def test_a_sandbox_that_dies_without_evidence_is_our_fault_and_never_a_verdict() -> None:
    line = ScriptedLine([STARTED])
    line.destroyed = True
    with pytest.raises(SandboxError, match="its own words"):
        watch(line)


def test_a_sandbox_that_the_kernel_killed_for_memory_is_a_verdict() -> None:
    line = ScriptedLine([STARTED])
    line.destroyed = True
    assert watch(line, ScriptedMeter(oom_kills=1)).ending.kind is EndingKind.OUT_OF_MEMORY


def test_init_that_cannot_prepare_is_our_fault() -> None:
    with pytest.raises(SandboxError, match="capset"):
        watch(ScriptedLine([(b"!", struct.pack("<I", 1) + b"capset")]))


def test_a_program_that_cannot_start_says_which_and_why() -> None:
    result = watch(ScriptedLine([(b"X", struct.pack("<I", 8) + b"/grader/run"), END]))
    assert result.ending.kind is EndingKind.NOT_STARTED
    assert result.ending.detail == f"{os.strerror(8)}: /grader/run"


def test_nonsense_from_the_sandbox_is_our_fault() -> None:
    with pytest.raises(SandboxError, match="nonsense"):
        watch(ScriptedLine([(b"?", b"")]))
