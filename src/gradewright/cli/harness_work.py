"""Parts are opened and their submissions graded, several at a time, in order."""

from __future__ import annotations

import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING

from gradewright.cli.harness_tree import insist_on_name, keep, locked, remove, start_anew
from gradewright.contracts.harness import Harness, HarnessSettings
from gradewright.contracts.harness.planning import GRADE, is_oversized, student_directory
from gradewright.contracts.harness.reading import Grading, Status, judge
from gradewright.contracts.harness.resources import snapshot
from gradewright.errors import Cancelled, GradewrightError, InfrastructureError, MissingError
from gradewright.model.course import Exercise, Grader
from gradewright.model.run import FinishedRun

if TYPE_CHECKING:
    from gradewright.autograder import Autograder

ATTEMPTS = 3  # of a grading that failed through a fault of ours
PAUSE_SECONDS = 0.5
OVERSIZED = "A file is larger than max-filesize in config: it is graded here, and would get no points from a queue."
NEUTRAL = "The submission could not be graded. Please tell the people who run the course.\n"
AHEAD = 2  # submissions in flight for each job


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part that can be graded."""

    exercise: Exercise
    settings: HarnessSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    part: Part
    student: Path  # holds src, and bin and out beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one submission."""

    part: str
    student: str
    maximum: float
    grading: Grading
    scored: float | None  # None: not graded, and nothing given in its place
    seconds: float
    warnings: tuple[str, ...] = ()  # of the machine: limits that could not be enforced

    @property
    def graded(self) -> bool:
        return self.grading.status is not Status.ERROR


@contextmanager
def opened(resources: Path) -> Iterator[Part]:
    """The part in a directory, from a copy of it that is there until the end of the block.

    Raises `AuthorError` if it is wrong and `MissingError` if it is not there.
    """
    insist_on_name(resources.name)
    if not resources.is_dir():
        remedy = "Name the directory that holds the parts' own with --resources."
        raise MissingError(f"There are no resources in {resources}.", remedy=remedy)
    with TemporaryDirectory(prefix="gradewright-harness-") as place:
        copy = Path(place, "resources")
        copy.mkdir()
        digest = snapshot(resources, copy)
        settings = replace(Harness().settings({}, copy), oversize_refused=False)
        grader = Grader(contract=Harness.name, directory=copy, limits=Harness.limits, settings=settings, digest=digest)
        yield Part(exercise=Exercise(id=resources.name, grader=grader), settings=settings)


@contextmanager
def opened_all(directories: Iterable[Path], on_fault: Callable[[Path, GradewrightError], None]) -> Iterator[list[Part]]:
    """All parts that can be opened; of each other one, `on_fault` hears why."""
    with ExitStack() as stack:
        parts = []
        for directory in directories:
            try:
                parts.append(stack.enter_context(opened(directory)))
            except GradewrightError as error:
                on_fault(directory, error)
        yield parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Grades one submission at a time, for any number of threads."""

    autograder: Autograder
    cancelled: Event
    ended: Event  # what is being graded is finished, and no more is begun
    untouched: bool = False  # nothing below the submissions is written
    cleanup: bool = False  # bin and out are removed afterwards
    zero_on_error: bool = False  # what cannot be graded gets no points instead of no score

    @property
    def stopping(self) -> bool:
        return self.cancelled.is_set() or self.ended.is_set()

    def row(self, task: Task) -> Row:
        """What becomes of a submission; a fault of ours costs one row and not the others. Raises `Cancelled`."""
        if self.ended.is_set():
            raise Cancelled("Grading was ended.")
        began = time.monotonic()
        run: FinishedRun | None = None
        try:
            run, notes = self._patiently(task)
            grading = judge(task.part.settings, run)
            grading = replace(grading, notes=(*grading.notes, *notes))
        except Cancelled:
            raise
        except GradewrightError as error:
            grading = _ungraded(str(error))
        except Exception as error:  # a defect of ours
            grading = _ungraded(_confession(error))
        failed = grading.status is Status.ERROR
        return Row(
            part=task.part.exercise.id,
            student=task.student.name,
            maximum=float(task.part.settings.maximum),
            grading=replace(grading, feedback=NEUTRAL) if failed and self.zero_on_error else grading,
            scored=None if failed and not self.zero_on_error else float(grading.score),
            seconds=time.monotonic() - began,
            warnings=_warnings(run),
        )

    def _patiently(self, task: Task) -> tuple[FinishedRun, tuple[str, ...]]:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._run(task)
            except Cancelled:
                raise
            except InfrastructureError:
                self.cancelled.wait(PAUSE_SECONDS)
        return self._run(task)

    def _run(self, task: Task) -> tuple[FinishedRun, tuple[str, ...]]:
        """The run, and what staff should know of the submission."""
        student, exercise = task.student, task.part.exercise
        insist_on_name(student.name)
        with nullcontext() if self.untouched else locked(student):
            if not self.untouched:
                start_anew(student)
            with self.autograder.submission(student / "src", id=student.name) as submission:
                notes = (OVERSIZED,) if is_oversized(submission, task.part.settings) else ()
                run = self.autograder.run_plan(Harness().plan(exercise, submission))
            if self.cleanup and not self.untouched:
                remove(student)
            elif not self.untouched and run.plan.steps[-1].name == GRADE:
                keep(student, student_directory(exercise.id, student.name), run.result(GRADE))
        return run, notes


def in_order(tasks: Iterable[Task], worker: Worker, *, jobs: int, most: int | None) -> Iterator[Row]:
    """The rows of tasks in their order, `jobs` graded at the same time; no more begin once `most` are graded."""
    waiting = deque(tasks)
    running: deque[Future[Row]] = deque()
    graded = 0
    with ThreadPoolExecutor(jobs, thread_name_prefix="harness") as pool:
        try:
            while True:
                room = AHEAD * jobs if most is None else min(AHEAD * jobs, most - graded)
                while waiting and len(running) < room and not worker.stopping:
                    running.append(pool.submit(worker.row, waiting.popleft()))
                if not running:
                    return
                row = running.popleft().result()
                graded += row.graded
                yield row
        except Cancelled:
            return
        finally:
            for future in running:
                future.cancel()


def _ungraded(message: str) -> Grading:
    return Grading(status=Status.ERROR, messages=(message,))


def _warnings(run: FinishedRun | None) -> tuple[str, ...]:
    from gradewright.grading.enforcement import degradation

    results = run.results if run else ()
    found = (degradation(result.sandbox, result.enforcement) for result in results)
    return tuple(dict.fromkeys(text for text in found if text))


def _confession(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    return f"Gradewright itself failed: {type(error).__name__}: {error} ({where}). Please report this as a defect."
