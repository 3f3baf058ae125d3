"""The supervisor of one step: clocks, caps, the kill, and the verdict. The same for every sandbox.

A sandbox starts init behind a `Line` and hands it over with a `Meter`. What the student's program prints or how it
exits never decides between verdicts: counters of the kernel and our own clocks do, in this order: output limit, killed
for memory, CPU time, wall time, signal, exit code.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from gradewright.errors import SandboxError
from gradewright.model.run import Box, Ending, EndingKind, Limits, OutputFile, Step, StepResult, Usage
from gradewright.sandboxes import wire
from gradewright.sandboxes.group import Counters

if TYPE_CHECKING:
    from gradewright.sandboxes.mailbox import PostServer

START_SECONDS = 60.0  # for a sandbox to come up, images of slow runtimes included
KILL_SECONDS = 2.0  # for init to kill, reap and report
GATHERED_BYTES = 1 << 16  # what a pipe holds
FRESH_SECONDS = 0.005  # for which what was read of the counters will do
TICK_SECONDS = 0.1  # between two looks at the counters, at most


class Line(Protocol):
    """The connection to an init, and the power to end its sandbox."""

    def receive(self, timeout: float) -> bytes | None:
        """What init has said: b"" at the end of the line, None if it said nothing within `timeout` seconds."""

    def send(self, data: bytes, timeout: float) -> None:
        """Say something to init. Raises `SandboxError` if it cannot be said in time or nobody is there."""

    def destroy(self) -> None:
        """Kill the sandbox from outside, at once."""

    def complaint(self) -> str:
        """What the sandbox's own program wrote to its stderr."""


class Meter(Protocol):
    """The kernel's counters for the step; `group.Group` is one."""

    def cpu_seconds(self) -> float: ...

    def oom_kills(self) -> int: ...

    def counters(self) -> Counters: ...


class Unmetered:
    """For where no control group can be made: init itself watches."""

    def cpu_seconds(self) -> float:
        return 0.0

    def oom_kills(self) -> int:
        return 0

    def counters(self) -> Counters:
        return Counters()


def supervise(
    line: Line,
    meter: Meter,
    step: Step,
    box: Box,
    configuration: wire.Configuration,
    *,
    sandbox: str,
    enforcement: Mapping[str, str],
    disk_excess: Callable[[], str] = str,
) -> StepResult:
    """Run a step whose init waits at the other end of `line`, and say how it ended.

    `disk_excess` is asked now and then and says which disk limit is exceeded, for sandboxes in which no file system
    enforces it. Raises `SandboxError` if the sandbox failed before there was a verdict.
    """
    watch = _Watch(
        line=line,
        meter=meter,
        limits=step.limits,
        cancelled=box.cancelled,
        disk_excess=disk_excess,
        mailbox=_mailbox(step),
    )
    watch.open(wire.opening(configuration, box.files))
    watch.follow()
    return StepResult(
        step=step.name,
        ending=watch.ending(),
        usage=watch.usage(),
        stdout=bytes(watch.stdout),
        stderr=bytes(watch.stderr),
        truncated=watch.truncated,
        outputs=tuple(watch.outputs),
        posts=watch.mailbox.posts if watch.mailbox else (),
        sandbox=sandbox,
        enforcement=enforcement,
    )


