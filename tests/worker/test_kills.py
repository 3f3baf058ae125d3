"""Processes die at random moments while submissions flow, and nobody notices."""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import psutil

from gradewright.testing.front_end import FrontEnd, Sent, SentState
from support.serving import RIGHT, Served, attempts, serving

SUBMISSIONS = 200
STUDENTS = 20
KINDS = ("worker", "answering", "sandbox", "web")  # web: the parent of those that are answering
PAUSES = (0.2, 0.5, 1, 1, 2, 2, 4, 4)
KILLS_SECONDS = (0.1, 0.6)  # between two kills
THOUGHT_SECONDS = 0.2  # of a student, before each submission


class Killer(Thread):
    """Kills a process of each kind in turn, at random moments."""

    def __init__(self, served: Served, seed: int) -> None:
        super().__init__()
        self._served = served
        self._random = random.Random(seed)
        self._end = Event()
        self.killed: Counter[str] = Counter()

    def run(self) -> None:
        for kind in itertools.cycle(KINDS):
            if self._end.wait(self._random.uniform(*KILLS_SECONDS)):
                return
            self._kill_one(kind)

    def _kill_one(self, kind: str) -> None:
        """As soon as there is one."""
        while not self._end.is_set():
            for process in self._served.descendants():
                try:
                    if kind_of(process, self._served) == kind:
                        process.kill()
                        self.killed[kind] += 1
                        return
                except psutil.NoSuchProcess:
                    continue

    def stop(self) -> None:
        self._end.set()
        self.join()


def kind_of(process: psutil.Process, served: Served) -> str:
    if process.ppid() != served.process.pid:
        return "answering" if is_service(process) else "sandbox"
    return "web" if any(is_service(each) for each in process.children()) else "worker"


def is_service(process: psutil.Process) -> bool:
    return bool(process.cmdline()[1:3] == ["-m", "gradewright"])


def test_every_submission_is_graded_once_and_its_result_delivered_once(tmp_path: Path) -> None:
    with FrontEnd(pauses=PAUSES) as front_end, serving(tmp_path, GRADEWRIGHT_TRIES="30") as served:
        killer = Killer(served, seed=1)
        killer.start()
        with ThreadPoolExecutor(8) as students:
            sent = list(students.map(lambda number: send(front_end, served, number), range(SUBMISSIONS)))
        killer.stop()
        assert set(killer.killed) == set(KINDS)
        results = [front_end.wait_for(each.id, 120) for each in sent]
        settle(served)
        for each in results:
            assert (each.state, each.points, each.max_points) == (SentState.READY, 10, 10)
            assert {(said["points"], said["feedback"]) for said in each.results} == {("10", each.feedback)}
        for uid in range(STUDENTS):
            assert front_end.charged(served.exercise, str(uid)) == SUBMISSIONS // STUDENTS
        rows = attempts(served)
        assert {(state, news) for _, state, _, news in rows} == {("graded", "delivered")}
        assert len({submission for submission, *_ in rows}) == len(rows) >= SUBMISSIONS


def send(front_end: FrontEnd, served: Served, number: int) -> Sent:
    time.sleep(THOUGHT_SECONDS)
    program = RIGHT + b"  # %d" % number
    return front_end.submit(served.exercise, files={"file1": ("greet.py", program)}, uid=str(number % STUDENTS))


def settle(served: Served) -> None:
    """Wait until nothing is queued, running or on its way."""
    deadline = time.monotonic() + 120
    while any((state, news) != ("graded", "delivered") for _, state, _, news in attempts(served)):
        assert time.monotonic() < deadline, attempts(served)
        time.sleep(0.1)
