"""Rows to records and back, and the rules that more than one part of the store follows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection

from gradewright.errors import StoreError
from gradewright.model import attempt as model
from gradewright.model.attempt import AttemptState, DeliveryState
from gradewright.storage.soundness import make_sure
from gradewright.storage.tables.models import Attempt, Delivery, Submission

ALONE = timedelta(seconds=60)  # how long a delivery is left to whoever took it; longer than a channel may take

EARLIER_NEWS = "SELECT 1 FROM gradewright_delivery WHERE submission_id = %s AND state = 'pending' LIMIT 1"

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def guarded(method: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """As `translated`, on a database that was made sure of."""

    @translated
    @wraps(method)
    def call(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        make_sure()
        return method(*args, **kwargs)

    return call


def translated(method: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """What the database raises, as a `StoreError`; a connection that broke is replaced for the next call."""

    @wraps(method)
    def call(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            return method(*args, **kwargs)
        except DatabaseError as error:
            connection.close_if_unusable_or_obsolete()
            raise StoreError(
                f"The database cannot be used: {error}.", remedy="Is it running, and is there room on its disk?"
            ) from error

    return call


def stored(row: Submission) -> model.StoredSubmission:
    return model.StoredSubmission(
        id=row.id,
        course=row.course,
        exercise=row.exercise,
        uid=row.uid,
        ordinal=row.ordinal,
        language=row.language,
        directory=row.directory,
        fields=json.loads(row.fields),
        reply_to=model.ReplyTo(channel=row.channel, address=row.address),
        received=row.received,
    )


def record(row: Attempt) -> model.AttemptRecord:
    """Of a row that was selected with its submission and its delivery."""
    delivery = getattr(row, "delivery", None)
    return model.AttemptRecord(
        id=row.pk,
        submission=row.submission.id,
        course=row.course,
        exercise=row.submission.exercise,
        uid=row.uid,
        state=AttemptState(row.state),
        tries=row.tries,
        queued=row.queued,
        started=row.started,
        finished=row.finished,
        fault=row.fault,
        report=json.loads(row.report) if row.report else None,
        delivery=DeliveryState(delivery.state) if delivery else None,
        delivery_fault=delivery.fault if delivery else "",
    )


def announce(attempt: int, submission: str, now: datetime) -> None:
    """The attempt has ended: if anybody is to be told, its news is due from now on, and that of earlier ones is not."""
    row = Submission.objects.get(id=submission)
    make_due(attempt, submission, model.ReplyTo(channel=row.channel, address=row.address), now)


def make_due(attempt: int, submission: str, reply_to: model.ReplyTo, now: datetime) -> None:
    """As `announce`, if it is known who is to be told.

    What may be on its way for an earlier attempt has time to arrive first, so that the last word is this one's.
    """
    if not reply_to.channel:
        return
    Delivery.objects.create(
        submission_id=submission,
        attempt_id=attempt,
        receiver=reply_to.receiver,
        created=now,
        not_before=_after_earlier_news(submission, now),
    )


def _after_earlier_news(submission: str, now: datetime) -> datetime:
    """When what is on its way for an earlier attempt will have arrived; what is not on its way is superseded."""
    with connection.cursor() as cursor:  # mostly there is none, and the writers' lock is held
        cursor.execute(EARLIER_NEWS, [submission])
        if cursor.fetchone() is None:
            return now
    before = Delivery.objects.filter(submission_id=submission, state=DeliveryState.PENDING)
    on_their_way: list[datetime] = list(before.filter(tries__gt=0).values_list("not_before", flat=True))
    before.update(state=DeliveryState.SUPERSEDED, finished=now)
    return min(max([now, *on_their_way]), now + ALONE)
