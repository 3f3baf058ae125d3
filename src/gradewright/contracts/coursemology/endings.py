"""What an ending means, by the kernel's evidence and not by what somebody printed (coursemology 2.5)."""

from __future__ import annotations

from collections.abc import Iterable
from signal import Signals

from gradewright.model.run import MIB, EndingKind, Limits, Step, StepResult

TIME_OR_MEMORY = frozenset({EndingKind.CPU_TIME, EndingKind.WALL_TIME, EndingKind.OUT_OF_MEMORY})
TESTS_FAILED, KILLED = 2, 137  # exit codes of the original's entry script
ENDLESS = "Look for a loop or a recursion that never ends, or for a faster way."


def verdict(result: StepResult) -> str:
    """The word of the catalogue for a test case that a step should have reported and did not."""
    kind = result.ending.kind
    return "no-result" if kind in (EndingKind.EXITED, EndingKind.SKIPPED) else str(kind)


def explained(step: Step, result: StepResult, subject: str) -> str:
    """Sentences for the student on a step that did not end by itself; empty if it did."""
    limits, ending = step.limits, result.ending
    match ending.kind:
        case EndingKind.CPU_TIME:
            return f"{subject} used more than {limits.cpu_seconds or 0:g} seconds of processor time. {ENDLESS}"
        case EndingKind.WALL_TIME:
            return f"{subject} did not end within {limits.wall_seconds:g} seconds. {ENDLESS}"
        case EndingKind.OUT_OF_MEMORY:
            return f"{subject} needed more than {_size(limits.memory_bytes)} of memory. Look for what grows and grows."
        case EndingKind.OUTPUT_LIMIT:
            return f"{subject} printed more than {_size(limits.output_bytes)}. Look for a loop that prints."
        case EndingKind.DISK_LIMIT:
            return f"{subject} wrote more than {_disk(limits)}. Look for a loop that writes."
        case EndingKind.SIGNALLED:
            return f"{subject} crashed: {_signal(ending.signal)}."
        case EndingKind.NOT_STARTED:
            return f"{subject} could not be started: {ending.detail or step.argv[0]}."
        case _:
            return ""


def original_exit_code(results: Iterable[StepResult], tests: frozenset[str]) -> int:
    """What the original's container would have exited with; `tests` are the steps that test each on its own."""
    codes = [(result, _code(result)) for result in results if result.ending.kind is not EndingKind.SKIPPED]
    if any(result.ending.kind in TIME_OR_MEMORY for result, _ in codes):
        return KILLED
    fatal = next((code for result, code in codes if code and result.step not in tests), 0)
    return fatal or (TESTS_FAILED if any(code for _, code in codes) else 0)


def _code(result: StepResult) -> int:
    return result.ending.exit_code if result.ending.exit_code is not None else KILLED


def _size(count: int) -> str:
    return f"{count // MIB} MiB" if count >= MIB else f"{count} bytes"


def _disk(limits: Limits) -> str:
    return f"{_size(limits.disk_bytes)} or {limits.disk_files} files"


def _signal(number: int | None) -> str:
    try:
        return f"it was ended by {Signals(number or 0).name}"
    except ValueError:
        return f"it was ended by signal {number}"
