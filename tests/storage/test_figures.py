"""Figures for Prometheus, asked for every few seconds although there may be a million reports."""

from __future__ import annotations

from typing import Any

from support.stores import submission

ADDRESS = "http://127.0.0.1/"
WITHOUT_SCANS = {  # which are right for tables as small as these
    "sqlite": "SELECT 1",
    "postgresql": "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off",
}
PLAN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}
INDEX_ALONE = {"sqlite": "COVERING INDEX", "postgresql": "Index Only Scan"}


def test_they_are_counted_by_course_state_and_outcome(store: Any) -> None:
    from gradewright.storage.metrics import QueueFigures

    for course in ("a", "a", "b"):
        store.add(submission(course=course, address=ADDRESS))
    store.finish(store.claim("here", "here/1"), {"outcome": "graded"})
    store.claim("here", "here/1")
    found = {
        (each.name, *each.labels.values()): each.value
        for family in QueueFigures(20.0).collect()
        for each in family.samples
        if "attempts" in each.name
    }
    assert found == {
        ("gradewright_attempts", "a", "graded"): 1,
        ("gradewright_attempts", "a", "queued"): 1,
        ("gradewright_attempts", "b", "running"): 1,
        ("gradewright_attempts_ended", "a", "graded"): 1,
    }


def test_attempts_that_ended_are_counted_without_reading_their_reports(store: Any) -> None:
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from gradewright.storage.metrics import QueueFigures

    store.add(submission())
    with CaptureQueriesContext(connection) as asked:
        list(QueueFigures(20.0).collect())
    [counting] = [query["sql"] for query in asked if "COUNT" in query["sql"] and '"outcome"' in query["sql"]]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WITHOUT_SCANS[connection.vendor])
        cursor.execute(PLAN[connection.vendor] + counting)
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert INDEX_ALONE[connection.vendor] in plan, plan


def test_the_tables_are_those_of_the_models(store: Any) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
