"""A process that adds submissions and grades whatever it gets, as fast as it can: `hammering.py DATA DATABASE NAME`.

Prints a line for each attempt that it finished. Any error ends it with a traceback.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from gradewright import django_settings
from gradewright.settings import Settings

SUBMISSIONS = 50
IDLE_SECONDS = 2.0


def main(data: str, database: str, name: str) -> None:
    django_settings.set_up(Settings(data_dir=Path(data), database=database))
    from gradewright.storage.database import Database
    from support.stores import submission

    store = Database(tries=3, delivery_hours=1)
    for number in range(SUBMISSIONS):
        store.add(submission(f"{name}-{number}", course=f"course-{number % 3}", uid=name, address="http://127.0.0.1/"))
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < IDLE_SECONDS:
        for delivery in store.due(1):
            store.delivered(delivery)
        claim = store.claim("here", f"here/{os.getpid()}")
        if claim is None:
            time.sleep(0.01)
            continue
        idle_since = time.monotonic()
        assert store.keep([claim]) == set()
        assert store.finish(claim, {"outcome": "graded"})
        print(claim.attempt)


main(*sys.argv[1:])
