"""The embedded queue hands out what the store has, and notices workers that are gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, Event, Thread
from typing import Any

from gradewright.model.attempt import Claim, LifeSign
from gradewright.queues.embedded import Embedded, Watch
from support.stores import submission
from support.waiting import eventually

REPORT = {"outcome": "graded"}
ENOUGH_SECONDS = 20.0


@contextmanager
def working(store: Any, grade: Callable[..., None], *, slots: int = 2, lease: float = 20.0) -> Iterator[Event]:
    """A worker with these habits; ends, and is waited for, with the block or when the event is set."""
    stop = Event()
    queue = Embedded(store, slots=slots, lease_seconds=lease)
    worker = Thread(target=queue.work, args=[grade, stop])
    worker.start()
    try:
        yield stop
    finally:
        stop.set()
        worker.join()


def test_what_is_queued_is_graded(store: Any) -> None:
    graded = []

    def grade(claim: Claim, given_up: Callable[[], bool]) -> None:
        store.finish(claim, REPORT)
        graded.append(claim.submission.id)

    with working(store, grade):
        ids = [store.add(submission()) for _ in range(5)]
        eventually(lambda: len(graded) == 5)
    assert sorted(graded) == sorted(ids)


def test_as_many_run_at_once_as_there_are_slots(store: Any) -> None:
    meeting = Barrier(3, timeout=ENOUGH_SECONDS)  # lets nobody go on unless three come
    met = []

    def grade(claim: Claim, given_up: Callable[[], bool]) -> None:
        meeting.wait()
        store.finish(claim, REPORT)
        met.append(claim)

    for uid in "123":
        store.add(submission(uid=uid))
    with working(store, grade, slots=3):
        eventually(lambda: len(met) == 3)


def test_stopping_lets_what_was_begun_end_and_begins_nothing(store: Any) -> None:
    begun, may_end = Event(), Event()

    def grade(claim: Claim, given_up: Callable[[], bool]) -> None:
        begun.set()
        may_end.wait(ENOUGH_SECONDS)
        assert store.finish(claim, REPORT)

    store.add(submission(uid="1"))
    store.add(submission(uid="2"))
    with working(store, grade, slots=1) as stop:
        assert begun.wait(ENOUGH_SECONDS)
        stop.set()
        may_end.set()
    assert store.signs() == []
    assert store.claim("here", "here").submission.uid == "2"


def test_a_cancelled_attempt_is_given_up(store: Any) -> None:
    from gradewright.storage import staff

    gave_up = Event()

    def grade(claim: Claim, given_up: Callable[[], bool]) -> None:
        staff.cancel(claim.attempt)
        eventually(given_up)
        store.release(claim)
        gave_up.set()

    store.add(submission())
    with working(store, grade, lease=0.4):
        assert gave_up.wait(ENOUGH_SECONDS)
    assert store.claim("here", "here") is None


def test_what_a_dead_worker_was_grading_is_graded_by_another(store: Any) -> None:
    graded = Event()

    def grade(claim: Claim, given_up: Callable[[], bool]) -> None:
        assert claim.tries == 2
        assert store.finish(claim, REPORT)
        graded.set()

    store.add(submission())
    store.claim("here", "a worker that is killed now")
    with working(store, grade, lease=0.4):
        assert graded.wait(ENOUGH_SECONDS)


def test_a_long_grading_keeps_its_claim(store: Any) -> None:
    tries = []

    def grade(claim: Claim, given_up: Callable[[], bool]) -> None:
        tries.append(claim.tries)
        time.sleep(2)  # five leases
        assert not given_up()
        assert store.finish(claim, REPORT)

    store.add(submission())
    with working(store, grade, lease=0.4), working(store, grade, lease=0.4):
        eventually(lambda: tries and not store.signs())
    assert tries == [1]


def test_a_worker_is_seen_from_its_start_to_its_end_whether_it_grades_or_not(store: Any) -> None:
    from gradewright.storage.presence import living

    assert living(20) == 0
    with working(store, lambda claim, given_up: None):
        eventually(lambda: living(20) == 1)
    assert living(20) == 0


class Signs:
    """A store in which attempts only show signs of life."""

    def __init__(self) -> None:
        self.shown: list[LifeSign] = []
        self.abandoned: list[LifeSign] = []

    def signs(self) -> list[LifeSign]:
        return list(self.shown)

    def abandon(self, sign: LifeSign) -> bool:
        self.abandoned.append(sign)
        return True


def test_only_a_sign_that_stays_the_same_for_a_lease_tells_of_death() -> None:
    now, signs = [1000.0], Signs()
    watch = Watch(signs, 20, clock=lambda: now[0])  # type: ignore[arg-type]

    def look(at: float, *shown: LifeSign) -> list[LifeSign]:
        now[0], signs.shown = 1000.0 + at, list(shown)
        watch.look()
        return signs.abandoned

    def sign(attempt: int, beats: int) -> LifeSign:
        return LifeSign(attempt=attempt, token=1, beats=beats)

    assert look(0, sign(1, 0), sign(2, 7)) == []
    assert look(15, sign(1, 1), sign(2, 7)) == []
    assert look(20, sign(1, 1), sign(2, 7)) == []
    assert look(21, sign(1, 2), sign(2, 7)) == [sign(2, 7)]
