"""What to say when the grader did not end well: which limit, and what to do (coursera 4.2, 4.3)."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from gradewright.model.run import MIB, Ending, EndingKind, ImageRoot, Step, StepResult

if TYPE_CHECKING:
    from gradewright.model.image import Image

UNCLEAN = "The grade command did not exit cleanly within the container. Exit code: {code}"
CLEAN_EXIT = "A grader must exit with code 0 once it has given its verdict, whatever the verdict is."


def complaints(step: Step, result: StepResult) -> tuple[str, ...]:
    """Why this ending breaks the contract and what to do about it; nothing if the grader exited with code 0."""
    limits, ending = step.limits, result.ending
    match ending.kind:
        case EndingKind.EXITED:
            return () if ending.exit_code == 0 else _unclean(ending.exit_code or 0, result)
        case EndingKind.SIGNALLED:
            return (f"The grader was killed by {_signal_name(ending)}.", _last_words(result) or CLEAN_EXIT)
        case EndingKind.WALL_TIME:
            return (
                f"The grader did not complete within the required timeout of {limits.wall_seconds:g} seconds.",
                _look("an endless loop, or for something that waits", "--timeout", "wall_seconds"),
            )
        case EndingKind.CPU_TIME:
            return (
                f"The grader used more than {limits.cpu_seconds or 0:g} seconds of CPU time.",
                _look("an endless loop", "", "cpu_seconds"),
            )
        case EndingKind.OUT_OF_MEMORY:
            return (
                f"The grader needed more than its {limits.memory_bytes // MIB} MiB of memory and was killed.",
                _look("what grows without end", "--mem-limit", "memory"),
            )
        case EndingKind.OUTPUT_LIMIT:
            return (
                f"The grader printed more than {_size(limits.output_bytes)} and was stopped.",
                _look("what prints without end", "", "output"),
            )
        case EndingKind.DISK_LIMIT:
            return (
                f"The grader wrote more than {_size(limits.disk_bytes)} or {limits.disk_files} files and was stopped.",
                _look("what writes without end", "", "disk"),
            )
        case EndingKind.NOT_STARTED:
            return (f"The grader could not be started: {ending.detail or step.argv[0]}.", _not_started(step, ending))
        case EndingKind.CANCELLED | EndingKind.SKIPPED:
            return (f"The grader did not run to its end: {ending}.",)


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


def _look(cause: str, flag: str, key: str) -> str:
    where = f"with {flag}, or " if flag else ""
    return (
        f"Look in the grader, and in the submission that it runs, for {cause}; "
        f"or raise the limit {where}with {key} below [limits] in grader.toml."
    )


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
    return f"image {_name(root.image)}" if isinstance(root, ImageRoot) else "grader's directory"


def _name(image: Image) -> str:
    return image.reference or image.digest


def _size(count: int) -> str:
    return f"{count // MIB} MiB" if count >= MIB else f"{count} bytes"


def _signal_name(ending: Ending) -> str:
    try:
        return f"signal {ending.signal} ({signal.Signals(ending.signal or 0).name})"
    except ValueError:
        return f"signal {ending.signal}"
