"""The rows. All behaviour is in the modules beside this app.

Documents are JSON as text: PostgreSQL's own type refuses some of what students can write, such as NUL.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from gradewright.model.attempt import AttemptState, DeliveryState

if TYPE_CHECKING:
    Text = models.Field[str, str]
    Number = models.Field[int, int]
    Flag = models.Field[bool, bool]
    Time = models.Field[datetime, datetime]
    PerhapsTime = models.Field[datetime | None, datetime | None]

UNFINISHED = (AttemptState.QUEUED.value, AttemptState.RUNNING.value)


class Submission(models.Model):
    """What was sent; never changed."""

    id: Text = models.CharField(primary_key=True, max_length=64)
    course: Text = models.CharField(max_length=255)
    exercise: Text = models.CharField(max_length=255)
    uid: Text = models.CharField(max_length=255)
    ordinal: Number = models.IntegerField()
    language: Text = models.CharField(max_length=16)
    directory: Text = models.CharField(max_length=1024)
    fields: Text = models.TextField()
    channel: Text = models.CharField(max_length=64)
    address: Text = models.TextField()
    received: Time = models.DateTimeField(db_index=True)


class Attempt(models.Model):
    """One grading; the queued ones are the queue."""

    submission: models.ForeignKey[Submission, Submission] = models.ForeignKey(
        Submission, on_delete=models.CASCADE, related_name="attempts"
    )
    submission_id: str
    course: Text = models.CharField(max_length=255)  # this and the next as in the submission: fairness without a join
    uid: Text = models.CharField(max_length=255)
    key: Text = models.CharField(max_length=128)  # at most one unfinished attempt has it
    state: Text = models.CharField(max_length=16)
    priority: Number = models.SmallIntegerField()
    exclusive: Flag = models.BooleanField()
    not_before: Time = models.DateTimeField()
    token: Number = models.IntegerField(default=0)
    tries: Number = models.IntegerField(default=0)
    beats: Number = models.BigIntegerField(default=0)
    host: Text = models.CharField(max_length=255, default="")
    owner: Text = models.CharField(max_length=255, default="")
    cancel_requested: Flag = models.BooleanField(default=False)
    queued: Time = models.DateTimeField()
    started: PerhapsTime = models.DateTimeField(null=True)
    finished: PerhapsTime = models.DateTimeField(null=True)
    fault: Text = models.TextField(default="")
    outcome: Text = models.CharField(max_length=32, default="")
    report: Text = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(state__in=UNFINISHED), name="one_unfinished_attempt"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "priority", "course", "uid", "id", "not_before"], name="attempt_queue"),
            models.Index(fields=["course", "uid", "started"], name="attempt_turn_of_student"),
            models.Index(fields=["course", "started"], name="attempt_turn_of_course"),
            models.Index(  # written once for each attempt, so that counting them reads no reports
                fields=["course", "state", "outcome", "finished"],
                condition=models.Q(finished__isnull=False),
                name="attempt_ended",
            ),
        ]


class Delivery(models.Model):
    """News for the front end, from the moment when an attempt ended."""

    submission: models.ForeignKey[Submission, Submission] = models.ForeignKey(
        Submission, on_delete=models.CASCADE, related_name="deliveries"
    )
    submission_id: str
    attempt: models.OneToOneField[Attempt, Attempt] = models.OneToOneField(
        Attempt, on_delete=models.CASCADE, related_name="delivery"
    )
    attempt_id: int
    receiver: Text = models.CharField(max_length=255)  # host and port of the front end
    state: Text = models.CharField(max_length=16, default=DeliveryState.PENDING.value)
    tries: Number = models.IntegerField(default=0)
    not_before: Time = models.DateTimeField()
    created: Time = models.DateTimeField()
    finished: PerhapsTime = models.DateTimeField(null=True)
    fault: Text = models.TextField(default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "tries", "not_before"], name="delivery_due")]


class Worker(models.Model):
    """A worker process, from its start to its end in good order."""

    owner: Text = models.CharField(primary_key=True, max_length=255)
    seen: Time = models.DateTimeField()  # by the clock of the database
