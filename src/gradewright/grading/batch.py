"""Grade many submissions at the same time, so that no single one can stop the rest and none is lost to a crash."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Event
from typing import TypeVar

from gradewright.errors import Cancelled, GradewrightError, InfrastructureError, SubmissionRejected
from gradewright.grading import fingerprint
from gradewright.grading.journal import Journal
from gradewright.model.course import Exercise
from gradewright.model.report import Outcome, Report
from gradewright.reports.batch import BatchEntry

PAUSES = (0.3, 1.5)  # seconds before another try, when the fault was ours
AHEAD = 2  # submissions in flight for each job, so that none waits for the journal

T = TypeVar("T")
R = TypeVar("R")
GradeOne = Callable[[Path], Report]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """One submission that is done with, or was given up."""

    key: str  # of its entry in the journal, if it has a report
    entry: BatchEntry
    reused: bool = False  # an earlier run had finished it


class Results:
    """What became of each submission. Reports stay in the journal; iterating reads them one by one."""

    def __init__(self, journal: Journal) -> None:
        self.outcomes: Counter[str] = Counter()
        self.reused = 0
        self._journal = journal
        self._keys: dict[str, str] = {}
        self._faults: dict[str, BatchEntry] = {}

    def add(self, finished: Finished) -> None:
        entry = finished.entry
        self.outcomes[entry.outcome] += 1
        self.reused += finished.reused
        if entry.report:
            self._keys[entry.submission] = finished.key
        else:
            self._faults[entry.submission] = entry

    def __len__(self) -> int:
        return len(self._keys) + len(self._faults)

    def __iter__(self) -> Iterator[BatchEntry]:
        for name in sorted([*self._keys, *self._faults]):
            yield self._faults.get(name) or self._journal.read(self._keys[name])


def submissions_in(directory: Path, *, besides: Iterable[Path] = ()) -> list[Path]:
    """Every entry of a directory, by name: each is a submission. Hidden files and those of `besides` are not."""
    ours = {path.absolute() for path in besides}
    entries = (path for path in directory.iterdir() if not path.name.startswith(".") and path.absolute() not in ours)
    return sorted(entries, key=lambda path: path.name)


def grade_all(
    exercise: Exercise,
    sources: Sequence[Path],
    grade: GradeOne,
    journal: Journal,
    *,
    jobs: int,
    cancelled: Event,
    pauses: Sequence[float] = PAUSES,
) -> Iterator[Finished]:
    """Grade what the journal does not hold yet, `jobs` at a time; each report is on disk before it is given out.

    A fault of ours is tried again after each of `pauses`, in seconds. Once `cancelled` is set no more are begun, and
    those that were stopped are not given out. Raises `StoreError` if the journal cannot be written.
    """
    decided_by = fingerprint.of_exercise(exercise)

    def one(source: Path) -> tuple[str, BatchEntry | None] | None:
        try:
            key = fingerprint.combined(decided_by, source.name, fingerprint.of_submission(source))
        except OSError as error:
            return "", BatchEntry(submission=source.name, fault=f"It cannot be read: {error.strerror}.")
        try:
            return key, None if key in journal else _graded(grade, source, cancelled, pauses)
        except Cancelled:
            return None

    with closing(_in_groups(one, sources, jobs, cancelled)) as groups:
        for group in groups:
            done = [item for item in group if item]
            journal.record((key, entry) for key, entry in done if entry and entry.report)
            for key, entry in done:
                yield Finished(key=key, entry=entry or journal.read(key), reused=entry is None)


def _in_groups(do: Callable[[T], R], items: Iterable[T], jobs: int, cancelled: Event) -> Generator[list[R], None, None]:
    """Results as they come, those that came together in one list; `do` runs in threads, not far ahead of us."""
    left = iter(items)
    running: set[Future[R]] = set()
    with ThreadPoolExecutor(jobs, thread_name_prefix="batch") as pool:
        try:
            while True:
                if not cancelled.is_set():
                    running |= {pool.submit(do, item) for item in islice(left, AHEAD * jobs - len(running))}
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield [future.result() for future in done]
        except BaseException:  # nobody wants the rest any more
            cancelled.set()
            raise


def _graded(grade: GradeOne, source: Path, cancelled: Event, pauses: Sequence[float]) -> BatchEntry:
    """The entry of one submission, whatever happens to it. Raises `Cancelled`."""
    began = time.monotonic()
    report, fault = None, ""
    try:
        report = _patiently(grade, source, cancelled, pauses)
    except Cancelled:
        raise
    except SubmissionRejected as rejection:
        report = Report(outcome=Outcome.REJECTED, messages=(str(rejection),))
    except GradewrightError as error:
        fault = str(error)
    except Exception as error:  # a defect of ours must cost one row and not the night's work
        fault = _confession(error)
    return BatchEntry(submission=source.name, report=report, fault=fault, seconds=time.monotonic() - began)


def _patiently(grade: GradeOne, source: Path, cancelled: Event, pauses: Sequence[float]) -> Report:
    """Grade, and try again after each pause if the fault was ours."""
    _stop_if(cancelled)
    try:
        report = grade(source)
    except InfrastructureError:
        if not pauses:
            raise
        cancelled.wait(pauses[0])
        return _patiently(grade, source, cancelled, pauses[1:])
    _stop_if(cancelled)  # what stopped us may have hit the student's program, too
    return report


def _stop_if(cancelled: Event) -> None:
    if cancelled.is_set():
        raise Cancelled("Grading was stopped.")


def _confession(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    return f"Gradewright itself failed: {type(error).__name__}: {error} ({where}). Please report this as a defect."
