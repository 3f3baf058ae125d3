"""What a student sent, as the files of `submission/` (coursemology 1.4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from gradewright.contracts.coursemology.records import SUBMISSION, Package
from gradewright.errors import SubmissionRejected
from gradewright.tables import closest

if TYPE_CHECKING:
    from gradewright.model.submission import Submission

MAX_BYTES = 2 * 1024 * 1024  # of all files of an answer together


def arrange(submission: Submission, package: Package) -> dict[str, Path]:
    """The student's files by the names that they get below `submission/`.

    A single file may have any name if one of its kind is expected; one folder around everything is taken off. Raises
    `SubmissionRejected` if nothing of what is expected is there, or if it is too large.
    """
    sent = {name: submission.directory / name for name in submission.files}
    size = sum(path.stat().st_size for path in sent.values())
    if size > MAX_BYTES:
        raise SubmissionRejected(
            f"The submission is {size} bytes large; at most {MAX_BYTES} are allowed.", remedy="Send source files only."
        )
    template = package.folder(SUBMISSION)
    if package.any_files or not template:
        return sent
    for files in (sent, _unwrapped(sent), _renamed(sent, template), _renamed(_unwrapped(sent), template)):
        if not template.keys().isdisjoint(files):
            return files
    raise SubmissionRejected(_missing(sent, sorted(template)), remedy="Send it under exactly that name.")


def _unwrapped(sent: Mapping[str, Path]) -> dict[str, Path]:
    folders = {name.partition("/")[0] for name in sent if "/" in name}
    if len(folders) != 1 or any("/" not in name for name in sent):
        return {}
    return {name.partition("/")[2]: path for name, path in sent.items()}


def _renamed(sent: Mapping[str, Path], template: Collection[str]) -> dict[str, Path]:
    if len(sent) == len(template) == 1:
        (name, path), (wanted,) = *sent.items(), template
        if PurePosixPath(name).suffix == PurePosixPath(wanted).suffix:
            return {wanted: path}
    return {}


def _missing(sent: Collection[str], expected: list[str]) -> str:
    noun = f"The file {expected[0]} is" if len(expected) == 1 else f"None of the files {', '.join(expected)} is"
    if not sent:
        return f"{noun} {'missing from' if len(expected) == 1 else 'in'} the submission, which is empty."
    close = closest(expected[0], sent)
    listed = ", ".join(sorted(sent)[:8])
    hint = f" Should {close} be named {expected[0]}?" if close else ""
    return f"{noun} {'missing from' if len(expected) == 1 else 'in'} the submission, which holds {listed}.{hint}"
