"""Timing that survives a noisy machine: subjects take turns in random order, and medians are compared."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple, Self

Job = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one subject needed for one case, in milliseconds."""

    case: str
    subject: str
    times: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def p90(self) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, round(0.9 * len(ordered)))]

    def as_json(self) -> dict[str, Any]:
        return {
            "case": self.case,
            "subject": self.subject,
            "n": len(self.times),
            "median_ms": round(self.median, 3),
            "p90_ms": round(self.p90, 3),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A figure with its target. Differences in milliseconds count too, where the target says so."""

    name: str
    value: float
    target: float
    better: Literal["lower", "higher"]

    @property
    def ok(self) -> bool:
        return self.value <= self.target if self.better == "lower" else self.value >= self.target

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "value": round(self.value, 3), "ok": self.ok}

    @classmethod
    def of_rates(cls, name: str, ours: Sample, peer: Sample, *, target: float) -> Self:
        """How many times as much we do in the time that the peer takes for the same work."""
        return cls(name=name, value=peer.median / ours.median, target=target, better="higher")


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    samples: tuple[Sample, ...] = ()
    ratios: tuple[Ratio, ...] = field(default=())

    def __add__(self, other: Results) -> Results:
        return Results(samples=self.samples + other.samples, ratios=self.ratios + other.ratios)


class Time(NamedTuple):
    """Milliseconds of a job."""

    wall: float
    processor: float


def milliseconds(job: Job) -> float:
    begin = time.perf_counter()
    job()
    return (time.perf_counter() - begin) * 1000


def timed(job: Job) -> Time:
    """Of our own process and of all children of it that end meanwhile."""
    before = os.times()
    wall = milliseconds(job)
    after = os.times()
    return Time(wall=wall, processor=sum(after[:4]) * 1000 - sum(before[:4]) * 1000)


def samples(case: str, times: Mapping[str, Sequence[Time]]) -> tuple[Sample, ...]:
    """Of wall clocks and of processors; the latter hardly change when others use the machine too."""
    walls = [Sample(case=case, subject=name, times=tuple(time.wall for time in each)) for name, each in times.items()]
    processors = [
        Sample(case=case, subject=f"{name}, CPU", times=tuple(time.processor for time in each))
        for name, each in times.items()
    ]
    return (*walls, *processors)


def take_turns(case: str, subjects: Mapping[str, Job], rounds: Mapping[str, int] | int) -> dict[str, Sample]:
    """Each subject `rounds` times, in an order shuffled anew each round, after one unmeasured warming of each."""
    planned = {name: rounds if isinstance(rounds, int) else rounds[name] for name in subjects}
    times: dict[str, list[float]] = {name: [] for name in subjects}
    for job in subjects.values():
        job()
    for turn in range(max(planned.values())):
        names = [name for name in subjects if turn < planned[name]]
        random.shuffle(names)
        for name in names:
            times[name].append(milliseconds(subjects[name]))
    return {name: Sample(case=case, subject=name, times=tuple(taken)) for name, taken in times.items()}


def rate(job: Job, *, at_once: int, count: int) -> float:
    """Jobs in a second when `at_once` of them run at the same time."""
    with ThreadPoolExecutor(at_once) as pool:
        begin = time.perf_counter()
        list(pool.map(lambda _: job(), range(count)))
        return count / (time.perf_counter() - begin)


def rates(jobs: Mapping[str, Job], *, at_once: int, counts: Mapping[str, int], turns: int) -> dict[str, float]:
    """The median over several turns of each job's rate, taken in shuffled order."""
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(turns):
        for name in random.sample(list(jobs), len(jobs)):
            found[name].append(rate(jobs[name], at_once=at_once, count=counts[name]))
    return {name: statistics.median(values) for name, values in found.items()}
