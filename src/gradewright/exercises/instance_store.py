"""The instances of personalised exercises on disk: new ones appear all at once, or not at all."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp

from gradewright.errors import GradewrightError
from gradewright.exercises.personal import DIRECTORY, instances, is_personalised
from gradewright.model.course import Course
from gradewright.model.problem import Problem, Severity
from gradewright.model.run import OutputFile


def instance_problems(course: Course) -> list[Problem]:
    """Personalised exercises of a course that have no instances, so that students cannot see them."""
    command = f"gradewright course generate {shlex.quote(str(course.directory))}"
    return [
        Problem(
            id="no-instances",
            severity=Severity.WARNING,
            file=exercise.file,
            message="The exercise is personalised, but has no instances: students cannot see it.",
            remedy=f"Make some: {command} {exercise.key}",
        )
        for exercise in course.exercises.values()
        if any(map(is_personalised, exercise.versions.values())) and not instances(course.directory, exercise.key)
    ]


class InstanceStore:
    """The instances of an exercise of a course."""

    def __init__(self, course_directory: Path, exercise: str) -> None:
        self.course_directory = course_directory
        self.exercise = exercise
        self.directory = course_directory / DIRECTORY / exercise

    @property
    def numbers(self) -> list[int]:
        """Of the instances that there are."""
        return [int(path.name) for path in instances(self.course_directory, self.exercise)]

    @contextmanager
    def fresh(self) -> Iterator[Fresh]:
        """A place to make new instances in; gone at the end of the block, with whatever was not taken from it.

        Raises `GradewrightError` if the course cannot be written to.
        """
        parent = self.directory.parent
        try:
            parent.mkdir(exist_ok=True)
            place = Path(mkdtemp(prefix=f".{self.exercise}.", dir=parent))
        except OSError as error:
            remedy = "Whoever generates must be allowed to write there."
            raise GradewrightError(f"Instances cannot be kept in {parent}: {error.strerror}.", remedy=remedy) from error
        try:
            yield Fresh(self, place)
        finally:
            shutil.rmtree(place, ignore_errors=True)


class Fresh:
    """New instances, not yet seen by anybody."""

    def __init__(self, store: InstanceStore, place: Path) -> None:
        self._store = store
        self._place = place
        self._new = place / "new"
        self._new.mkdir(mode=0o755)

    def write(self, number: int, files: Mapping[str, OutputFile]) -> None:
        """Write the files of an instance by their names below it."""
        directory = self._new / str(number)
        directory.mkdir()
        for name, output in files.items():
            path = directory / PurePosixPath(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(output.data)
            path.chmod(0o755 if output.executable else 0o644)

    def replace(self) -> list[int]:
        """Put the new instances in the place of the old ones; returns their numbers."""
        directory, old = self._store.directory, self._place / "old"
        if directory.exists():
            directory.rename(old)
        try:
            self._new.rename(directory)
        except OSError:
            old.rename(directory)
            raise
        return self._store.numbers

    def add(self) -> list[int]:
        """Put the new instances beside the old ones, numbered after them; returns their numbers."""
        first = max(self._store.numbers, default=-1) + 1
        self._store.directory.mkdir(exist_ok=True)
        made = sorted(int(path.name) for path in self._new.iterdir())
        for number in made:
            (self._new / str(number)).rename(self._store.directory / str(first + number))
        return [first + number for number in made]
