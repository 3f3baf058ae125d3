"""A course that follows its files: what has changed is read anew when somebody asks, and mistakes change nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from gradewright.courses.aplus.exercise_files import Refused, load_exercise, nothing_refused
from gradewright.courses.aplus.index_file import Index, load_index
from gradewright.courses.aplus.last_good import LastGood
from gradewright.courses.aplus.watch import Watch
from gradewright.model.course import Course, CourseExercise
from gradewright.model.problem import Problem, Severity


def goes_on(problems: Iterable[Problem], file: str) -> tuple[Problem, ...]:
    """What staff read while an edit cannot be used."""
    message = "The files have changed and cannot be used; what they said before goes on."
    remedy = "Mend what is said below; the change is live at once."
    return Problem(id="edit-not-used", severity=Severity.WARNING, message=message, remedy=remedy, file=file), *problems


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    exercise: CourseExercise
    watch: Watch


class LiveExercises(Mapping[str, CourseExercise]):
    """The exercises of an index, each read when it is asked for and whenever its files have changed."""

    def __init__(
        self, index: Index, before: Mapping[str, CourseExercise], last_good: LastGood, refused: Refused
    ) -> None:
        """`last_good` holds what goes on until these can be used, and `before` what does if it is not kept."""
        self._index = index
        self._before = before
        self._last_good = last_good
        self._refused = refused
        self._entries: dict[str, _Entry] = {}
        self._lock = Lock()

    def __iter__(self) -> Iterator[str]:
        return iter(self._index.listed)

    def __len__(self) -> int:
        return len(self._index.listed)

    def __contains__(self, key: object) -> bool:
        return key in self._index.listed

    def __getitem__(self, key: str) -> CourseExercise:
        entry = self._entries.get(key)
        if entry is None or entry.watch.changed():
            with self._lock:
                if self._entries.get(key) is entry:  # else somebody else has just read it
                    self._entries[key] = self._read(key, entry)
                entry = self._entries[key]
        return entry.exercise

    def read(self) -> Mapping[str, CourseExercise]:
        """Those that were asked for so far, as they are."""
        return {**self._before, **{key: entry.exercise for key, entry in self._entries.items()}}

    def _read(self, key: str, entry: _Entry | None) -> _Entry:
        begun = time.time()
        course = self._index.course
        listed, layout = self._index.listed[key], self._index.layout
        loaded = load_exercise(course.key, listed, layout, course.language, refused=self._refused)
        watch = Watch(loaded.files, begun)
        exercise, before = loaded.exercise, entry.exercise if entry else self._before.get(key)
        if not exercise.broken:
            self._last_good.keep_exercise(exercise)
        elif good := self._last_good.exercise(exercise, self._refused) or _in_order(before):
            exercise = replace(good, problems=goes_on(exercise.problems, exercise.file), node=exercise.node)
        return _Entry(exercise=exercise, watch=watch)


def _in_order(exercise: CourseExercise | None) -> CourseExercise | None:
    return None if exercise is None or exercise.broken else exercise


@dataclass(frozen=True, slots=True, kw_only=True)
class _Snapshot:
    course: Course
    watch: Watch
    exercises: LiveExercises | None = field(default=None)


class LiveCourse:
    """The course of a directory."""

    def __init__(self, directory: Path, refused: Refused = nothing_refused, last_good: Path | None = None) -> None:
        """`last_good` is where other processes find what goes on, if there are any."""
        self._directory = directory
        self._last_good = LastGood(last_good, directory)
        self._refused = refused
        self._lock = Lock()
        self._snapshot: _Snapshot | None = None

    def current(self) -> Course | None:
        """None while the directory holds no index."""
        snapshot = self._snapshot
        if snapshot is None or snapshot.watch.changed():
            with self._lock:
                if self._snapshot is snapshot:  # else somebody else has just read it
                    self._snapshot = self._read(snapshot)
                snapshot = self._snapshot
        return snapshot.course if snapshot else None

    def _read(self, before: _Snapshot | None) -> _Snapshot | None:
        begun = time.time()
        index = load_index(self._directory)
        if index is None:
            return None
        watch = Watch(index.files, begun)
        if index.course.broken:
            problems = goes_on(index.course.problems, next((each.file for each in index.course.problems), ""))
            if good := self._last_good.index(index):
                index = replace(good, course=replace(good.course, problems=problems))
            elif before and not before.course.broken:
                return replace(before, course=replace(before.course, problems=problems), watch=watch)
        else:
            self._last_good.keep_index(index)
        read = before.exercises.read() if before and before.exercises else {}
        exercises = LiveExercises(index, read, self._last_good, self._refused)
        return _Snapshot(course=replace(index.course, exercises=exercises), watch=watch, exercises=exercises)
