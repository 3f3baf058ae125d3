"""`gradewright attempts`: what staff see and do."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gradewright.settings import Settings
from support.serving import GRADEWRIGHT, course_of_programs
from support.stores import submission

REPORT = {
    "schema": 1,
    "outcome": "graded",
    "points": 3,
    "max_points": 10,
    "separation": "separated",
    "messages": [],
    "feedback": {"body": "", "html": False},
    "tests": [],
    "staff_notes": ["The grader's script complained."],
    "steps": [],
    "grading_data": "",
}
ADDRESS = "http://127.0.0.1/"


@pytest.fixture
def attempts(service_settings: Settings) -> Any:
    """Runs a subcommand on this service; returns what it printed, and fails if it fails."""

    def run(*words: str, code: int = 0) -> str:
        environment = {
            **os.environ,
            "GRADEWRIGHT_DATA_DIR": str(service_settings.data_dir),
            "GRADEWRIGHT_COURSES_DIR": str(service_settings.courses_dir),
            "GRADEWRIGHT_DATABASE": service_settings.database,
        }
        done = subprocess.run([GRADEWRIGHT, "attempts", *words], env=environment, capture_output=True, text=True)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    course_of_programs(service_settings.courses_dir)
    return run


def graded(store: Any, **changes: str) -> Any:
    from dataclasses import replace

    sent = replace(submission(course="programs", address=ADDRESS, **changes), exercise="greet")
    store.add(sent)
    claim = store.claim("here", "here/1")
    store.finish(claim, REPORT)
    return claim


def test_staff_see_what_was_graded(store: Any, attempts: Any) -> None:
    claim = graded(store, uid="7")
    listed = attempts("list", "--course", "programs", "--uid", "7")
    assert "programs/greet  uid 7  graded, pending  graded 3/10" in listed
    assert claim.submission.id in listed
    assert attempts("list", "--uid", "8") == ""
    [line] = attempts("list", "--json").splitlines()
    assert json.loads(line)["report"] == REPORT
    assert "The grader's script complained." in attempts("show", claim.submission.id)


def test_staff_see_what_failed_and_grade_it_again(store: Any, attempts: Any) -> None:
    graded(store)
    sent = submission(course="programs")
    from dataclasses import replace

    store.add(replace(sent, exercise="greet"))
    from gradewright.storage.tables.models import Attempt

    for _ in range(3):
        store.fail(store.claim("here", "here/1"), "The sandbox\nfailed.")
        Attempt.objects.update(not_before=sent.received)
    listed = attempts("list", "--failed")
    assert "failed" in listed
    assert "\n        The sandbox failed." in listed
    assert attempts("regrade", "--failed") == "1 queued.\n"
    again = store.claim("here", "here/1")
    assert again.submission.id == sent.id
    store.finish(again, REPORT)
    assert attempts("list", "--failed") == ""
    assert attempts("regrade", "--failed") == "0 queued.\n"


def test_a_regrade_passes_over_what_is_gone(store: Any, attempts: Any) -> None:
    graded(store)
    store.add(submission(course="programs"))
    store.finish(store.claim("here", "here/1"), REPORT)
    graded(store, uid="8")
    told = attempts("regrade", "--course", "programs", code=69)
    assert told.startswith("2 queued.\n")
    assert "1 not queued: There is no exercise programs/sorting any more." in told
    assert attempts("list", "--course", "programs").count("  queued  ") == 2


def test_a_regrade_of_everything_must_be_asked_for(store: Any, attempts: Any) -> None:
    assert "choose them with" in attempts("regrade", code=64)
    assert "choose them with" in attempts("regrade", "--failed", "20260901", code=64)
    assert "There is no submission nonsense." in attempts("regrade", "nonsense", code=69)
    assert "There is no submission nonsense." in attempts("show", "nonsense", code=69)


def test_staff_cancel(store: Any, attempts: Any) -> None:
    done = graded(store)
    store.add(submission())
    assert attempts("cancel", str(done.attempt), str(done.attempt + 1)) == "1 cancelled, 1 had ended already.\n"


def test_an_attempt_that_is_not_there_cannot_be_cancelled(store: Any, attempts: Any) -> None:
    waiting = str(graded(store).attempt + 1)
    store.add(submission())
    told = attempts("cancel", "99999", waiting, str(10**30), code=69)
    assert told.startswith("1 cancelled, 0 had ended already.\n")
    assert "There is no attempt 99999." in told
    assert f"There is no attempt {10**30}." in told
    assert "gradewright attempts list" in told


def test_staff_send_again_what_was_not_taken(store: Any, attempts: Any) -> None:
    graded(store)
    [delivery] = store.due(1)
    store.undelivered(delivery, "status 500")
    assert "status 500" in attempts("list", "--undelivered")
    assert store.due(1) == []
    assert attempts("deliver") == "1 will be sent by the workers.\n"
    assert len(store.due(1)) == 1


def test_old_submissions_are_forgotten(store: Any, attempts: Any, service_settings: Settings) -> None:
    from datetime import timedelta

    from gradewright.storage.files import SubmissionFiles
    from gradewright.storage.tables.models import Submission

    where = SubmissionFiles(service_settings.data_dir)
    (service_settings.data_dir / "incoming").mkdir(exist_ok=True)
    claim = graded(store)
    store.delivered(store.due(1)[0])
    directory = where.put(claim.submission.id, "programs", "greet", {"a": b""})
    Submission.objects.update(directory=directory, received=claim.submission.received - timedelta(days=3))
    assert attempts("purge", "--older-than", "4") == "0 forgotten.\n"
    assert attempts("purge", "--older-than", "2") == "1 forgotten.\n"
    assert store.get(claim.submission.id) is None
    assert not (service_settings.data_dir / directory).exists()


def forgotten(settings: Settings) -> None:
    """As if the database had been lost an hour after these were sent."""
    from gradewright.storage.tables.models import Submission

    Submission.objects.all().delete()
    for directory in settings.data_dir.glob("submissions/*/*/*"):
        moment = directory.stat().st_mtime - 3600
        os.utime(directory, (moment, moment))


def test_what_is_in_no_database_is_put_back(store: Any, attempts: Any, service_settings: Settings) -> None:
    from gradewright.exercises.records import Answer, Status, Visit
    from gradewright.service import CourseService

    service = CourseService(service_settings)
    exercise = service.catalog.exercise(service.catalog.course("programs"), "greet")
    answer = Answer(status=Status.ACCEPTED, queued=True, files={"greet.py": b"print('hello')"})
    visit = Visit(uid="7-8", ordinal=3, language="fi", submission_url=ADDRESS)
    first, second = (service.submit(exercise, visit, answer, fields={"field": str(n)}) for n in range(2))
    before = store.get(first)
    assert attempts("orphans") == ""
    forgotten(service_settings)
    assert f"programs/greet  uid 7-8  {first}\n" in attempts("orphans")
    assert attempts("recover", first) == "1 queued, 0 cannot be put back.\n"
    assert store.get(first) == before
    assert store.claim("here", "here/1").submission.id == first
    assert attempts("recover", "--all") == "1 queued, 0 cannot be put back.\n"
    assert store.get(second).fields == {"field": "1"}
    assert attempts("orphans") == ""
    assert "There is no orphan" in attempts("recover", first, code=69)
    assert "Name submissions" in attempts("recover", code=64)


def test_files_of_which_nothing_is_known_are_told_until_they_are_purged(
    attempts: Any, service_settings: Settings
) -> None:
    directory = service_settings.data_dir / "submissions" / "c" / "e" / "id"
    (directory / "user").mkdir(parents=True)
    forgotten(service_settings)
    assert "id: nothing is known but its files, in submissions/c/e/id" in attempts("orphans")
    assert attempts("recover", "--all") == "0 queued, 1 cannot be put back.\n"
    assert attempts("purge", "--older-than", "1") == "0 forgotten.\n"
    os.utime(directory, (0, 0))
    assert attempts("purge", "--older-than", "1") == "1 forgotten.\n"
    assert not directory.exists()


def test_tables_of_an_older_version_are_told(store: Any, attempts: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'gradewright'")
    told = attempts("list", code=2)
    assert "older version" in told
    assert "`gradewright serve` and `gradewright worker` bring it up to date" in told


def test_without_a_service_there_is_nothing_to_look_after(tmp_path: Path) -> None:
    environment = {**os.environ, "GRADEWRIGHT_DATA_DIR": str(tmp_path / "nowhere")}
    done = subprocess.run([GRADEWRIGHT, "attempts", "list"], env=environment, capture_output=True, text=True)
    assert done.returncode == 69
    assert "There is no database in" in done.stderr
    assert not (tmp_path / "nowhere").exists()
