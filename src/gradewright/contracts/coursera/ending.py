"""What to say when the grader did not end well: which limit, and what to do (coursera 4.2, 4.3)."""

from __future__ import annotations

import signal
from typing import NamedTuple

from gradewright.model.run import MIB, Ending, EndingKind, ImageRoot, Limits, Step, StepResult

UNCLEAN = "The grade command did not exit cleanly within the container. Exit code: {code}"
CLEAN_EXIT = "A grader must exit with code 0 once it has given its verdict, whatever the verdict is."


class Excess(NamedTuple):
    """A limit that was hit: what happened, what to look for, and where to raise the limit."""

    what: str
    cause: str
    key: str
    flag: str = ""


EXCESSES = {
    EndingKind.WALL_TIME: Excess(
        what="The grader did not complete within the required timeout of {wall} seconds.",
        cause="an endless loop, or for something that waits",
        key="wall_seconds",
        flag="--timeout",
    ),
    EndingKind.CPU_TIME: Excess(
        what="The grader used more than {cpu} seconds of CPU time.",
        cause="an endless loop",
        key="cpu_seconds",
    ),
    EndingKind.OUT_OF_MEMORY: Excess(
        what="The grader needed more than its {memory} of memory and was killed.",
        cause="what grows without end",
        key="memory",
        flag="--mem-limit",
    ),
    EndingKind.OUTPUT_LIMIT: Excess(
        what="The grader printed more than {output} and was stopped.",
        cause="what prints without end",
        key="output",
    ),
    EndingKind.DISK_LIMIT: Excess(
        what="The grader wrote more than {disk} or {files} files and was stopped.",
        cause="what writes without end",
        key="disk",
    ),
}


def complaints(step: Step, result: StepResult) -> tuple[str, ...]:
    """Why this ending breaks the contract and what to do about it; nothing if the grader exited with code 0."""
    ending = result.ending
    if ending.kind in EXCESSES:
        return _over_limit(EXCESSES[ending.kind], step.limits)
    match ending.kind:
        case EndingKind.EXITED:
            return () if ending.exit_code == 0 else _unclean(ending.exit_code or 0, result)
        case EndingKind.SIGNALLED:
            return f"The grader was killed by {_signal_name(ending)}.", _last_words(result) or CLEAN_EXIT
        case EndingKind.NOT_STARTED:
            return f"The grader could not be started: {ending.detail or step.argv[0]}.", _not_started(step, ending)
        case _:
            return (f"The grader did not run to its end: {ending}.",)


def _over_limit(excess: Excess, limits: Limits) -> tuple[str, str]:
    what = excess.what.format(
        wall=f"{limits.wall_seconds:g}",
        cpu=f"{limits.cpu_seconds or 0:g}",
        memory=_size(limits.memory_bytes),
        output=_size(limits.output_bytes),
        disk=_size(limits.disk_bytes),
        files=limits.disk_files,
    )
    where = f"with {excess.flag}, or " if excess.flag else ""
    return what, (
        f"Look in the grader, and in the submission that it runs, for {excess.cause}; "
        f"or raise the limit {where}with {excess.key} below [limits] in grader.toml."
    )


def _unclean(code: int, result: StepResult) -> tuple[str, ...]:
    return UNCLEAN.format(code=code), _exit_hint(code) or _last_words(result) or CLEAN_EXIT


def _exit_hint(code: int) -> str:
    match code:
        case 126:
            return "126 is how a shell says that a file may not be executed; let everybody do so with chmod a+rx."
        case 127:
            return "127 is how a shell says that a program is not there; look at the names in the grader's script."
    return ""


def _last_words(result: StepResult) -> str:
    """The line in which a traceback on stderr ends."""
    lines = result.stderr[-64 * 1024 :].decode(errors="replace").strip().splitlines()
    if not any(line.startswith("Traceback (most recent call last)") for line in lines):
        return ""
    return f"Its last words are {lines[-1][:200]!r}. {CLEAN_EXIT}"


def _not_started(step: Step, ending: Ending) -> str:
    detail, program = ending.detail.lower(), step.argv[0]
    if "exec format" in detail:
        built = f" The image was built for {step.root.image.architecture}." if isinstance(step.root, ImageRoot) else ""
        return (
            f"{program} is neither a program of this machine's architecture nor a script with a first line such as "
            f"#!/bin/sh.{built} Rebuild it for this architecture, or add that line."
        )
    if "permission" in detail:
        return f"Let everybody execute it and enter the directories above it: chmod a+rx {program} in the Dockerfile."
    if "no such file" in detail or "not found" in detail:
        return (
            f"Either {program} is not in the {_place(step)}; or the program that its first line (#!) names is not; or "
            "that line ends in CRLF, as Windows writes it (sed -i 's/\\r$//' mends that). `gradewright sanity` tells."
        )
    return f"See whether the {_place(step)} holds {program} as an executable file: gradewright sanity tells."


def _place(step: Step) -> str:
    root = step.root
    return f"image {root.image.reference}" if isinstance(root, ImageRoot) else "grader's directory"


def _size(count: int) -> str:
    return f"{count // MIB} MiB" if count >= MIB else f"{count} bytes"


def _signal_name(ending: Ending) -> str:
    try:
        return f"signal {ending.signal} ({signal.Signals(ending.signal or 0).name})"
    except ValueError:
        return f"signal {ending.signal}"
