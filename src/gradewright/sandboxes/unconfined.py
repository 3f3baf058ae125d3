"""No walls at all: the program runs as an ordinary process of this machine. Only ever on an explicit request.

Writable directories and mounts are made below the slot's directory, and wherever a word of the step names one of their
paths it is replaced. Limits, the seccomp filter and the kill of every descendant still work; files and the network of
this machine are open to the program.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from gradewright.errors import SandboxError
from gradewright.model.machine import Machine
from gradewright.model.run import Box, HostRoot, OutputFile, PlacedFile, Slot, Step, StepResult
from gradewright.sandboxes import init, wire
from gradewright.sandboxes.group import Group
from gradewright.sandboxes.kept import group_for, sweep
from gradewright.sandboxes.process import process_line
from gradewright.sandboxes.watch import Unmetered, supervise


class Unconfined:
    name: ClassVar[str] = "unconfined"

    def __init__(self, machine: Machine) -> None:
        del machine

    def unavailable(self) -> str | None:
        return None

    def run(self, step: Step, box: Box) -> StepResult:
        if not isinstance(step.root, HostRoot):
            raise SandboxError(
                "The unconfined sandbox cannot run a container image.",
                remedy="Choose another sandbox, or grade with a grader that uses the host's own programs.",
            )
        places = _Places(step, box.slot)
        places.make()
        here, placed = (
            replace(places.step(step), capabilities=frozenset()),
            replace(box, files=tuple(map(places.file, box.files))),
        )
        with group_for(step, box.slot) as group:
            result = self._run(here, placed, group)
        return replace(result, outputs=tuple(map(places.back, result.outputs)))

    def _run(self, here: Step, placed: Box, group: Group | None) -> StepResult:
        if group is None:
            here = replace(here, limits=replace(here.limits, processes=here.limits.processes + _already_running()))
        configuration = init.configuration(here, placed.stdin, counted=group is not None)
        enforcement = {
            **init.enforcement(here, counted=group is not None, users="one"),
            "disk": "none",
            "network": "none",
        }
        meter = group or Unmetered()
        with process_line(_command(placed.slot, group), group) as line:
            return supervise(line, meter, here, placed, configuration, sandbox=self.name, enforcement=enforcement)

    def sweep(self, slot: Slot) -> None:
        sweep(slot)


class _Places:
    """Where the paths of a step really lie on this machine."""

    def __init__(self, step: Step, slot: Slot) -> None:
        self._root = slot.directory / "unconfined"
        self._scratch = step.scratch
        self._mounts = {mount.path: mount.source for mount in step.mounts}
        self._paths = sorted((*self._scratch, *self._mounts), key=len, reverse=True)

    def make(self) -> None:
        shutil.rmtree(self._root, ignore_errors=True)
        for path in sorted(self._scratch):
            (self._root / path.lstrip("/")).mkdir(parents=True, exist_ok=True)
            (self._root / path.lstrip("/")).chmod(0o1777)
        for path, source in self._mounts.items():
            link = self._root / path.lstrip("/")
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(source)

    def word(self, text: str) -> str:
        for path in self._paths:
            if text == path or text.startswith(f"{path}/"):
                return f"{self._root}{text}"
        return text

    def file(self, file: PlacedFile) -> PlacedFile:
        return replace(file, path=self.word(file.path))

    def back(self, file: OutputFile) -> OutputFile:
        return replace(file, path=file.path.removeprefix(str(self._root)))

    def step(self, step: Step) -> Step:
        return replace(
            step,
            argv=tuple(map(self.word, step.argv)),
            cwd=self.word(step.cwd),
            env={name: self.word(value) for name, value in step.env.items()},
            outputs=tuple(replace(output, path=self.word(output.path)) for output in step.outputs),
        )


def _already_running() -> int:
    """Processes and threads of our user: without a namespace, the kernel counts them against the limit too."""
    count = 0
    for tasks in Path("/proc").glob("[0-9]*/task"):
        with suppress(OSError):  # it has ended
            count += len(os.listdir(tasks)) if tasks.stat().st_uid == os.geteuid() else 0
    return count


def _command(slot: Slot, group: Group | None) -> list[str]:
    """Root gives up its rights first, and lends the program a copy of init that it can reach.

    Init is not told to die with us, as elsewhere: without a namespace its death would only orphan the program. It ends
    by itself, and all others first, when its line breaks.
    """
    join = group.entrance if group else []
    program: Path = wire.binary("init")
    become: list[str] = []
    if os.geteuid() == 0:
        program = Path(shutil.copy(program, slot.directory / "init"))
        become = ["--uid", str(slot.first_uid)]
    return [str(wire.binary("launch")), *join, *become, "--", str(program)]
