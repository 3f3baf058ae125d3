"""What staff do with attempts: look at them, grade again, cancel, send again, forget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import now as current_time

from gradewright.errors import MissingError
from gradewright.model.attempt import AttemptRecord, AttemptState, DeliveryState, StoredSubmission
from gradewright.storage.rows import announce, guarded, record
from gradewright.storage.tables.models import UNFINISHED, Attempt, Delivery, Submission


@guarded
def attempts(
    *,
    submission: str = "",
    course: str = "",
    exercise: str = "",
    uid: str = "",
    failed: bool = False,
    undelivered: bool = False,
    limit: int | None = None,
) -> list[AttemptRecord]:
    """Attempts by what is asked for, the oldest first; of those above `limit`, the latest."""
    rows = _chosen(course=course, exercise=exercise, uid=uid, failed=failed)
    if submission:
        rows = rows.filter(submission_id=submission)
    if undelivered:
        rows = rows.filter(delivery__state__in=(DeliveryState.PENDING, DeliveryState.FAILED))
    return [record(row) for row in rows.select_related("submission", "delivery").order_by("-id")[:limit]][::-1]


@guarded
def submissions(*, course: str = "", exercise: str = "", uid: str = "", failed: bool = False) -> list[str]:
    """The ids of submissions that have such attempts, the oldest attempt first."""
    rows = _chosen(course=course, exercise=exercise, uid=uid, failed=failed)
    return list(dict.fromkeys(rows.order_by("id").values_list("submission_id", flat=True)))


def _chosen(*, course: str, exercise: str, uid: str, failed: bool) -> QuerySet[Attempt]:
    """If `failed`, those that came to no verdict, unless their submission has been graded again since."""
    wanted = {"course": course, "submission__exercise": exercise, "uid": uid}
    rows = Attempt.objects.filter(**{key: value for key, value in wanted.items() if value})
    if failed:
        later = Attempt.objects.filter(submission_id=OuterRef("submission_id"), id__gt=OuterRef("id"))
        rows = rows.filter(~Exists(later), state=AttemptState.FAILED)
    return rows


@guarded
def regrade(submission: StoredSubmission, *, exclusive: bool, priority: int = 0) -> int:
    """Queue one more attempt, unless one is queued or running; returns the attempt's id.

    It has the key of the attempts before, so that a POST that comes again meanwhile is still the same.
    """
    with transaction.atomic():
        Submission.objects.select_for_update().get(id=submission.id)
        before = Attempt.objects.filter(submission_id=submission.id).order_by("-id")
        latest = before.first()
        if latest and latest.state in UNFINISHED:
            return int(latest.pk)
        now = current_time()
        attempt = Attempt.objects.create(
            submission_id=submission.id,
            course=submission.course,
            uid=submission.uid,
            key=submission.id,
            state=AttemptState.QUEUED,
            priority=priority,
            exclusive=exclusive,
            not_before=now,
            queued=now,
        )
    return int(attempt.pk)


@guarded
def cancel(attempt: int) -> bool:
    """End an attempt without a verdict; one that is running ends as soon as its worker hears. False if it has ended.

    Raises `MissingError` if there is no such attempt.
    """
    now = current_time()
    with transaction.atomic():
        row = Attempt.objects.select_for_update().filter(id=attempt).first()
        if row is None:
            raise MissingError(
                f"There is no attempt {attempt}.", remedy="gradewright attempts list shows their numbers."
            )
        if row.state not in UNFINISHED:
            return False
        row.cancel_requested = True
        if row.state == AttemptState.QUEUED:
            row.state, row.finished = AttemptState.CANCELLED.value, now
            announce(row.pk, row.submission_id, now)
        row.save(update_fields=["cancel_requested", "state", "finished"])
    return True


@guarded
def deliver_again(attempts: Sequence[int]) -> int:
    """Make what could not be delivered due once more; returns how many there are."""
    now = current_time()
    rows = Delivery.objects.filter(attempt_id__in=attempts, state__in=(DeliveryState.FAILED, DeliveryState.PENDING))
    return rows.update(state=DeliveryState.PENDING, tries=0, created=now, not_before=now, finished=None)


@guarded
def old(before: datetime, limit: int) -> list[tuple[str, str]]:
    """(id, directory) of submissions that were received before this moment and of which nothing is outstanding."""
    rows: QuerySet[Submission] = Submission.objects.filter(received__lt=before)
    rows = rows.exclude(attempts__state__in=UNFINISHED).exclude(deliveries__state=DeliveryState.PENDING)
    return list(rows.order_by("received").values_list("id", "directory")[:limit])


@guarded
def known(submissions: Sequence[str]) -> set[str]:
    """Those of these submissions that there are."""
    return set(Submission.objects.filter(id__in=submissions).values_list("id", flat=True))


@guarded
def forget(submission: str) -> None:
    """Remove a submission with its attempts."""
    Submission.objects.filter(id=submission).delete()
