"""Run tests in a worker process, watch it, and replace it when it is lost.

All tests share one worker, as they have always shared one process: tests may build on what earlier ones left. When the
worker ends too early or passes a limit, the test at fault is recorded and a fresh copy of this process goes on with
the next one.
"""

import json
import os
import re
import resource
import select
import signal
import sys
import unittest
from contextlib import suppress
from functools import partial
from time import monotonic, sleep
from unittest.util import strclass

from xmlrunner.outcome import ERROR, Outcome, from_json, texts_of, timed_out
from xmlrunner.worker import Channel, work

TYPE_CHECKING = False  # importing `typing` costs time at each start
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional

GRACE_SECONDS = 1.0  # for a test that is late to end by itself; then it is killed
LOOK_SECONDS = 0.1  # how often a silent worker is checked to be alive: its children may hold its pipe open
MAX_LINE = 16 * 1024 * 1024
SET_UP = re.compile(r"setUp(?:Class|Module) \((.*)\)")


class Supervisor:
    """`run` calls `record(index, outcome)` for each test; what belongs to no test is in `problems` then."""

    def __init__(
        self,
        tests: "List[unittest.TestCase]",
        options: "Any",
        record: "Callable[[int, Outcome], None]",
        hide_report: "Callable[[], None]",
    ) -> None:
        self.tests = tests
        self.options = options
        self.record = record
        self.hide_report = hide_report  # called in each worker
        self.waiting = list(range(len(tests)))
        self.problems: List[str] = []
        self.stopped = False
        self.out_of_time = False
        self.cpu_allowed = resource.getrlimit(resource.RLIMIT_CPU)[0]  # of each process, -1 for no limit
        self.cpu_spent = 0.0

    def run(self) -> None:
        blamed = None  # the test that was to begin when the last worker was lost between two tests
        while self.waiting and not self.stopped:
            if self.is_out_of_cpu():
                self.give_up()
                return
            worker = Worker(self)
            worker.follow()
            if worker.done:
                return
            self.stopped = self.options.failfast
            if worker.current is not None:
                self.record(worker.current, worker.loss("before the test was over"))
            elif not self.waiting:
                self.problems.append(worker.loss("after the last test").message)
            elif blamed == self.waiting[0]:
                self.blame_class(worker.loss("while the class or the module was set up"))
            else:
                blamed = self.waiting[0]

    def cpu_left(self) -> "Optional[float]":
        return None if self.cpu_allowed == resource.RLIM_INFINITY else self.cpu_allowed - self.cpu_spent

    def is_out_of_cpu(self) -> bool:
        left = self.cpu_left()
        return left is not None and left < 1

    def give_up(self) -> None:
        """Each worker would have the whole limit anew; together they have it once (coursemology 2.3)."""
        self.out_of_time = True
        message = f"Not run: the tests before it used up the computing time of {self.cpu_allowed} s."
        for index in self.waiting:
            self.record(index, Outcome(ERROR, "CpuTimeExceeded", message))
        self.waiting = []

    def blame_class(self, outcome: Outcome) -> None:
        guilty = type(self.tests[self.waiting[0]])
        self.settle([index for index in self.waiting if type(self.tests[index]) is guilty], outcome)

    def fixture(self, name: str, outcome: Outcome) -> None:
        """What went wrong in the set-up of a class is the outcome of all its tests: these have the names that count."""
        set_up = SET_UP.match(name)
        kinds = {index: type(self.tests[index]) for index in self.waiting}
        hit = [i for i, kind in kinds.items() if set_up and set_up.group(1) in (strclass(kind), kind.__module__)]
        if hit:
            self.settle(hit, outcome)
        else:
            self.problems.append(f"{name}: {outcome.message}\n{outcome.text}")

    def settle(self, indices: "List[int]", outcome: Outcome) -> None:
        for index in indices:
            self.record(index, outcome)
        self.waiting = [index for index in self.waiting if index not in indices]


class Nonsense(Exception):
    """A message that is not from our code: code under test wrote into the pipe."""


