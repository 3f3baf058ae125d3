"""The seams: every Protocol that a variant implements, and nothing else. All are synchronous."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any, ClassVar, Protocol

from gradewright.model.attempt import Claim, Delivery, LifeSign, Message, StoredSubmission
from gradewright.model.course import Exercise, Grader
from gradewright.model.problem import Problem
from gradewright.model.report import Report, Separation
from gradewright.model.run import Box, FinishedRun, Limits, RunPlan, Slot, Step, StepResult
from gradewright.model.submission import Submission


class Contract(Protocol):
    """How a grader expects its input and gives its verdict. Pure: no clock, no network, no disk but the run's files."""

    name: ClassVar[str]
    limits: ClassVar[Limits]  # of a grader whose author says nothing
    separation: ClassVar[Separation]  # between the student's program and what judges it, whatever the grader

    def settings(self, table: Mapping[str, Any], directory: Path) -> object:
        """What `grader.toml` says beyond what all contracts share, as a frozen record of this contract's own.

        Raises `AuthorError` with every problem found. `directory` is where the author's files lie.
        """

    def plan(self, exercise: Exercise, submission: Submission) -> RunPlan:
        """The steps to run. Raises `SubmissionRejected` if the submission cannot be graded at all."""

    def read(self, exercise: Exercise, run: FinishedRun) -> Report:
        """The verdict. Never raises for anything that a student or a grader did."""

    def check(self, grader: Grader) -> Sequence[Problem]:
        """What an author should mend before students meet it (serves `sanity`)."""


class Sandbox(Protocol):
    """Where a step runs. Knows nothing of courses, points or students."""

    name: ClassVar[str]

    def unavailable(self) -> str | None:
        """Why this sandbox cannot be used here and the command that mends it, or None if it can."""

    def run(self, step: Step, box: Box) -> StepResult:
        """Run one step to its end and leave nothing behind. Raises `SandboxError` if the sandbox itself failed."""

    def sweep(self, slot: Slot) -> None:
        """Remove whatever a killed process of ours left of a run in this slot."""


class Store(Protocol):
    """The record of submissions and their gradings; it is the truth, whatever queues say.

    Every method raises `StoreError` if the record cannot be read or written; then nothing has changed.
    """

    def add(self, submission: StoredSubmission, *, key: str = "", exclusive: bool = False, priority: int = 0) -> str:
        """Store a submission with its first attempt, queued; returns the submission's id.

        If an attempt with the same `key` is not finished yet, this is the same POST once more: nothing is stored and
        the id of the earlier submission is returned. An `exclusive` attempt runs while nothing else does on a machine.
        """

    def get(self, submission: str) -> StoredSubmission | None:
        """The submission of this id."""

    def claim(self, host: str, owner: str) -> Claim | None:
        """The attempt whose turn it is, which is from now on being graded by `owner` on the machine `host`."""

    def keep(self, claims: Collection[Claim]) -> set[tuple[int, int]]:
        """Give a sign of life; returns the tickets of claims that shall be given up: cancelled, or no longer good."""

    def present(self, owner: str) -> None:
        """Note that this worker lives, whether it grades or waits for work."""

    def absent(self, owner: str) -> None:
        """Note that it has ended in good order."""

    def signs(self) -> Sequence[LifeSign]:
        """What is seen of every attempt that is being graded anywhere."""

    def abandon(self, sign: LifeSign) -> bool:
        """Take an attempt from a worker that is gone; False if there was a sign of life since."""

    def finish(self, claim: Claim, report: Mapping[str, Any]) -> bool:
        """Store the report and that it is to be delivered; False if the claim is no longer good: then nothing is."""

    def fail(self, claim: Claim, fault: str) -> None:
        """The try came to nothing through a fault of ours: try again later, or give up after the last try."""

    def release(self, claim: Claim) -> None:
        """Put an attempt back as if it had not been claimed."""

    def due(self, limit: int, *, without: Collection[str] = ()) -> Sequence[Delivery]:
        """Deliveries to try now, each for us alone for a while; none to the receivers that are named."""

    def delivered(self, delivery: Delivery) -> None:
        """The front end has it."""

    def undelivered(self, delivery: Delivery, fault: str) -> None:
        """The front end did not take it: try again later, or give up when it is too old."""

    def close(self) -> None:
        """Let go of what this thread holds, such as a connection; whatever is called next makes a new one."""


class Queue(Protocol):
    """Hands out work. It carries no state that the store does not have."""

    name: ClassVar[str]

    def put(self, submission: str) -> None:
        """There is work. May do nothing where workers look by themselves."""

    def work(self, grade: Callable[[Claim, Callable[[], bool]], None], stop: Event) -> None:
        """Call `grade(claim, given_up)` for each attempt until `stop` is set and all that was begun has ended.

        `grade` is called in several threads at once and never raises; `given_up()` says when to end without a verdict.
        """


class Channel(Protocol):
    """How a front end is told of results."""

    name: ClassVar[str]

    def check(self, address: str) -> None:
        """Raises `SubmissionRejected` if results may not, or cannot, be sent to this address."""

    def deliver(self, message: Message) -> None:
        """Tell the front end. Raises `ChannelError` if it did not take it; trying again may help."""
