"""The queue that needs nothing but the store: workers look for work by themselves."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event, Lock, Thread
from typing import ClassVar

from gradewright.errors import StoreError
from gradewright.interfaces import Store
from gradewright.model.attempt import Claim, LifeSign

LOOK_SECONDS = 0.04  # between looks for work: one lookup in an index each
TROUBLE_SECONDS = 2.0  # between looks while the store cannot be used
BEATS_IN_LEASE = 4  # signs of life, so that three of them may fail

Grade = Callable[[Claim, Callable[[], bool]], None]

_log = logging.getLogger(__name__)


class Embedded:
    """One worker process: so many slots, a heart that beats for what they grade, and an eye on the other workers."""

    name: ClassVar[str] = "embedded"

    def __init__(self, store: Store, *, slots: int, lease_seconds: float) -> None:
        self._store = store
        self._slots = slots
        self._lease = lease_seconds
        self._host = socket.gethostname()
        self._owner = f"{self._host}/{os.getpid()}"
        self._lock = Lock()
        self._claims: dict[tuple[int, int], Claim] = {}
        self._given_up: set[tuple[int, int]] = set()  # tickets of what was cancelled or taken from us

    def put(self, submission: str) -> None:
        pass

    def work(self, grade: Grade, stop: Event) -> None:
        ended = Event()
        heart = Thread(target=self._beat, args=[ended], name="heart")
        heart.start()
        try:
            self._hand_out(grade, stop)
        finally:
            ended.set()
            heart.join()
            self._store.close()

    def _hand_out(self, grade: Grade, stop: Event) -> None:
        running: set[Future[None]] = set()
        with ThreadPoolExecutor(self._slots, thread_name_prefix="slot") as pool:
            while not stop.is_set():
                running = {each for each in running if not each.done()}
                if len(running) == self._slots:
                    wait(running, timeout=1, return_when=FIRST_COMPLETED)
                elif claim := self._next(stop):
                    running.add(pool.submit(self._grade, claim, grade))

    def _next(self, stop: Event) -> Claim | None:
        """What to grade now; if there is nothing, a little later None."""
        try:
            claim = self._store.claim(self._host, self._owner)
        except StoreError as error:
            _log.error("no work can be looked for: %s", error)
            stop.wait(TROUBLE_SECONDS)
            return None
        if claim is None:
            stop.wait(LOOK_SECONDS)
            return None
        with self._lock:
            self._claims[claim.ticket] = claim
        return claim

    def _grade(self, claim: Claim, grade: Grade) -> None:
        try:
            grade(claim, lambda: claim.ticket in self._given_up)
        finally:
            with self._lock:
                self._claims.pop(claim.ticket, None)
                self._given_up.discard(claim.ticket)
            self._store.close()

    def _beat(self, ended: Event) -> None:
        watch = Watch(self._store, self._lease)
        self._give_sign(watch)
        while not ended.wait(self._lease / BEATS_IN_LEASE):
            self._give_sign(watch)
        self._leave()

    def _give_sign(self, watch: Watch) -> None:
        with self._lock:
            claims = list(self._claims.values())
        try:
            if claims:
                lost = self._store.keep(claims)
                with self._lock:
                    self._given_up |= lost & self._claims.keys()
            self._store.present(self._owner)
            watch.look()
        except StoreError as error:
            _log.error("no sign of life can be given: %s", error)

    def _leave(self) -> None:
        try:
            self._store.absent(self._owner)
        except StoreError as error:  # it will be missed after a lease
            _log.warning("the end of this worker is not recorded: %s", error)
        self._store.close()


class Watch:
    """Notices workers that are gone: what they grade shows the same sign of life for longer than a lease.

    Only durations of this process's own monotonic clock count, so neither a clock that jumps nor one that is wrong on
    another machine takes work from a worker that lives. A worker that was suspended for so long finds its claim gone.
    """

    def __init__(self, store: Store, lease_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._lease = lease_seconds
        self._clock = clock
        self._since: dict[LifeSign, float] = {}

    def look(self) -> None:
        """Take from workers that are gone what they were grading."""
        now = self._clock()
        self._since = {sign: self._since.get(sign, now) for sign in self._store.signs()}
        for sign, since in self._since.items():
            if now - since > self._lease and self._store.abandon(sign):
                _log.warning("attempt %d was taken from a worker that gave no sign of life", sign.attempt)
