"""What the store says to SQLite in one cycle of claiming and finishing, said without it."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gradewright.storage

_SOURCE = (Path(gradewright.storage.__file__).parent / "claiming.py").read_text()
_NAMED = re.compile(r"%\((\w+)\)s")


def _statement(name: str) -> str:
    """A statement of the store, for the driver alone; its module needs Django."""
    text = _SOURCE.partition(f'\n{name} = """')[2].partition('"""')[0]
    return _NAMED.sub(r":\1", text.replace("{skipping}", ""))


CLAIM, IS_ANY = _statement("CLAIM"), _statement("IS_ANY")


def cycle(connection: sqlite3.Connection, report: str) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    known = {"now": str(now), "horizon": str(now + timedelta(hours=1)), "host": "here", "owner": "here/1"}
    connection.execute(IS_ANY, known).fetchone()
    connection.execute("BEGIN IMMEDIATE")
    attempt, token, _, submission = connection.execute(CLAIM, known).fetchone()
    connection.execute("COMMIT")
    connection.execute("SELECT * FROM gradewright_submission WHERE id = ?", [submission]).fetchone()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "UPDATE gradewright_attempt SET state = 'graded', finished = ?, fault = '', outcome = 'graded', report = ?"
        " WHERE id = ? AND token = ? AND state = 'running'",
        [str(now), report, attempt, token],
    )
    pending = "SELECT 1 FROM gradewright_delivery WHERE submission_id = ? AND state = 'pending' LIMIT 1"
    connection.execute(pending, [submission]).fetchone()
    connection.execute(
        "INSERT INTO gradewright_delivery"
        " (submission_id, attempt_id, receiver, state, tries, not_before, created, fault)"
        " VALUES (?, ?, 'x', 'pending', 0, ?, ?, '')",
        [submission, attempt, str(now), str(now)],
    )
    connection.execute("COMMIT")
