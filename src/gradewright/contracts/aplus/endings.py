"""What to say of a container that posted nothing: how it ended, and what to do (A+ spec 4.2)."""

from __future__ import annotations

import re
import signal

from gradewright.model.run import MIB, Ending, EndingKind, Limits, StepResult

NO_RESULT = "The grader gave no result, so there are no points, and none are lost."
LOG_TELLS = "Its log tells why. A command that may fail should be followed by others, or by `exit 0`."
POST = "It must call `grade`, or post to $REC/container-post itself, before it ends."
FAILED = re.compile(
    r"^(?:Received )?exit code ([0-9]{1,3})\b", re.MULTILINE
)  # as /gw notes it, ours and grading-base's
SHELL_CODES = {
    126: "126 is how a shell says that a file may not be executed: chmod a+x it.",
    127: "127 is how a shell says that a program is not there: look at the names in cmd and in the grader's script.",
}


def why_silent(result: StepResult, limits: Limits) -> tuple[str, ...]:
    """What happened, and what the author should do about it."""
    return NO_RESULT, _what(result.ending, limits), _remedy(result.ending)


def why_pointless(log: str) -> tuple[str, ...]:
    """Why a result without points and feedback is none: the grader's command failed. Empty if its log says no such."""
    codes = FAILED.findall(log)
    if not codes:
        return ()
    code = int(codes[-1])
    by_signal = f": it was killed by signal {code - 128}{_name(code - 128)}" if code > 128 else ""
    what = f"The grader's command ended with exit code {code}{by_signal}, before it gave points or feedback."
    return NO_RESULT, what, SHELL_CODES.get(code, LOG_TELLS)


def oddity(result: StepResult, limits: Limits) -> str:
    """What staff should know of a container that posted its result and did not end well then; empty if it did."""
    return "" if result.succeeded() else f"After its result was posted: {_what(result.ending, limits)}"


def _what(ending: Ending, limits: Limits) -> str:
    match ending.kind:
        case EndingKind.EXITED:
            return f"The container ended with exit code {ending.exit_code}."
        case EndingKind.SIGNALLED:
            return f"The container was killed by signal {ending.signal}{_name(ending.signal or 0)}."
        case EndingKind.WALL_TIME:
            return f"The container ran longer than {limits.wall_seconds:g} seconds and was stopped."
        case EndingKind.CPU_TIME:
            return f"The container used more than {limits.cpu_seconds or 0:g} seconds of CPU time and was stopped."
        case EndingKind.OUT_OF_MEMORY:
            return f"The container needed more than {limits.memory_bytes // MIB} MiB of memory and was killed."
        case EndingKind.OUTPUT_LIMIT:
            return f"The container printed more than {limits.output_bytes} bytes and was stopped."
        case EndingKind.DISK_LIMIT:
            return f"The container wrote more than {limits.disk_bytes // MIB} MiB and was stopped."
        case EndingKind.NOT_STARTED:
            return f"The container could not be started: {ending.detail}."
        case _:
            return f"The container did not run to its end: {ending}."


def _remedy(ending: Ending) -> str:
    match ending.kind:
        case EndingKind.EXITED:
            return SHELL_CODES.get(ending.exit_code or 0, POST)
        case EndingKind.WALL_TIME | EndingKind.CPU_TIME:
            return (
                "Look for an endless loop in the grader, and give what it runs a limit of its own, as with `timeout`."
            )
        case EndingKind.OUT_OF_MEMORY:
            return "Look for what grows without end, or ask for more with `resources`, as far as the operator allows."
        case EndingKind.OUTPUT_LIMIT | EndingKind.DISK_LIMIT:
            return "Look in the grader, and in what it runs, for what writes without end."
        case EndingKind.NOT_STARTED:
            return (
                "See whether cmd names a file that is there, is executable, and starts with a line such as #!/bin/sh."
            )
        case _:
            return POST


def _name(number: int) -> str:
    try:
        return f" ({signal.Signals(number).name})"
    except ValueError:
        return ""
