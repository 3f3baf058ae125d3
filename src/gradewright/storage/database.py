"""The Store on Django's tables: SQLite or PostgreSQL.

No two clocks are ever compared. A worker that grades raises a count, and whoever has seen the same count for long
enough, by a clock of their own that never jumps, takes the attempt away (`signs`, `abandon`). The time of day only says
when to try again; a clock that jumps makes that sooner, or at most an hour later.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.timezone import now as current_time

from gradewright.model.attempt import (
    AttemptState,
    Claim,
    Delivery,
    DeliveryState,
    LifeSign,
    StoredSubmission,
)
from gradewright.storage import claiming, presence
from gradewright.storage.rows import ALONE, announce, guarded, make_due, stored
from gradewright.storage.soundness import insist_on_file
from gradewright.storage.tables import models

FIRST_PAUSE = timedelta(seconds=5)  # after a fault of ours; doubled after each further one
LONGEST_PAUSE = timedelta(minutes=5)
FIRST_DELIVERY_PAUSE = timedelta(seconds=5)
LONGEST_DELIVERY_PAUSE = timedelta(minutes=10)
SUBMISSION = "SELECT * FROM gradewright_submission WHERE id = %s"  # a third of the time that composing it would take
FINISH = """
UPDATE gradewright_attempt SET state = 'graded', finished = %s, fault = '', outcome = %s, report = %s
WHERE id = %s AND token = %s AND state = 'running'
"""
RIVALS = 8  # workers that may look for deliveries at the same moment, and take the first ones
LEAST_DELIVERY_TRIES = 10  # before a delivery counts as too old, so that no jump of the clock makes it so


class Database:
    """Needs Django to be set up, and its migrations applied."""

    def __init__(self, *, tries: int, delivery_hours: float) -> None:
        self._tries = tries
        self._delivery_time = timedelta(hours=delivery_hours)

    @guarded
    def add(self, submission: StoredSubmission, *, key: str = "", exclusive: bool = False, priority: int = 0) -> str:
        key = key or submission.id
        try:
            with transaction.atomic():
                if known := _unfinished(key):
                    return known
                _insert(submission, key=key, exclusive=exclusive, priority=priority)
                insist_on_file()
        except IntegrityError:  # the same POST came twice at the same moment
            if known := _unfinished(key):
                return known
            raise
        return submission.id

    @guarded
    def get(self, submission: str) -> StoredSubmission | None:
        row = models.Submission.objects.filter(id=submission).first()
        return stored(row) if row else None

    @guarded
    def claim(self, host: str, owner: str) -> Claim | None:
        taken = claiming.take(host, owner, current_time())
        if taken is None:
            return None
        attempt, token, tries, submission = taken
        row = models.Submission.objects.raw(SUBMISSION, [submission])[0]
        return Claim(attempt=attempt, token=token, tries=tries, submission=stored(row))

    @guarded
    def keep(self, claims: Collection[Claim]) -> set[tuple[int, int]]:
        given_up = set()
        with transaction.atomic():
            for claim in claims:
                ours = _held(claim).filter(cancel_requested=False)
                if not ours.update(beats=F("beats") + 1):
                    given_up.add(claim.ticket)
        return given_up

    def present(self, owner: str) -> None:
        presence.present(owner)

    def absent(self, owner: str) -> None:
        presence.absent(owner)

    @guarded
    def signs(self) -> Sequence[LifeSign]:
        rows = models.Attempt.objects.filter(state=AttemptState.RUNNING)
        return [LifeSign(attempt=pk, token=token, beats=beats) for pk, token, beats in _columns(rows)]

    @guarded
    def abandon(self, sign: LifeSign) -> bool:
        with transaction.atomic():
            rows = models.Attempt.objects.filter(
                id=sign.attempt, token=sign.token, beats=sign.beats, state=AttemptState.RUNNING
            )
            row = rows.select_for_update().first()
            if row:
                self._put_off(row, f"The worker {row.owner} gave no sign of life.", timedelta(0))
        return row is not None

    @guarded
    def finish(self, claim: Claim, report: Mapping[str, Any]) -> bool:
        now = current_time()
        moment = connection.ops.adapt_datetimefield_value(now)
        values = [moment, report["outcome"], json.dumps(report), claim.attempt, claim.token]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(FINISH, values)
            accepted = bool(cursor.rowcount)
            if accepted:
                make_due(claim.attempt, claim.submission.id, claim.submission.reply_to, now)
        return accepted

    @guarded
    def fail(self, claim: Claim, fault: str) -> None:
        with transaction.atomic():
            if row := _held(claim).select_for_update().first():
                self._put_off(row, fault, _pause(claim.tries, FIRST_PAUSE, LONGEST_PAUSE))

    @guarded
    def release(self, claim: Claim) -> None:
        now = current_time()
        with transaction.atomic():
            if _held(claim).filter(cancel_requested=True).update(state=AttemptState.CANCELLED, finished=now):
                announce(claim.attempt, claim.submission.id, now)
            _held(claim).update(state=AttemptState.QUEUED, tries=F("tries") - 1, not_before=now)

    def _put_off(self, row: models.Attempt, fault: str, pause: timedelta) -> None:
        """Queue an attempt again, or end it if that was its last try or nobody wants it any more."""
        now = current_time()
        row.fault, row.not_before, row.state = fault, now + pause, AttemptState.QUEUED.value
        if row.cancel_requested or row.tries >= self._tries:
            row.state = (AttemptState.CANCELLED if row.cancel_requested else AttemptState.FAILED).value
            row.finished = now
            announce(row.pk, row.submission_id, now)
        row.save(update_fields=["fault", "not_before", "state", "finished"])

    @guarded
    def due(self, limit: int, *, without: Collection[str] = ()) -> Sequence[Delivery]:
        now = current_time()
        waiting = Q(not_before__lte=now) | Q(not_before__gt=now + claiming.LONGEST_WAIT)
        rows = models.Delivery.objects.filter(waiting, state=DeliveryState.PENDING).exclude(receiver__in=without)
        rows = rows.order_by("tries", "not_before")
        found = rows.values_list("id", "tries")[: limit + RIVALS]
        taken = (id for id, tries in found if _take(id, tries, now))
        return [_delivery(id) for id in islice(taken, limit)]

    @guarded
    def delivered(self, delivery: Delivery) -> None:
        rows = models.Delivery.objects.filter(id=delivery.id, state=DeliveryState.PENDING)
        rows.update(state=DeliveryState.DELIVERED, finished=current_time(), fault="")

    @guarded
    def undelivered(self, delivery: Delivery, fault: str) -> None:
        now = current_time()
        pause = _pause(delivery.tries, FIRST_DELIVERY_PAUSE, LONGEST_DELIVERY_PAUSE)
        rows = models.Delivery.objects.filter(id=delivery.id, state=DeliveryState.PENDING, tries=delivery.tries)
        rows.update(fault=fault, not_before=now + pause)
        if delivery.tries >= LEAST_DELIVERY_TRIES:
            too_old = rows.filter(created__lt=now - self._delivery_time)
            too_old.update(state=DeliveryState.FAILED, finished=now)

    def close(self) -> None:
        connection.close()


def _unfinished(key: str) -> str | None:
    rows = models.Attempt.objects.filter(key=key, state__in=models.UNFINISHED)
    return rows.values_list("submission_id", flat=True).first()


def _insert(submission: StoredSubmission, *, key: str, exclusive: bool, priority: int) -> None:
    models.Submission.objects.create(
        id=submission.id,
        course=submission.course,
        exercise=submission.exercise,
        uid=submission.uid,
        ordinal=submission.ordinal,
        language=submission.language,
        directory=submission.directory,
        fields=json.dumps(dict(submission.fields)),
        channel=submission.reply_to.channel,
        address=submission.reply_to.address,
        received=submission.received,
    )
    now = current_time()
    models.Attempt.objects.create(
        submission_id=submission.id,
        course=submission.course,
        uid=submission.uid,
        key=key,
        state=AttemptState.QUEUED,
        priority=priority,
        exclusive=exclusive,
        not_before=now,
        queued=now,
    )


def _held(claim: Claim) -> QuerySet[models.Attempt]:
    """The attempt if the claim on it is still good: the fence that late results meet."""
    return models.Attempt.objects.filter(id=claim.attempt, token=claim.token, state=AttemptState.RUNNING)


def _columns(rows: QuerySet[models.Attempt]) -> Sequence[tuple[int, int, int]]:
    return list(rows.values_list("id", "token", "beats"))


def _take(id: int, tries: int, now: datetime) -> bool:
    """Make a delivery ours for a while; False if somebody else was faster."""
    rows = models.Delivery.objects.filter(id=id, tries=tries, state=DeliveryState.PENDING)
    return bool(rows.update(tries=tries + 1, not_before=now + ALONE))


def _delivery(id: int) -> Delivery:
    row = models.Delivery.objects.select_related("submission", "attempt").get(id=id)
    report = row.attempt.report
    return Delivery(
        id=id,
        tries=row.tries,
        attempt=row.attempt_id,
        submission=stored(row.submission),
        report=json.loads(report) if report else None,
    )


def _pause(tries: int, first: timedelta, longest: timedelta) -> timedelta:
    return min(longest, first * 2.0 ** min(tries - 1, 20))
