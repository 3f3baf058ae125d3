"""Personalised exercises: which of the generated instances a student has, and what of it pages show (A+ spec 5).

Instances are directories 0, 1, ... below personalized_exercises/EXERCISE/ of the course.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from random import Random
from typing import Any

from gradewright.errors import AuthorError, GradewrightError
from gradewright.exercises.names import check_path, why_unfit_path
from gradewright.exercises.records import Visit
from gradewright.exercises.scalars import count, entries, flag, open_child, open_table, text
from gradewright.model.problem import Problem
from gradewright.tables import Table, words

DIRECTORY = "personalized_exercises"  # of a course
MAX_SHOWN = 1024 * 1024  # bytes of a file whose content is shown
REGENERATION = "max_submissions_before_regeneration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entry of `generated_files`."""

    key: str
    file: str  # name in the directory of an instance
    url_in_template: bool = False
    content_in_template: bool = False
    allow_download: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedFile(Listed):
    """A generated file of one instance, as templates see it."""

    url: str = ""  # if it shall be in the template and may be downloaded
    content: str = ""  # if it shall be in the template


def is_personalised(config: Mapping[str, Any]) -> bool:
    return bool(config.get("personalized"))


def instances(course_directory: Path, exercise: str) -> Sequence[Path]:
    """The directories of the instances of an exercise, in the order of their numbers; none if there are none."""
    try:
        found = [path for path in (course_directory / DIRECTORY / exercise).iterdir() if path.name.isdecimal()]
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return sorted((path for path in found if path.is_dir()), key=lambda path: int(path.name))


def chosen(uid: str, ordinal: int, instances: int, regeneration: int | None = None) -> int:
    """Which of the instances belongs to the students of a uid, with their submission of this number.

    With `regeneration`, they get another one after each time so many submissions. Raises `ValueError` if a uid is not
    made of numbers joined by "-".
    """
    students = sum(map(int, uid.split("-")))
    if not regeneration:
        return students % instances
    order = list(range(instances))
    Random(students).shuffle(order)  # noqa: S311 - the original's rule, and no secret
    return order[(ordinal - 1) // regeneration % instances]


def visitor_of(position: int, instances: int, config: Mapping[str, Any]) -> tuple[str, int]:
    """(uid, ordinal) of a visitor who has the instance at this position, for staff to be: no student has such a uid."""
    uid, regeneration = f"0-{position}", _regeneration(config)
    ordinals = [1 + turn * (regeneration or 1) for turn in range(instances)]
    return uid, next(each for each in ordinals if chosen(uid, each, instances, regeneration) == position)


def instance_of(course_directory: Path, exercise: str, config: Mapping[str, Any], visit: Visit) -> Path:
    """The directory of the instance that the visitor has.

    Raises `GradewrightError` if nobody is known to visit, and `AuthorError` if there are no instances.
    """
    there = instances(course_directory, exercise)
    if not there:
        remedy = f"Make some: gradewright course generate COURSE {exercise}"
        raise AuthorError("This exercise is personalised, but has no instances.", remedy=remedy)
    try:
        return there[chosen(visit.uid, visit.ordinal, len(there), _regeneration(config))]
    except ValueError:
        message = "This exercise is personalised, but it is not known who looks at it."
        remedy = "Sign in where the course is; the front end must send the parameter uid."
        raise GradewrightError(message, remedy=remedy) from None


def listed_files(config: Mapping[str, Any]) -> Sequence[Listed]:
    """What `generated_files` says."""
    return list(map(_listed, entries(open_table(config), "generated_files")))


def generated_files(
    config: Mapping[str, Any], instance: Path, url_of: Callable[[str], str]
) -> Mapping[str, GeneratedFile]:
    """What templates see as `generated_files`; `url_of` makes an address of a file's name.

    Raises `AuthorError` naming every listed file that the instance lacks.
    """
    if lacking := [each.file for each in listed_files(config) if not _is_inside(instance, each.file)]:
        remedy = "Let the generator write them, and generate the instances again."
        raise AuthorError(f"Instance {instance.name} lacks {', '.join(lacking)}.", remedy=remedy)
    return {each.key: _generated(each, instance, url_of) for each in listed_files(config)}


def download(course_directory: Path, exercise: str, config: Mapping[str, Any], instance: int, file: str) -> Path | None:
    """The file that may be downloaded under this address, or None."""
    directory = course_directory / DIRECTORY / exercise / str(instance)
    allowed = any(each.file == file and each.allow_download for each in listed_files(config))
    return directory / file if is_personalised(config) and allowed and _is_inside(directory, file) else None


def check(config: Mapping[str, Any]) -> Sequence[Problem]:
    """What the author of a personalised exercise must mend."""
    table = open_table(config)
    if not table.read("personalized", flag, False):
        return table.problems
    table.require("generated_files", "List the files that the generator writes.")
    table.require("generator", "Say below generator.cmd what makes an instance.")
    table.read(REGENERATION, count, None)
    for entry in entries(table, "generated_files"):
        entry.require("key", "Give the word by which templates find the file.")
        entry.require("file", "Name the file that the generator writes.")
        if "file" in entry:
            check_path(entry, "file", entry.read("file", text, ""))
        _listed(entry)
    if "generator" in table:
        _check_generator(open_child(table, "generator"))
    return table.problems


def _regeneration(config: Mapping[str, Any]) -> int | None:
    return open_table(config).read(REGENERATION, count, None)


def _check_generator(table: Table) -> None:
    table.require("cmd", 'Give the command as a list of words: ["python3", "generate.py"]')
    table.read("cmd", words, ())
    directory = PurePosixPath(table.read("cwd", text, ""))
    if directory.is_absolute() or ".." in directory.parts:
        remedy = "Name a directory of the course, relative to its root."
        table.refuse("cwd", f"leads out of the course: {str(directory)!r}.", remedy, id="unsafe-name")


def _listed(table: Table) -> Listed:
    return Listed(
        key=table.read("key", text, ""),
        file=table.read("file", text, ""),
        url_in_template=table.read("url_in_template", flag, False),
        content_in_template=table.read("content_in_template", flag, False),
        allow_download=table.read("allow_download", flag, False),
    )


def _generated(listed: Listed, instance: Path, url_of: Callable[[str], str]) -> GeneratedFile:
    return GeneratedFile(
        key=listed.key,
        file=listed.file,
        url_in_template=listed.url_in_template,
        content_in_template=listed.content_in_template,
        allow_download=listed.allow_download,
        url=url_of(listed.file) if listed.url_in_template and listed.allow_download else "",
        content=_content(instance / listed.file) if listed.content_in_template else "",
    )


def _content(path: Path) -> str:
    with path.open("rb") as stream:
        return stream.read(MAX_SHOWN).decode("utf-8", "replace")


def _is_inside(directory: Path, file: str) -> bool:
    """Whether there is such a file, and no link leads out of the instance."""
    path = directory / file
    if why_unfit_path(file) or not path.is_file():
        return False
    return path.resolve().is_relative_to(directory.resolve())
