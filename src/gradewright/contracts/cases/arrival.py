"""What the student sent, laid out as the grader expects it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from gradewright.errors import SubmissionRejected
from gradewright.tables import closest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gradewright.model.submission import Submission

LISTED_NAMES = 10


def arrange(submission: Submission, expected: Sequence[str]) -> dict[str, Path]:
    """The files of the submission by the names that they shall have.

    If one file is expected and one of that kind was sent, its name does not matter; if everything was sent in one
    folder, as archives often are, the folder does not matter. Raises `SubmissionRejected` if a file is missing.
    """
    sent = {name: submission.directory / name for name in submission.files}
    for arranged in (sent, _renamed(sent, expected), _unwrapped(sent)):
        if all(name in arranged for name in expected):
            return arranged
    raise SubmissionRejected(_missing(sent, expected), remedy="Send all files again under exactly the names expected.")


def _renamed(sent: Mapping[str, Path], expected: Sequence[str]) -> dict[str, Path]:
    if len(sent) == len(expected) == 1:
        (name, path), (wanted,) = *sent.items(), expected
        if PurePosixPath(name).suffix == PurePosixPath(wanted).suffix:
            return {wanted: path}
    return {}


def _unwrapped(sent: Mapping[str, Path]) -> dict[str, Path]:
    folders = {PurePosixPath(name).parts[0] for name in sent}
    if len(folders) != 1:
        return {}
    prefix = f"{folders.pop()}/"
    return {name.removeprefix(prefix): path for name, path in sent.items()}


def _missing(sent: Collection[str], expected: Sequence[str]) -> str:
    missing = [name for name in expected if name not in sent]
    listed = ", ".join(sorted(sent)[:LISTED_NAMES]) + (" and others" if len(sent) > LISTED_NAMES else "")
    noun = "file" if len(missing) == 1 else "files"
    message = f"The {noun} {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing from the submission"
    if not sent:
        return f"{message}, which is empty."
    close = closest(missing[0], sent)
    return f"{message}, which holds {listed}." + (f" Should {close} be named {missing[0]}?" if close else "")


def without_clashes(files: Mapping[str, Path], taken: Collection[str]) -> dict[str, Path]:
    """The files that can lie beside those whose names are taken: none is a folder of the other, none the same."""
    folders = {str(parent) for name in taken for parent in PurePosixPath(name).parents}
    return {
        name: path
        for name, path in files.items()
        if name not in taken
        and name not in folders
        and not any(str(parent) in taken for parent in PurePosixPath(name).parents)
    }
