"""Several processes use one database at the same time, and none is told that it is locked."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from gradewright.model.attempt import AttemptState, DeliveryState
from gradewright.settings import Settings

HERE = Path(__file__).parent
PROCESSES = 4


def test_each_submission_is_graded_once(service_settings: Settings) -> None:
    command = [sys.executable, str(HERE / "hammering.py"), str(service_settings.data_dir), service_settings.database]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    processes = [
        subprocess.Popen([*command, f"p{number}"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for number in range(PROCESSES)
    ]
    outputs = [process.communicate() for process in processes]
    assert [errors.decode() for _, errors in outputs] == [""] * PROCESSES
    finished = Counter(int(line) for output, _ in outputs for line in output.split())
    assert set(finished.values()) == {1}
    found = all_attempts()
    assert len(found) == len(finished) == PROCESSES * 50
    assert {(each.state, each.tries, each.delivery) for each in found} == {
        (AttemptState.GRADED, 1, DeliveryState.DELIVERED)
    }


def all_attempts() -> list[Any]:
    from gradewright.storage import staff

    return staff.attempts()
