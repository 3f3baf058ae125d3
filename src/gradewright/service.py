"""The wiring of the course service: courses, the record of submissions, grading, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from gradewright.settings import Settings

if TYPE_CHECKING:
    from gradewright.courses.catalog import Catalog
    from gradewright.exercises.records import Answer, Visit
    from gradewright.model.attempt import AttemptRecord, Claim, StoredSubmission
    from gradewright.model.course import CourseExercise
    from gradewright.model.report import Report

NO_FIELDS: Mapping[str, str] = MappingProxyType({})


class CourseService:
    """Everything that the web and the workers do. May be used by several threads at once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def catalog(self) -> Catalog:
        """The courses, as their files say now."""
        from gradewright.courses.catalog import Catalog

        return Catalog(self.settings.courses_dir)

    def check_address(self, address: str) -> None:
        """Raises `SubmissionRejected` if results may not go to this submission_url: see the setting `submission_hosts`."""
        raise NotImplementedError

    def submit(
        self, exercise: CourseExercise, visit: Visit, answer: Answer, *, fields: Mapping[str, str] = NO_FIELDS
    ) -> str:
        """Store what was sent and queue it; returns the id of the submission, on disk when this returns.

        The same POST once more, while the first is not graded yet, gives the same id. `fields` are what graders see
        beside the files. Raises `SubmissionRejected` if results may not be sent to `visit.submission_url`, and
        `StoreError` if it could not be stored: nothing is kept then.
        """
        raise NotImplementedError

    def submission(self, id: str) -> StoredSubmission | None:
        """The submission of this id."""
        raise NotImplementedError

    def status(self, id: str) -> list[AttemptRecord]:
        """The gradings of a submission, the first one first; empty if there is no such submission."""
        raise NotImplementedError

    def regrade(self, id: str) -> int:
        """Queue one more attempt, unless one is queued or running; returns the attempt's id. Raises `MissingError`."""
        raise NotImplementedError

    def grade(self, claim: Claim, given_up: Callable[[], bool]) -> Report:
        """The verdict on a claimed attempt. Raises what `Autograder.grade` raises; then there is none."""
        raise NotImplementedError

    def deliver_due(self) -> int:
        """Send what is due to front ends; returns how many were tried."""
        raise NotImplementedError

    def ready(self) -> str | None:
        """Why submissions cannot be taken now (database, disk), or None if they can."""
        raise NotImplementedError


@cache
def service() -> CourseService:
    """The service of this process, once Django is set up."""
    import django.conf

    return CourseService(django.conf.settings.GRADEWRIGHT)
