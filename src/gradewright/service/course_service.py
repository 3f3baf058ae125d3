"""Everything that the web and the workers do, as one object."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any

import django.conf
import structlog

from gradewright import plugins
from gradewright.autograder import Autograder
from gradewright.courses.aplus.exercise_files import nothing_refused
from gradewright.courses.catalog import Catalog
from gradewright.errors import AuthorError, Cancelled, GradewrightError, MissingError, StoreError
from gradewright.exercises.records import Answer, Visit
from gradewright.grading.slots import Slots
from gradewright.interfaces import Channel, Queue
from gradewright.model.attempt import AttemptRecord, Claim, Delivery, ReplyTo, StoredSubmission
from gradewright.model.course import CourseExercise
from gradewright.model.outbound import Outbound
from gradewright.model.report import Report
from gradewright.reports.json import as_json
from gradewright.service.feedback import FeedbackPages
from gradewright.service.graders import is_exclusive, refused
from gradewright.service.intake import Intake
from gradewright.service.judge import Courses, Judge
from gradewright.service.orphans import Orphans
from gradewright.service.post import Post
from gradewright.settings import Settings
from gradewright.storage import presence, staff
from gradewright.storage.database import Database
from gradewright.storage.files import SubmissionFiles

APLUS, TEST_RESULT = "aplus", "test-result"  # channels: the second for what no front end sent
RESULT_FILE = "test-result.json"
LAST_GOOD = "last-good"  # versions of courses, in the data directory
NO_FIELDS: Mapping[str, str] = MappingProxyType({})
PAUSES_SECONDS = (1, 2, 4, 8, 16)  # before a verdict is offered to the database once more
LEAST_ROOM = 64 * 1024**2  # bytes on the disk with the data directory

_log = structlog.get_logger("gradewright.service")


class CourseService:
    """Django must be set up for the same settings. May be used by several threads at once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        refusals = nothing_refused if settings.allow_privileged else refused
        self.catalog = Catalog(  # the courses, as their files say now
            settings.courses_dir, refusals, last_good=settings.data_dir.resolve() / LAST_GOOD
        )
        self.store = Database(tries=settings.tries, delivery_hours=settings.delivery_hours)
        self.files = SubmissionFiles(settings.data_dir.resolve())
        self.queue: Queue = plugins.queue(
            "embedded", self.store, slots=settings.slots, lease_seconds=settings.lease_seconds
        )
        self.orphans = Orphans(self.store, self.files)
        self._channels: dict[str, Channel] = {}
        self._intake = Intake(self.store, self.files, self.queue)
        self._courses = Courses(self.catalog)
        self._post = Post(self.store, self.channel, FeedbackPages(settings, self._courses.of))

    @cached_property
    def autograder(self) -> Autograder:
        """The engine, which takes slots on this machine."""
        return Autograder(self.settings)

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self._courses.of, self.files, self.autograder)

    def channel(self, name: str) -> Channel:
        """The way to front ends of a kind. Raises `MissingError` if there is none of this name."""
        if name not in self._channels:
            self._channels[name] = _channel(name, self.settings)
        return self._channels[name]

    def check_address(self, address: str) -> None:
        """Raises `SubmissionRejected` if results may not go to this submission_url: setting `submission_hosts`."""
        self.channel(APLUS).check(address)

    def submit(
        self, exercise: CourseExercise, visit: Visit, answer: Answer, *, fields: Mapping[str, str] = NO_FIELDS
    ) -> str:
        """Store what was sent and queue it; returns the id of the submission, on disk when this returns.

        The same POST once more, while the first is not graded yet, gives the same id. `fields` are what graders see
        beside the files. Raises `SubmissionRejected` if results may not be sent to `visit.submission_url`, and
        `StoreError` if it could not be stored: nothing is kept then.
        """
        if visit.submission_url:
            self.check_address(visit.submission_url)
            reply_to = ReplyTo(channel=APLUS, address=visit.submission_url)
        else:
            reply_to = ReplyTo(channel=TEST_RESULT, address=str(self.settings.data_dir.resolve() / RESULT_FILE))
        return self._intake.take(exercise, visit, answer, fields, reply_to)

    def submission(self, id: str) -> StoredSubmission | None:
        """The submission of this id."""
        return self.store.get(id)

    def status(self, id: str) -> list[AttemptRecord]:
        """The gradings of a submission, the first one first; empty if there is no such submission."""
        return staff.attempts(submission=id)

    def regrade(self, id: str) -> int:
        """Queue one more attempt, unless one is queued or running; returns the attempt's id. Raises `MissingError`."""
        submission = self.store.get(id)
        if submission is None:
            raise MissingError(f"There is no submission {id}.")
        _, exercise = self._courses.of(submission)
        return staff.regrade(submission, exclusive=is_exclusive(exercise.version(submission.language)[1]))

    def grade(self, claim: Claim, given_up: Callable[[], bool]) -> Report:
        """The verdict on a claimed attempt.

        Raises `Cancelled` if it was given up, and other `GradewrightError`s if something is missing or failed here:
        then there is none, and trying again may help.
        """
        return self._judge.grade(claim.submission, given_up)

    def work_on(self, claim: Claim, given_up: Callable[[], bool]) -> None:
        """Grade what was claimed and store what came of it, whatever that is. Never raises."""
        with structlog.contextvars.bound_contextvars(submission=claim.submission.id, attempt=claim.attempt):
            try:
                self._work_on(claim, given_up)
            except StoreError as error:  # the lease will end, and somebody will try again
                _log.error("attempt not recorded", error=str(error))

    def _work_on(self, claim: Claim, given_up: Callable[[], bool]) -> None:
        _log.info("grading", tries=claim.tries, course=claim.submission.course, exercise=claim.submission.exercise)
        try:
            report = self.grade(claim, given_up)
        except Cancelled:
            _log.info("grading stopped")
            self.store.release(claim)
        except GradewrightError as error:
            _log.error("grading failed", error=str(error))
            self.store.fail(claim, str(error))
        except Exception as error:  # ours: a try that came to nothing, not the end of a worker
            _log.exception("grading failed")
            self.store.fail(claim, f"{type(error).__name__}: {error}")
        else:
            accepted = self._finish(claim, as_json(report))
            _log.info("graded", outcome=report.outcome.value, points=float(report.points), accepted=accepted)

    def _finish(self, claim: Claim, report: Mapping[str, Any]) -> bool:
        """Store a verdict, which may have taken long to reach, although the database may be gone for a moment."""
        for pause in PAUSES_SECONDS:
            try:
                return self.store.finish(claim, report)
            except StoreError as error:
                _log.warning("verdict not recorded yet", error=str(error))
                time.sleep(pause)
        return self.store.finish(claim, report)

    def deliver(self, delivery: Delivery) -> None:
        """Tell the front end of an attempt, and record whether it took it. Never raises."""
        self._post.deliver(delivery)

    def deliver_due(self, limit: int = 100) -> int:
        """Try every delivery that is due, one after the other; returns how many there were."""
        due = self.store.due(limit)
        for delivery in due:
            self.deliver(delivery)
        return len(due)

    def workers(self) -> int:
        """How many worker processes live, on any machine. Raises `StoreError`."""
        return presence.living(self.settings.lease_seconds)

    def ready(self) -> str | None:
        """Why submissions cannot be taken now, or None if they can."""
        try:
            self.store.get("")
            room = shutil.disk_usage(self.settings.data_dir).free
        except (StoreError, OSError) as error:
            return str(error)
        if room < LEAST_ROOM:
            return f"The disk with {self.settings.data_dir} is full."
        return None


def _channel(name: str, settings: Settings) -> Channel:
    outbound = Outbound(
        hosts=settings.submission_hosts,
        uid=settings.jwt_uid,
        private_key=settings.jwt_private_key,
        token_url=settings.jwt_token_url,
    )
    return plugins.channel(name, outbound)


def insist_on_sense(settings: Settings) -> None:
    """Raises `AuthorError` or `MissingError` for what would else come to light with the first submission."""
    _channel(APLUS, settings)
    known = ["auto", *plugins.names("sandboxes")]
    if settings.sandbox not in known:
        raise AuthorError(f"sandbox: there is none named {settings.sandbox!r}.", remedy=f"Known: {', '.join(known)}.")
    Slots(settings.state_dir, lambda sandbox, slot: None).insist()


@cache
def service() -> CourseService:
    """The service of this process, once Django is set up."""
    return CourseService(django.conf.settings.GRADEWRIGHT)