@dataclass(kw_only=True)
class _Watch:
    """What is known of a running step. Lives for one call of `supervise`."""

    line: Line
    meter: Meter
    limits: Limits
    cancelled: Callable[[], bool]
    disk_excess: Callable[[], str]
    mailbox: PostServer | None = None
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    output_bytes: int = 0
    truncated: bool = False
    outputs: list[OutputFile] = field(default_factory=list)
    started_at: float | None = None
    stopping: Ending | None = None  # what we decided to kill it for
    stopping_at: float = 0.0
    ended: wire.Ended | None = None
    not_started: Ending | None = None
    complete: bool = False  # init has said everything
    counters: Counters = field(default_factory=Counters)
    used_seconds: float = 0.0  # of CPU time, when the counters were last read
    oom_kills: int = 0
    read_at: float = 0.0

    def open(self, frames: Iterable[bytes]) -> None:
        for data in _gathered(frames):
            self.line.send(data, START_SECONDS)

    def follow(self) -> None:
        """Until init has said everything, or is gone."""
        frames = wire.FrameReader()
        began = time.monotonic()
        while not self.complete:
            data = self.line.receive(self._patience())
            if data == b"":
                break
            for letter, payload in _checked(frames, data or b""):
                self._hear(letter, payload)
            if self.started_at is None and time.monotonic() - began > START_SECONDS:
                raise SandboxError(
                    f"The sandbox did not start within {START_SECONDS:.0f} seconds. {self.line.complaint()}".strip()
                )
            self._look()
        if self.ended is None:
            self.counters = self.meter.counters()
        if self.complete:
            self.line.send(wire.QUIT, KILL_SECONDS)

    def _patience(self) -> float:
        """Seconds until it makes sense to look again: CPU time cannot be used faster than the cores allow."""
        if self.started_at is None or self.stopping:
            return TICK_SECONDS
        wall_left = self.started_at + self.limits.wall_seconds - time.monotonic()
        cpu_left = TICK_SECONDS
        if self.limits.cpu_seconds is not None:
            cpu_left = max(FRESH_SECONDS, (self.limits.cpu_seconds - self.used_seconds) / max(self.limits.cores, 1.0))
        return max(0.0, min(TICK_SECONDS, wall_left, cpu_left))

    def _hear(self, letter: bytes, payload: bytes) -> None:
        match letter:
            case b"r":
                self.started_at = time.monotonic()
            case b"o":
                self._collect(self.stdout, payload)
            case b"e":
                self._collect(self.stderr, payload)
            case b"s":
                self.ended = wire.decode_ended(payload)
                self.counters = self.meter.counters()  # before init uses time for bringing files out
            case b"F":
                self.outputs.append(wire.decode_file(payload))
            case b"n" if self.mailbox:
                self.mailbox.opened(payload)
            case b"m" if self.mailbox:
                self._tell_callers(self.mailbox.heard(payload))
            case b"X":
                number, what = wire.decode_error(payload)
                self.not_started = Ending(kind=EndingKind.NOT_STARTED, detail=f"{os.strerror(number)}: {what}")
            case b"!":
                number, what = wire.decode_error(payload)
                raise SandboxError(f"The sandbox could not be prepared: {what}: {os.strerror(number)}.")
            case b"z":
                self.complete = True

    def _collect(self, stream: bytearray, data: bytes) -> None:
        self.output_bytes += len(data)
        room = self.limits.output_bytes - len(self.stdout) - len(self.stderr)
        stream += data[: max(room, 0)]
        if len(data) > room:
            self.truncated = True
            self._stop(EndingKind.OUTPUT_LIMIT, _output_detail(self.limits))

    def _tell_callers(self, frames: Iterable[bytes]) -> None:
        for frame in frames:
            self.line.send(frame, KILL_SECONDS)

    def _look(self) -> None:
        """At the clocks and counters; called after everything that happens, and at least every tick."""
        if self.started_at is None or self.complete or self.ended:
            return
        limits = self.limits
        self._read_counters()
        if self.mailbox:
            self._tell_callers(self.mailbox.look())
        if self.stopping:
            if time.monotonic() > self.stopping_at + KILL_SECONDS:
                self.line.destroy()
        elif self.cancelled():
            self._stop(EndingKind.CANCELLED, "stopped on request")
        elif self.oom_kills:
            self._stop(EndingKind.OUT_OF_MEMORY, _memory_detail(limits))
        elif limits.cpu_seconds is not None and self.used_seconds >= limits.cpu_seconds:
            self._stop(EndingKind.CPU_TIME, _cpu_detail(limits))
        elif time.monotonic() >= self.started_at + limits.wall_seconds:
            self._stop(EndingKind.WALL_TIME, f"ran longer than {limits.wall_seconds:g} seconds")
        elif excess := self.disk_excess():
            self._stop(EndingKind.DISK_LIMIT, excess)

    def _read_counters(self) -> None:
        """Afresh, but not after each of many messages."""
        if (now := time.monotonic()) >= self.read_at + FRESH_SECONDS:
            self.read_at, self.used_seconds = now, self.meter.cpu_seconds()
            self.oom_kills = self.meter.oom_kills()

    def _stop(self, kind: EndingKind, detail: str) -> None:
        if self.stopping:
            return
        self.stopping, self.stopping_at = Ending(kind=kind, detail=detail), time.monotonic()
        self.line.send(wire.KILL, KILL_SECONDS)

    def ending(self) -> Ending:
        """The verdict. Raises `SandboxError` if there is no evidence for any."""
        if self.not_started:
            return self.not_started
        if self.stopping and self.stopping.kind is EndingKind.CANCELLED:
            return self.stopping
        if self.truncated:
            return Ending(kind=EndingKind.OUTPUT_LIMIT, detail=_output_detail(self.limits))
        if self.counters.oom_kills:
            if self.counters.memory_full is False:
                raise SandboxError("This machine had no memory left: the kernel ended a program within its limit.")
            return Ending(kind=EndingKind.OUT_OF_MEMORY, detail=_memory_detail(self.limits))
        if self.ended is None:
            return self._ending_without_report()
        limit = self.limits.cpu_seconds
        match self.ended.reason:
            case wire.Reason.MEMORY_POLL:
                return Ending(kind=EndingKind.OUT_OF_MEMORY, detail=_memory_detail(self.limits))
            case wire.Reason.CPU_POLL:
                return Ending(kind=EndingKind.CPU_TIME, detail=_cpu_detail(self.limits))
        if limit is not None and self._cpu_seconds() >= limit:
            return Ending(kind=EndingKind.CPU_TIME, detail=_cpu_detail(self.limits))
        if self.stopping and self.ended.reason is wire.Reason.TOLD_TO:
            return self.stopping
        if os.WIFSIGNALED(self.ended.wait_status):
            return Ending(kind=EndingKind.SIGNALLED, signal=os.WTERMSIG(self.ended.wait_status))
        return Ending(kind=EndingKind.EXITED, exit_code=os.WEXITSTATUS(self.ended.wait_status))

    def _ending_without_report(self) -> Ending:
        if self.stopping:
            return self.stopping
        raise SandboxError(f"The sandbox ended without a report. {self.line.complaint()}".strip())

    def usage(self) -> Usage:
        ended = self.ended
        peak = self.counters.peak_bytes
        return Usage(
            wall_seconds=ended.wall_seconds if ended else self._wall_seconds(),
            cpu_seconds=self._cpu_seconds(),
            memory_bytes=peak if peak is not None else (ended.peak_bytes if ended else None),
            output_bytes=self.output_bytes,
            processes_refused=self.counters.forks_refused,
        )

    def _wall_seconds(self) -> float:
        return time.monotonic() - self.started_at if self.started_at is not None else 0.0

    def _cpu_seconds(self) -> float:
        return max(self.counters.cpu_seconds, self.ended.cpu_seconds if self.ended else 0.0)


def _mailbox(step: Step) -> PostServer | None:
    if step.mailbox is None:
        return None
    from gradewright.sandboxes.mailbox import PostServer  # only graders that post need it

    return PostServer(step.mailbox, step.env[step.mailbox.proof])


def _gathered(frames: Iterable[bytes]) -> Iterator[bytes]:
    """Many small frames at once, so that neither side wakes up for each."""
    waiting = bytearray()
    for frame in frames:
        waiting += frame
        if len(waiting) >= GATHERED_BYTES:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


def _checked(frames: wire.FrameReader, data: bytes) -> list[tuple[bytes, bytes]]:
    try:
        return list(frames.feed(data))
    except ValueError as error:
        raise SandboxError(f"The sandbox speaks nonsense: {error}.") from error


def _output_detail(limits: Limits) -> str:
    return f"wrote more than {limits.output_bytes} bytes"


def _memory_detail(limits: Limits) -> str:
    return f"used more than {limits.memory_bytes // (1024 * 1024)} MiB of memory"


def _cpu_detail(limits: Limits) -> str:
    return f"used more than {limits.cpu_seconds:g} seconds of CPU time"
