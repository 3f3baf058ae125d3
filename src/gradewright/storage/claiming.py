"""Whose turn it is: one statement that finds the attempt and takes it.

The highest priority first; among the courses that wait, the one with the fewest attempts running, then the one that
was served the longest time ago; in it the student by the same rule; of that student the oldest attempt. An exclusive
attempt whose turn it is waits until this machine is idle, and keeps it idle until it has run.

SQLite lets one writer in at a time. In PostgreSQL claims of one machine take turns by an advisory lock, because whether
it is idle concerns more than the row; those of other machines skip a row that is being taken, and look again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

LONGEST_WAIT = timedelta(hours=1)  # nothing is put off for longer: what seems to be is the doing of a clock that jumped

CLAIM = """
WITH top AS (
    SELECT MAX(priority) AS priority FROM gradewright_attempt
    WHERE state = 'queued' AND (not_before <= %(now)s OR not_before > %(horizon)s)
), course_in_turn AS (
    SELECT each.course FROM (
        SELECT course, MIN(id) AS oldest FROM gradewright_attempt
        WHERE state = 'queued' AND priority = (SELECT priority FROM top)
            AND (not_before <= %(now)s OR not_before > %(horizon)s)
        GROUP BY course
    ) AS each ORDER BY
        (SELECT COUNT(*) FROM gradewright_attempt a WHERE a.state = 'running' AND a.course = each.course),
        (SELECT MAX(started) FROM gradewright_attempt a WHERE a.course = each.course) NULLS FIRST,
        each.oldest
    LIMIT 1
), in_turn AS (
    SELECT each.oldest AS id FROM (
        SELECT course, uid, MIN(id) AS oldest FROM gradewright_attempt
        WHERE state = 'queued' AND priority = (SELECT priority FROM top)
            AND course = (SELECT course FROM course_in_turn)
            AND (not_before <= %(now)s OR not_before > %(horizon)s)
        GROUP BY course, uid
    ) AS each ORDER BY
        (SELECT COUNT(*) FROM gradewright_attempt a
         WHERE a.state = 'running' AND a.course = each.course AND a.uid = each.uid),
        (SELECT MAX(started) FROM gradewright_attempt a WHERE a.course = each.course AND a.uid = each.uid) NULLS FIRST,
        each.oldest
    LIMIT 1
)
UPDATE gradewright_attempt SET
    state = 'running', token = token + 1, tries = tries + 1, beats = 0, started = %(now)s,
    host = %(host)s, owner = %(owner)s
WHERE id = (
    SELECT a.id FROM gradewright_attempt a
    WHERE a.id = (SELECT id FROM in_turn) AND a.state = 'queued' AND NOT EXISTS (
        SELECT 1 FROM gradewright_attempt r
        WHERE r.state = 'running' AND r.host = %(host)s AND (r.exclusive OR a.exclusive)
    )
    {skipping}
)
RETURNING id, token, tries, submission_id
"""
IS_ANY = """
SELECT 1 FROM gradewright_attempt
WHERE state = 'queued' AND (not_before <= %(now)s OR not_before > %(horizon)s) LIMIT 1
"""
TURN = "SELECT pg_advisory_xact_lock(hashtext('gradewright claims of ' || %s))"


def take(host: str, owner: str, now: datetime) -> tuple[int, int, int, str] | None:
    """(attempt, token, tries, submission) of what was taken, or None if there is nothing to do here now."""
    on_postgresql = connection.vendor == "postgresql"
    known = {"now": _moment(now), "horizon": _moment(now + LONGEST_WAIT), "host": host, "owner": owner}
    with connection.cursor() as cursor:  # most of the time nothing waits: then no lock is taken
        cursor.execute(IS_ANY, known)
        if cursor.fetchone() is None:
            return None
    with transaction.atomic(), connection.cursor() as cursor:
        if on_postgresql:
            cursor.execute(TURN, [host])
        cursor.execute(CLAIM.format(skipping="FOR UPDATE OF a SKIP LOCKED" if on_postgresql else ""), known)
        row: tuple[int, int, int, str] | None = cursor.fetchone()
    return row


def _moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)
