"""Courses that are pushed to us instead of lying in the courses directory: stored first, published at once.

    <data_dir>/pushed/<course>/<random>.files/<course>/  what came, and the course files made of it
    <data_dir>/pushed/<course>/<name>.version            -> one of these
    <courses_dir>/<course>                               -> the one that is published

Both arrows are symbolic links, which change in one step: nobody ever meets half a course.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradewright.archives import ArchiveLimits, open_submission
from gradewright.courses.aplus.loading import load_course
from gradewright.errors import GradewrightError, StoreError
from gradewright.model.course import Course
from gradewright.model.problem import Severity

_INDEX_DIRECTORY = "_exercise_configs"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_LIMITS = ArchiveLimits(entries=200_000, total_bytes=4 * 1024**3)


class BadPush(GradewrightError):
    """What was pushed does not make sense."""


class UnknownVersion(GradewrightError):
    """A version shall be published that was never stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedExercise:
    key: str
    spec: Mapping[str, Any]  # its entry in an index
    config: Mapping[str, Mapping[str, Any]] | None  # by language; None if another service serves it


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedCourse:
    id: str  # of the course instance in A+, and the key of the course here
    key: str  # what people call it
    version: str
    spec: Mapping[str, Any]
    exercises: Sequence[PushedExercise]
    files: Path | None  # a tar


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushing:
    """Where pushed courses are stored and published."""

    store: Path
    courses: Path

    def keep(self, course: PushedCourse) -> Course:
        """Store a version, in place of one of the same name; returns it as loaded.

        Raises `SubmissionRejected` if the archive is hostile or broken, `BadPush` if a name is or the course has
        mistakes, `StoreError` if there is no room.
        """
        version = self._version(course.id, course.version)
        directory = self._home(course.id) / f"{secrets.token_hex(8)}.files" / course.id
        try:
            directory.mkdir(parents=True)
            try:
                _unpack(course.files, directory)
                _write_course(course, directory)
                loaded = _loaded(directory)
                _point(version, directory)
            except BaseException:
                shutil.rmtree(directory.parent, ignore_errors=True)
                raise
            self._sweep(course.id)
        except OSError as error:
            raise _unwritable(error) from error
        return loaded

    def publish(self, course: str, version: str) -> None:
        """Let everybody see a version. Raises `UnknownVersion`, and `BadPush` if its place is taken."""
        stored = self._version(course, version)
        if not stored.is_symlink():
            raise UnknownVersion(f"There is no version {version} of course {course}.", remedy="Send its files first.")
        place = self.courses / course
        if place.exists() and not place.is_symlink():
            raise BadPush(f"{course} is a course of this machine's own.", remedy="Move its directory away first.")
        try:
            _point(place, stored.resolve())
            self._sweep(course)
        except OSError as error:
            raise _unwritable(error) from error

    def _home(self, course: str) -> Path:
        if not (course.isascii() and course.isdecimal() and len(course) <= 18):
            raise BadPush(f"course_id must be a whole number, not “{course[:80]}”.")
        return self.store / course

    def _version(self, course: str, version: str) -> Path:
        if not _NAME.fullmatch(version):
            raise BadPush(f"version_id must be made of letters, digits, _, - and dots, not “{version[:80]}”.")
        return self._home(course) / f"{version}.version"

    def _sweep(self, course: str) -> None:
        """Remove what no arrow shows, and all versions but the last few."""
        home = self._home(course)
        versions = sorted(home.glob("*.version"), key=lambda link: link.lstat().st_mtime, reverse=True)
        for outdated in versions[_KEPT:]:
            outdated.unlink()
        used = {link.resolve().parent for link in (*versions[:_KEPT], self.courses / course)}
        for directory in home.glob("*.files"):
            if directory.resolve() not in used:
                shutil.rmtree(directory, ignore_errors=True)


_KEPT = 3  # versions of a course: what is graded may still read the one before


def _unpack(files: Path | None, into: Path) -> None:
    if files is None:
        return
    named = into.with_suffix(".tar")  # by its name it is known for an archive
    named.symlink_to(files)
    try:
        open_submission(named, into, limits=_LIMITS)
    finally:
        named.unlink()


def _write_course(course: PushedCourse, directory: Path) -> None:
    """The course files, in a directory of their own beside what the archive brought."""
    configs = directory / _INDEX_DIRECTORY
    shutil.rmtree(configs, ignore_errors=True)
    configs.mkdir()
    (directory / "apps.meta").write_text(f"grader_config = {_INDEX_DIRECTORY}\n")
    children = [_node(exercise) for exercise in course.exercises]
    index = {"name": course.key or course.id, **course.spec, "modules": [{"key": "pushed", "children": children}]}
    _write_json(configs / "index.json", index)
    for exercise in course.exercises:
        if exercise.config:
            _write_json(configs / f"{exercise.key}.json", merged_languages(exercise.config))


def _loaded(directory: Path) -> Course:
    course = load_course(directory)
    assert course is not None, "its index was just written"
    every = [*course.problems, *(problem for each in course.exercises.values() for problem in each.problems)]
    errors = [str(problem) for problem in every if problem.severity is Severity.ERROR]
    if errors:
        raise BadPush("\n".join(["The course has mistakes:", *errors]))
    return course


def _node(exercise: PushedExercise) -> Mapping[str, Any]:
    if not _NAME.fullmatch(exercise.key) or exercise.key == "index":
        raise BadPush(f"“{exercise.key[:80]}” cannot be the key of an exercise.")
    node = {**exercise.spec, "key": exercise.key}
    node.pop("children", None)
    node.pop("config", None)
    return {**node, "config": f"{exercise.key}.json"} if exercise.config else node


def merged_languages(versions: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """One exercise file that gives each language its version."""
    keys = {key: None for version in versions.values() for key in version}
    merged = {}
    for key in keys:
        values = {language: version.get(key) for language, version in versions.items()}
        first, *others = values.values()
        same = all(other == first for other in others)
        merged[key if same else f"{key}|i18n"] = first if same else values
    return merged


def _write_json(file: Path, content: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")


def _point(link: Path, target: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    fresh = link.with_name(f".{link.name}-{secrets.token_hex(8)}")
    fresh.symlink_to(target)
    fresh.replace(link)


def _unwritable(error: OSError) -> StoreError:
    return StoreError(f"The course could not be stored: {error.strerror}.", remedy="Free some room, and send it again.")
