"""Turn a step into a box: every reference to a file or to an earlier step becomes content."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from gradewright.errors import SandboxError
from gradewright.model.run import (
    EXECUTABLE,
    PLAIN,
    Box,
    Content,
    FileState,
    FromStep,
    HostFile,
    Inline,
    PlacedFile,
    Slot,
    Step,
    StepResult,
    TreeIn,
)

SECRET_BYTES = 20
LAID = frozenset({FileState.OK, FileState.LINK, FileState.DIRECTORY})


def with_secret(step: Step) -> Step:
    """The step with a fresh secret for its mailbox, if it has one, in the environment of this run alone."""
    if step.mailbox is None:
        return step
    return replace(step, env={**step.env, step.mailbox.proof: secrets.token_hex(SECRET_BYTES)})


def fill(step: Step, slot: Slot, results: Mapping[str, StepResult], cancelled: Callable[[], bool]) -> Box:
    """The box for a step. Raises `SandboxError` if a file of ours cannot be read."""
    placed = {file.path: file for tree in step.trees for file in _tree(tree, results)}
    for file in step.files:
        placed[file.path] = PlacedFile(path=file.path, data=_content(file.content, results), mode=file.mode)
    files = sorted(placed.values(), key=_is_link)  # last, so that nothing is laid through one
    return Box(slot=slot, files=tuple(files), stdin=_content(step.stdin, results), cancelled=cancelled)


def _is_link(file: PlacedFile) -> bool:
    return file.state is FileState.LINK


def _content(content: Content, results: Mapping[str, StepResult]) -> bytes:
    match content:
        case Inline(data):
            return data
        case HostFile(path):
            return _read(path)
        case FromStep(step, "stdout"):
            return results[step].stdout
        case FromStep(step, "stderr"):
            return results[step].stderr
        case FromStep(step, output):
            return results[step].output(output).data


def _tree(tree: TreeIn, results: Mapping[str, StepResult]) -> Iterator[PlacedFile]:
    if isinstance(tree.source, FromStep):
        prefix = tree.source.output.rstrip("/") + "/"
        for file in results[tree.source.step].outputs:
            if file.state in LAID and file.path.startswith(prefix):
                path = f"{tree.path.rstrip('/')}/{file.path.removeprefix(prefix)}"
                yield PlacedFile(path=path, data=file.data, mode=file.mode, state=file.state)
        return
    for directory, _, names in os.walk(tree.source):
        for name in names:
            source = Path(directory, name)
            path = f"{tree.path.rstrip('/')}/{source.relative_to(tree.source).as_posix()}"
            mode = EXECUTABLE if os.access(source, os.X_OK) else PLAIN
            yield PlacedFile(path=path, data=_read(source), mode=mode)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SandboxError(f"Could not read {path}: {error.strerror}.") from error
