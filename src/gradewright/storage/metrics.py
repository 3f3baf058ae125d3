"""Figures for Prometheus, read from the tables when they are asked for: the same from whichever process answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from django.db.models import Count, Min
from django.utils.timezone import now as current_time
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry

from gradewright.errors import StoreError
from gradewright.model.attempt import AttemptState, DeliveryState
from gradewright.storage import presence
from gradewright.storage.rows import guarded
from gradewright.storage.tables.models import UNFINISHED, Attempt, Delivery


def register(registry: CollectorRegistry, *, lease_seconds: float) -> None:
    """Add the figures of queue, workers and deliveries to a registry."""
    registry.register(QueueFigures(lease_seconds))


class QueueFigures(Collector):
    def __init__(self, lease_seconds: float) -> None:
        self._lease = lease_seconds

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # or else they would be counted once at registration

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            yield from _figures(self._lease)
        except StoreError:
            yield GaugeMetricFamily("gradewright_store_up", "Whether the database answers.", value=0)
        else:
            yield GaugeMetricFamily("gradewright_store_up", "Whether the database answers.", value=1)


@guarded
def _figures(lease_seconds: float) -> list[GaugeMetricFamily]:
    return [
        *_attempts(),
        _counts("gradewright_deliveries", "Results for front ends, by state.", Delivery, DeliveryState),
        _oldest(),
        GaugeMetricFamily("gradewright_workers", "Worker processes that live.", value=presence.living(lease_seconds)),
    ]


def _attempts() -> Iterator[GaugeMetricFamily]:
    """Those that ended are counted in an index alone: after a year there are many reports."""
    waiting = Attempt.objects.order_by().filter(state__in=UNFINISHED).values_list("course", "state")
    ended = Attempt.objects.order_by().filter(finished__isnull=False).values_list("course", "state", "outcome")
    states: Counter[tuple[str, str]] = Counter()
    outcomes: Counter[tuple[str, str]] = Counter()
    for course, state, count in waiting.annotate(count=Count("*")):
        states[course, state] += count
    for course, state, outcome, count in ended.annotate(count=Count("*")):
        states[course, state] += count
        outcomes[course, outcome or state] += count
    yield _family("gradewright_attempts", "Gradings, by course and state.", "state", states)
    yield _family("gradewright_attempts_ended", "Gradings that came to an end, by course and how.", "outcome", outcomes)


def _family(name: str, text: str, label: str, counts: Mapping[tuple[str, str], int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=["course", label])
    for labels, count in counts.items():
        family.add_metric(labels, count)
    return family


def _counts(name: str, text: str, table: type[Delivery], states: type[DeliveryState]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=["state"])
    found = dict(table.objects.order_by().values_list("state").annotate(count=Count("id")))
    for state in states:
        family.add_metric([state.value], found.get(state.value, 0))
    return family


def _oldest() -> GaugeMetricFamily:
    found = Attempt.objects.filter(state=AttemptState.QUEUED).aggregate(oldest=Min("queued"))["oldest"]
    seconds = max(0.0, (current_time() - found).total_seconds()) if found else 0.0
    return GaugeMetricFamily("gradewright_oldest_queued_seconds", "How long the oldest attempt waits.", value=seconds)
