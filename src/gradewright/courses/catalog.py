"""The courses below a directory, always as their files are now."""

from __future__ import annotations

import re
import time
from pathlib import Path
from threading import Lock

from gradewright.courses.aplus.exercise_files import Refused, nothing_refused
from gradewright.courses.aplus.files import FileProblem, find_layout
from gradewright.courses.aplus.last_good import forget_removed
from gradewright.courses.aplus.live import LiveCourse
from gradewright.courses.aplus.watch import Watch
from gradewright.model.course import Course, CourseExercise

KEY = re.compile(r"[A-Za-z0-9_-]{1,200}")  # of a course: what may stand in an address


class Catalog:
    """Courses by key. Safe to share between threads.

    Authors' mistakes are never raised: they are among the `problems` of what is returned, and while an edit cannot be
    used the version before it goes on.
    """

    def __init__(self, directory: Path, refused: Refused = nothing_refused, *, last_good: Path | None = None) -> None:
        """`directory` holds one directory for each course; it need not be there yet.

        `refused` tells of an exercise's configuration what is not allowed here; that is a mistake like any other.
        `last_good` is a directory for what goes on while an edit cannot be used, shared with other processes and later
        ones; without it each knows only what it has read itself.
        """
        self._directory = directory.absolute()
        self._refused = refused
        self._last_good = last_good
        self._lock = Lock()
        self._courses: dict[str, LiveCourse] = {}
        self._watch: Watch | None = None
        self._directories: list[str] = []

    def keys(self) -> list[str]:
        """Of all courses, also of those that cannot be used, in alphabetical order."""
        with self._lock:
            if self._watch is None or self._watch.changed():
                begun = time.time()
                self._directories = _names(self._directory)
                self._watch = Watch([self._directory], begun)
            names = list(self._directories)
        return [name for name in names if is_course(self._directory / name)]

    def course(self, key: str) -> Course | None:
        """None if there is no such course. Only asks for times of files if nothing has changed.

        Its `exercises` follow their files too: each is read when it is first asked for.
        """
        live = self._courses.get(key)
        if live is None:
            if not KEY.fullmatch(key) or not is_course(self._directory / key):
                return None
            with self._lock:
                new = LiveCourse(self._directory / key, self._refused, self._last_good)
                live = self._courses.setdefault(key, new)
        return live.current()

    def forget_removed(self) -> None:
        """Remove the last good versions of courses that are there no more. Raises `OSError`."""
        if self._last_good:
            forget_removed(self._last_good, self._directory)

    def exercise(self, course: Course, key: str) -> CourseExercise | None:
        """None if the index of the course does not list it. Only asks for times of files if nothing has changed."""
        return course.exercises.get(key)


def is_course(directory: Path) -> bool:
    """Whether a directory holds an index, or means to."""
    try:
        return find_layout(directory) is not None
    except FileProblem:
        return True


def _names(directory: Path) -> list[str]:
    """Directories that may be courses, also when their index comes later."""
    try:
        return sorted(each.name for each in directory.iterdir() if KEY.fullmatch(each.name) and each.is_dir())
    except OSError:
        return []
