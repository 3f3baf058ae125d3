"""A claimed attempt becomes a report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradewright.errors import AuthorError, MissingError
from gradewright.model.attempt import StoredSubmission
from gradewright.model.report import Outcome, Report
from gradewright.model.submission import Submission
from gradewright.service.graders import exercise_to_grade, instance_of

if TYPE_CHECKING:
    from gradewright.autograder import Autograder
    from gradewright.courses.catalog import Catalog
    from gradewright.model.course import Course, CourseExercise
    from gradewright.storage.files import SubmissionFiles


class Judge:
    """Knows courses, files and the engine; nothing of attempts."""

    def __init__(self, catalog: Catalog, files: SubmissionFiles, autograder: Autograder) -> None:
        self._catalog = catalog
        self._files = files
        self._autograder = autograder

    def grade(self, stored: StoredSubmission, given_up: Callable[[], bool]) -> Report:
        """The verdict. What the author has to mend is one too: `GRADER_BROKEN`.

        Raises `Cancelled` if it was given up, and other `GradewrightError`s if something is missing or failed here.
        """
        course, exercise = self.found(stored)
        try:
            engine = exercise_to_grade(self._autograder, course, exercise, stored.language)
        except AuthorError as error:
            return Report(outcome=Outcome.GRADER_BROKEN, messages=(str(error),))
        _, config = exercise.version(stored.language)
        submission = Submission(
            id=stored.id,
            directory=self._files.directory(stored.directory),
            files=self._files.listed(stored.directory),
            fields=stored.fields,
            language=stored.language,
            attempt=stored.ordinal,
            uid=stored.uid,
            instance=instance_of(course, exercise, config, stored),
        )
        return self._autograder.grade(engine, submission, cancelled=given_up)

    def found(self, stored: StoredSubmission) -> tuple[Course, CourseExercise]:
        """What was submitted to. Raises `MissingError` if it is there no more."""
        course = self._catalog.course(stored.course)
        exercise = self._catalog.exercise(course, stored.exercise) if course else None
        if course is None or exercise is None:
            raise MissingError(
                f"There is no exercise {stored.course}/{stored.exercise} any more.",
                remedy="Put it back among the courses, or cancel what was sent to it.",
            )
        return course, exercise
