"""What to tell a student whose program did not end by itself: what happened, and what to try."""

from __future__ import annotations

from signal import Signals
from typing import TYPE_CHECKING

from gradewright.contracts.cases.showing import tail
from gradewright.model.run import MIB, Ending, EndingKind, Limits

if TYPE_CHECKING:
    from gradewright.model.run import Step, StepResult

SIGNALS = {
    Signals.SIGSEGV: "It used memory that is not its own. Look for an index that is out of bounds, a pointer to "
    "nothing or to something freed, and a recursion without end.",
    Signals.SIGBUS: "It used memory in a way that the machine cannot do. Look for wrong pointers.",
    Signals.SIGFPE: "It made an arithmetic error, mostly a division of whole numbers by zero.",
    Signals.SIGABRT: "It gave up by itself: an assertion failed, an exception was not caught, or memory was damaged.",
    Signals.SIGILL: "It ran into something that is no instruction. Look for functions that should return and do not.",
    Signals.SIGSYS: "It asked the system for something that is not allowed here.",
    Signals.SIGXFSZ: "It wrote a larger file than is allowed.",
}
NAMES = {Signals.SIGSEGV: "segmentation fault", Signals.SIGFPE: "arithmetic error", Signals.SIGABRT: "abort"}


def explained(step: Step, result: StepResult, subject: str = "Your program") -> str:
    """Sentences for the student on an ending that is not an exit."""
    limits, ending = step.limits, result.ending
    match ending.kind:
        case EndingKind.SIGNALLED:
            return f"{subject} crashed: it was ended by {signal_name(ending)}. {_signal_meaning(ending)}".rstrip()
        case EndingKind.OUT_OF_MEMORY:
            return (
                f"{subject} needed more than the {size(limits.memory_bytes)} of memory that are allowed. Look for a "
                "list that grows without end, or keep less in memory at the same time."
            )
        case EndingKind.CPU_TIME:
            return f"{subject} computed for more than the {_cpu(limits)} that are allowed. {ENDLESS}"
        case EndingKind.WALL_TIME:
            return (
                f"{subject} was still running after {limits.wall_seconds:g} seconds and was stopped. {ENDLESS} "
                "It may also wait for input that never comes."
            )
        case EndingKind.OUTPUT_LIMIT:
            return (
                f"{subject} printed more than the {size(limits.output_bytes)} that are allowed and was stopped. "
                "Look for a loop that prints without end."
            )
        case EndingKind.DISK_LIMIT:
            return (
                f"{subject} wrote more than the {size(limits.disk_bytes)} or {limits.disk_files} files that are "
                "allowed. Look for a loop that writes without end."
            )
        case _:
            return f"{subject} could not be started: {ending.detail or step.argv[0]}."


ENDLESS = "Look for a loop or a recursion that never ends, or for a faster way."


def last_words(result: StepResult) -> str:
    """The end of what the program wrote on standard error, with a heading; empty if there is nothing."""
    words = tail(result.stderr)
    return f"The last lines that it wrote on standard error:\n{words}" if words else ""


def refused_processes(step: Step, result: StepResult) -> str:
    if not result.usage.processes_refused:
        return ""
    return f"It tried to have more than the {step.limits.processes} processes and threads that are allowed."


def size(count: int) -> str:
    return f"{count // MIB} MiB" if count >= MIB else f"{count} bytes"


def signal_name(ending: Ending) -> str:
    try:
        signal = Signals(ending.signal or 0)
    except ValueError:
        return f"signal {ending.signal}"
    return f"{signal.name} ({NAMES[signal]})" if signal in NAMES else signal.name


def _signal_meaning(ending: Ending) -> str:
    return next((meaning for signal, meaning in SIGNALS.items() if signal == ending.signal), "")


def _cpu(limits: Limits) -> str:
    return f"{limits.cpu_seconds or 0:g} seconds of processor time"
