"""Many reports at once: the records that the renderers of batches read, and the sums that a teacher asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import mean, median
from typing import NamedTuple

from gradewright.model.report import Outcome, Report, TestResult
from gradewright.reports.numbers import tenths

NOT_GRADED = "not-graded"  # beside the outcomes: ours is the fault, and trying again may help
BINS = 10
FULL = 1000  # tenths of a percent


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEntry:
    """One submission of a batch and what became of it."""

    submission: str
    report: Report | None = None  # None: not graded
    fault: str = ""  # why there is no report, and what to do
    seconds: float = 0.0  # from opening the submission to its report

    @property
    def outcome(self) -> str:
        return self.report.outcome.value if self.report else NOT_GRADED

    @property
    def graded(self) -> Report | None:
        """The report, if it holds a grade."""
        return self.report if self.report and self.report.outcome is Outcome.GRADED else None

    @property
    def reason(self) -> str:
        """Why there is no grade, and what to do; or what the grader had to say besides."""
        return " ".join(self.report.messages) if self.report else self.fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    grader: str  # as the teacher named it
    entries: Iterable[BatchEntry]  # gives the same entries each time; may read them from disk one by one
    unfinished: int = 0  # submissions that were not reached: the run was interrupted


@dataclass(slots=True, kw_only=True)
class TestTally:
    """How one test went over all graded submissions."""

    __test__ = False

    passed: int = 0
    failed: int = 0
    not_judged: int = 0
    points: Fraction = Fraction(0)
    max_points: Fraction = Fraction(0)

    def add(self, test: TestResult) -> None:
        self.passed += test.passed is True
        self.failed += test.passed is False
        self.not_judged += test.passed is None
        self.points += test.points
        self.max_points = max(self.max_points, test.max_points)

    @property
    def count(self) -> int:
        return self.passed + self.failed + self.not_judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    outcomes: Counter[str]  # by outcome, NOT_GRADED among them
    shares: list[int] = field(repr=False)  # tenths of a percent of each graded submission
    tests: dict[str, TestTally]  # in the order in which they first appear

    @property
    def count(self) -> int:
        return self.outcomes.total()

    @property
    def graded(self) -> int:
        return self.outcomes[Outcome.GRADED.value]

    @property
    def mean(self) -> float | None:
        """In percent; None if there is nothing to take it of."""
        return round(mean(self.shares) / 10, 1) if self.shares else None

    @property
    def median(self) -> float | None:
        """In percent; None if there is nothing to take it of."""
        return round(median(self.shares) / 10, 1) if self.shares else None

    def bins(self) -> list[int]:
        """How many submissions got 0 to 10 %, 10 to 20 % and so on; full points count in the last."""
        bins = [0] * BINS
        for share in self.shares:
            bins[min(max(share, 0) * BINS // FULL, BINS - 1)] += 1
        return bins


class LabelledTest(NamedTuple):
    label: str  # unique within its report
    test: TestResult


def labelled(report: Report) -> Iterator[LabelledTest]:
    """The tests of a report under their names, made unique where a grader gave a name twice."""
    seen: Counter[str] = Counter()
    for test in report.tests:
        seen[test.name] += 1
        yield LabelledTest(test.name if seen[test.name] == 1 else f"{test.name} #{seen[test.name]}", test)


def summarise(entries: Iterable[BatchEntry]) -> Summary:
    """The sums over a batch, in one pass."""
    summary = Summary(outcomes=Counter(), shares=[], tests={})
    for entry in entries:
        summary.outcomes[entry.outcome] += 1
        report = entry.graded
        if report is None:
            continue
        if report.max_points:
            summary.shares.append(tenths(report.points, report.max_points))
        for label, test in labelled(report):
            summary.tests.setdefault(label, TestTally()).add(test)
    return summary
