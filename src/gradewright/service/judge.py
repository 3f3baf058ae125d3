"""A claimed attempt becomes a report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gradewright.errors import AuthorError, MissingError
from gradewright.exercises.personal import instance_of, is_personalised
from gradewright.exercises.records import Visit
from gradewright.model.attempt import StoredSubmission
from gradewright.model.course import Course, CourseExercise
from gradewright.model.report import Outcome, Report
from gradewright.model.submission import Submission
from gradewright.service.graders import exercise_to_grade

if TYPE_CHECKING:
    from gradewright.autograder import Autograder
    from gradewright.courses.catalog import Catalog
    from gradewright.storage.files import SubmissionFiles

Found = Callable[[StoredSubmission], tuple[Course, CourseExercise]]


class Courses:
    """What submissions were sent to."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def of(self, stored: StoredSubmission) -> tuple[Course, CourseExercise]:
        """What was submitted to. Raises `MissingError` if it is there no more, or cannot be used as its files are now.

        It was in order when it was submitted to, so this is never the end: it may be mended, or put back.
        """
        course = self._catalog.course(stored.course)
        exercise = self._catalog.exercise(course, stored.exercise) if course else None
        if course is None or exercise is None:
            raise MissingError(
                f"There is no exercise {stored.course}/{stored.exercise} any more.",
                remedy="Put it back among the courses, or cancel what was sent to it.",
            )
        if exercise.broken:
            problems = "\n".join(f"  {problem}" for problem in exercise.problems)
            raise MissingError(
                f"The exercise {stored.course}/{stored.exercise} was changed and cannot be used now.",
                remedy=f"Mend it; what waits is then graded.\n{problems}",
            )
        return course, exercise


class Judge:
    """Knows courses, files and the engine; nothing of attempts."""

    def __init__(self, found: Found, files: SubmissionFiles, autograder: Autograder) -> None:
        self._found = found
        self._files = files
        self._autograder = autograder

    def grade(self, stored: StoredSubmission, given_up: Callable[[], bool]) -> Report:
        """The verdict. What the author has to mend is one too: `GRADER_BROKEN`.

        Raises `Cancelled` if it was given up, and other `GradewrightError`s if something is missing or failed here.
        """
        course, exercise = self._found(stored)
        try:
            engine = exercise_to_grade(self._autograder, course, exercise, stored.language)
            instance = _instance(course, exercise, stored)
        except AuthorError as error:
            self._found(stored)  # may have been taken away this moment, which is no mistake of its author's
            return Report(outcome=Outcome.GRADER_BROKEN, messages=(str(error),))
        submission = Submission(
            id=stored.id,
            directory=self._files.directory(stored.directory),
            files=self._files.listed(stored.directory),
            fields=stored.fields,
            language=stored.language,
            attempt=stored.ordinal,
            uid=stored.uid,
            instance=instance,
        )
        return self._autograder.grade(engine, submission, cancelled=given_up)


def _instance(course: Course, exercise: CourseExercise, stored: StoredSubmission) -> Path | None:
    """The files that were generated for these students, if any were. Raises `AuthorError` if they should be there."""
    _, config = exercise.version(stored.language)
    if not is_personalised(config):
        return None
    return instance_of(course.directory, exercise.key, config, Visit(uid=stored.uid, ordinal=stored.ordinal))
