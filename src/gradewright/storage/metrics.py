"""Figures for Prometheus, read from the tables when they are asked for: the same from whichever process answers."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils.timezone import now as current_time
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry

from gradewright.errors import StoreError
from gradewright.model.attempt import AttemptState, DeliveryState
from gradewright.storage.rows import guarded
from gradewright.storage.tables.models import Attempt, Delivery


def register(registry: CollectorRegistry) -> None:
    """Add the figures of queue and deliveries to a registry."""
    registry.register(QueueFigures())


class QueueFigures(Collector):
    def describe(self) -> list[GaugeMetricFamily]:
        return []  # or else they would be counted once at registration

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            yield from _figures()
        except StoreError:
            yield GaugeMetricFamily("gradewright_store_up", "Whether the database answers.", value=0)
        else:
            yield GaugeMetricFamily("gradewright_store_up", "Whether the database answers.", value=1)


@guarded
def _figures() -> list[GaugeMetricFamily]:
    return [
        _attempts(),
        _counts("gradewright_deliveries", "Results for front ends, by state.", Delivery, DeliveryState),
        _oldest(),
    ]


def _attempts() -> GaugeMetricFamily:
    family = GaugeMetricFamily("gradewright_attempts", "Gradings, by course and state.", labels=["course", "state"])
    for course, state, count in Attempt.objects.order_by().values_list("course", "state").annotate(count=Count("id")):
        family.add_metric([course, state], count)
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
