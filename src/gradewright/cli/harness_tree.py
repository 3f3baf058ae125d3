"""The tree of submissions: `<submissions>/<part>/<student>/{src,bin,out}` (queues 1.2). `src` is never written."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gradewright.contracts.harness.identity import RULE, acceptable
from gradewright.errors import GradewrightError
from gradewright.model.run import FileState, StepResult

OURS = ("bin", "out")  # emptied before each grading


def directories_in(directory: Path, chosen: Sequence[str]) -> list[Path]:
    """The directories below a directory by name; only the chosen ones, if any are. Raises `GradewrightError`."""
    try:
        found = [entry for entry in directory.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    except OSError as error:
        raise GradewrightError(f"{directory} cannot be read: {error.strerror}.") from None
    return sorted(entry for entry in found if not chosen or entry.name in chosen)


def insist_on_name(name: str) -> None:
    """Raises `GradewrightError` for a name that make cannot handle."""
    if not acceptable(name):
        raise GradewrightError(f"{name!r} cannot name a part or student.", remedy=f"Names are made of {RULE}.")


@contextmanager
def locked(student: Path) -> Iterator[None]:
    """Keep other processes from grading the same student's part. Raises `GradewrightError` if one does."""
    try:
        handle = os.open(student, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise GradewrightError(f"{student} cannot be read: {error.strerror}.") from None
    try:
        _lock(handle, student)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, student: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise GradewrightError(f"{student} is being graded by another process.") from None


def start_anew(student: Path) -> None:
    """Leave an empty bin and an empty out, so that nothing of an earlier grading is taken for this one's."""
    with _writing(student):
        remove(student)
        for name in OURS:
            (student / name).mkdir()


def remove(student: Path) -> None:
    """Remove bin and out, never what the student sent."""
    with _writing(student):
        for path in (student / name for name in OURS):
            if path.is_symlink() or path.is_file():
                path.unlink()
            elif path.exists():
                shutil.rmtree(path)


def keep(student: Path, home: str, result: StepResult) -> None:
    """Put what a run left below bin and out of `home` into the same places of the student's directory."""
    places = tuple(f"{home}/{name}/" for name in OURS)
    left = {output.path: output for output in result.outputs if output.state is FileState.OK}  # logs come twice
    with _writing(student):
        for output in left.values():
            if output.path.startswith(places):
                file = student / output.path.removeprefix(f"{home}/")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(output.data)
                file.chmod(0o755 if output.executable else 0o644)


@contextmanager
def _writing(student: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GradewrightError(
            f"{error.filename or student} cannot be written: {error.strerror}.",
            remedy="Mend its permissions or free space.",
        ) from None