class Worker:
    """One process with the tests that wait. `current` is the test in it; `done` says that there is nothing left."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        self.started_with = list(supervisor.waiting)
        self.current: Optional[int] = None
        self.began = monotonic()
        self.meta: Optional[Dict[str, str]] = None
        self.done = False
        self.late = False
        self.lied = False
        self.limits: Dict[str, Optional[float]] = {}
        self.status = 0
        sys.stdout.flush()
        sys.stderr.flush()
        self.pipe, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self.become_worker(writing)
        os.close(writing)
        with suppress(OSError):  # when it has ended already
            os.setpgid(self.pid, self.pid)  # here and there: who comes first

    def become_worker(self, writing: int) -> None:
        os.setpgid(0, 0)
        os.close(self.pipe)
        self.supervisor.hide_report()
        left = self.supervisor.cpu_left()
        if left is not None:
            whole = max(1, round(left))
            resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
        work([self.supervisor.tests[index] for index in self.started_with], self.supervisor.options, Channel(writing))

    def follow(self) -> None:
        """Until the worker has done everything, or is lost; then it is dead, with its children."""
        self.limit_from_now(self.supervisor.options.seconds)
        patience = 0.0
        try:
            self.listen()
            patience = 0.0 if self.late else GRACE_SECONDS
        except Nonsense:
            self.lied = True
        finally:
            self.end(patience)

    def listen(self) -> None:
        pending = b""
        while not self.done:
            data = self.read()
            if not data:
                return
            *lines, pending = (pending + data).split(b"\n")
            if len(pending) > MAX_LINE:
                raise Nonsense
            for line in lines:
                self.understood(line)()

    def read(self) -> bytes:
        """The next bytes; none if the worker is dead or late."""
        dead = False
        while True:
            ends = min((limit for limit in self.limits.values() if limit is not None), default=None)
            left = LOOK_SECONDS if ends is None else min(LOOK_SECONDS, ends - monotonic())
            if select.select([self.pipe], [], [], max(0, left))[0]:
                return os.read(self.pipe, 65536)
            if dead:
                return b""
            if ends is not None and monotonic() >= ends:
                self.late = True
                return b""
            dead = self.is_dead()

    def is_dead(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def limit_from_now(self, seconds: "Optional[float]") -> None:
        self.limits = {"default": monotonic() + seconds + GRACE_SECONDS if seconds else None}

    def understood(self, line: bytes) -> "Callable[[], None]":
        """What a message asks for, if it fits to what was said before."""
        try:
            message = json.loads(line.decode())
            if "limit" in message:
                left, meta = message["limit"], message.get("meta")
                return partial(self.limit, None if left is None else float(left), meta and texts_of(meta))
            if "start" in message:
                return partial(self.start, self.supervisor.waiting.index(self.started_with[message["start"]]))
            if "end" in message and self.started_with[message["end"]] == self.current:
                return partial(self.record, from_json(message["outcome"]))
            if "fixture" in message:
                return partial(self.supervisor.fixture, str(message["fixture"]), from_json(message["outcome"]))
            if message["done"]:
                return self.finish
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            pass
        raise Nonsense

    def limit(self, left: "Optional[float]", meta: "Optional[Dict[str, str]]") -> None:
        self.limits["nearest"] = None if left is None else monotonic() + left + GRACE_SECONDS
        self.meta = meta or self.meta

    def start(self, place: int) -> None:
        waiting = self.supervisor.waiting
        self.current, self.supervisor.waiting = waiting[place], waiting[place + 1 :]
        self.began, self.meta = monotonic(), None
        self.limit_from_now(self.supervisor.options.seconds)

    def record(self, outcome: Outcome) -> None:
        assert self.current is not None
        self.supervisor.record(self.current, outcome)
        self.current = None
        self.limit_from_now(self.supervisor.options.seconds)

    def finish(self) -> None:
        self.done = True

    def end(self, patience: float) -> None:
        ends = monotonic() + patience
        while not self.is_dead() and monotonic() < ends:
            sleep(0.001)
        os.kill(self.pid, signal.SIGKILL)  # by itself too: it may have left its group
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.close(self.pipe)
        _, self.status, usage = os.wait4(self.pid, 0)
        self.supervisor.cpu_spent += usage.ru_utime + usage.ru_stime

    def loss(self, when: str) -> Outcome:
        seconds = monotonic() - self.began
        if self.late:
            return timed_out(f"It did not end by itself and was killed {when}.", self.meta, seconds)
        if self.lied:
            message = f"The process of the tests was stopped {when}: it interfered with the results."
            return Outcome(ERROR, "ProcessEnded", message, meta=self.meta, seconds=seconds)
        if self.supervisor.is_out_of_cpu():
            message = f"The computing time of {self.supervisor.cpu_allowed} s for all tests was used up."
            return Outcome(ERROR, "CpuTimeExceeded", message, meta=self.meta, seconds=seconds)
        message = f"The process of the tests {self.ending()} {when}."
        return Outcome(ERROR, "ProcessEnded", message, meta=self.meta, seconds=seconds)

    def ending(self) -> str:
        if os.WIFSIGNALED(self.status):
            number = os.WTERMSIG(self.status)
            return f"was ended by {signal.Signals(number).name if number < 32 else number}"
        return f"ended with exit code {os.WEXITSTATUS(self.status)}"
