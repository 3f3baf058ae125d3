"""The queue: its statements through the store against the same statements raw, and how long a submission waits.

As a program it is one of several workers: `python -m bench.queue ours|raw DATA`.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

from bench.measure import Ratio, Results, Sample
from gradewright import django_settings
from gradewright.logs import set_up_logs
from gradewright.settings import Settings

WORKERS = 4
CYCLES = 100  # of each worker
TURNS = 3
ROUNDS = 40
STUDENTS, COURSES = 40, 3
UPLOAD = b"x" * 10_000
REPORT = {"schema": 1, "outcome": "graded", "feedback": {"body": "y" * 2000}}
DATABASE = "gradewright.sqlite3"


def measure() -> Results:
    set_up_logs("text", quiet=1)
    with TemporaryDirectory(prefix="gradewright-bench-", dir=Path.cwd()) as directory:  # a real disk: fsync counts
        place = Path(directory)
        (place / "courses").mkdir()
        settings = Settings(data_dir=place / "data", courses_dir=place / "courses", state_dir=place / "state")
        django_settings.set_up(settings)
        from gradewright.storage.schema import bring_up_to_date

        bring_up_to_date(settings.data_dir)
        empty = place / "empty.sqlite3"
        shutil.copy(settings.data_dir / DATABASE, empty)
        waiting = _waiting(settings)
        cycles = _cycles(place, empty)
    ratios = (
        Ratio(
            name=f"claim and finish with {WORKERS} workers / the same statements raw",
            value=cycles[0].median / cycles[1].median,
            target=4,
            better="lower",
        ),
        Ratio(name="accepted upload to queued [ms]", value=waiting[0].median, target=15, better="lower"),
        Ratio(name="queued to running when idle [ms]", value=waiting[1].median, target=100, better="lower"),
    )
    return Results(samples=(*cycles, *waiting), ratios=ratios)


def _cycles(place: Path, empty: Path) -> tuple[Sample, Sample]:
    """Milliseconds of one cycle of one worker, while the others work too."""
    times: dict[str, list[float]] = {"ours": [], "raw": []}
    for turn in range(TURNS):
        for subject in times:
            data = place / f"{subject}-{turn}"
            data.mkdir()
            shutil.copy(empty, data / DATABASE)
            _fill(data / DATABASE)
            command = [sys.executable, "-m", "bench.queue", subject, str(data)]
            workers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(WORKERS)]
            for worker in workers:
                assert worker.stdout
                worker.stdout.readline()  # it is ready
            for worker in workers:
                assert worker.stdin
                worker.stdin.close()  # go
            for worker in workers:
                assert worker.stdout
                times[subject].append(float(worker.stdout.read()) / CYCLES * 1000)
                assert worker.wait() == 0
    return (
        Sample(case="claim and finish", subject="store", times=tuple(times["ours"])),
        Sample(case="claim and finish", subject="statements, raw", times=tuple(times["raw"])),
    )


def _fill(database: Path) -> None:
    """As many attempts as all workers together finish."""
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    connection = sqlite3.connect(database)
    with connection:
        for number in range(WORKERS * CYCLES):
            id, course, uid = f"s{number}", f"course-{number % COURSES}", str(number % STUDENTS)
            connection.execute(
                "INSERT INTO gradewright_submission VALUES (?, ?, 'e', ?, 1, 'en', '', '{}', 'aplus', 'http://x/', ?)",
                (id, course, uid, now),
            )
            connection.execute(
                "INSERT INTO gradewright_attempt (submission_id, course, uid, key, state, priority, exclusive,"
                " not_before, token, tries, beats, host, owner, cancel_requested, queued, fault, outcome, report)"
                " VALUES (?, ?, ?, ?, 'queued', 0, 0, ?, 0, 0, 0, '', '', 0, ?, '', '', '')",
                (id, course, uid, id, now, now),
            )
    connection.close()


def _work(subject: str, data: Path) -> None:
    one = _ours(data) if subject == "ours" else _raw(data)
    print(flush=True)
    sys.stdin.read()
    begin = time.perf_counter()
    for _ in range(CYCLES):
        one()
    print(time.perf_counter() - begin)


def _ours(data: Path) -> Any:
    django_settings.set_up(Settings(data_dir=data))
    from gradewright.storage.database import Database

    store = Database(tries=3, delivery_hours=1)
    owner = f"here/{os.getpid()}"

    def one() -> None:
        claim = store.claim("here", owner)
        assert claim
        assert store.finish(claim, REPORT)

    return one


def _raw(data: Path) -> Any:
    from bench.queue_statements import cycle

    connection = sqlite3.connect(data / DATABASE, timeout=60, isolation_level=None)
    connection.executescript(django_settings.SQLITE_PRAGMAS)
    return lambda: cycle(connection, json.dumps(REPORT))


def _waiting(settings: Settings) -> tuple[Sample, Sample]:
    """From an upload that was accepted to its row, and from the row to a worker that begins."""
    from gradewright.exercises.records import Answer, Status, Visit
    from gradewright.model.course import CourseExercise
    from gradewright.service import CourseService

    service, begun, stop = CourseService(settings), Event(), Event()
    moments: list[float] = []

    def grade(claim: Any, given_up: Any) -> None:
        moments.append(time.perf_counter())
        service.store.finish(claim, REPORT)
        begun.set()

    worker = Thread(target=service.queue.work, args=[grade, stop])
    worker.start()
    exercise = CourseExercise(course="course", key="exercise", versions={"en": {}})
    answer = Answer(status=Status.ACCEPTED, queued=True, files={"main.py": UPLOAD, "more.py": UPLOAD})
    storing, starting = [], []
    for number in range(ROUNDS):
        begun.clear()
        begin = time.perf_counter()
        service.submit(exercise, Visit(uid=str(number)), answer)
        queued = time.perf_counter()
        begun.wait()
        storing.append((queued - begin) * 1000)
        starting.append(max(0.0, moments[-1] - queued) * 1000)
        time.sleep(0.05 + number % 7 / 100)  # at no fixed place in the rhythm of the worker
    stop.set()
    worker.join()
    return (
        Sample(case="upload to queued", subject="service", times=tuple(storing)),
        Sample(case="queued to running", subject="service", times=tuple(starting)),
    )


if __name__ == "__main__":
    _work(sys.argv[1], Path(sys.argv[2]))
