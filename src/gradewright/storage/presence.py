"""Which worker processes live, by the one clock that all of them share: that of the database."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from gradewright.storage.rows import guarded
from gradewright.storage.tables.models import Worker

FORGOTTEN = timedelta(days=1)


@guarded
def present(owner: str) -> None:
    """This worker lives now."""
    row = Worker(owner=owner, seen=Now())
    Worker.objects.bulk_create([row], update_conflicts=True, unique_fields=["owner"], update_fields=["seen"])


@guarded
def absent(owner: str) -> None:
    """This worker has ended; whoever was killed long ago is forgotten with it."""
    Worker.objects.filter(Q(owner=owner) | Q(seen__lt=Now() - FORGOTTEN)).delete()


@guarded
def living(seconds: float) -> int:
    """How many workers gave a sign of life within so many seconds."""
    return Worker.objects.filter(seen__gte=Now() - timedelta(seconds=seconds)).count()
