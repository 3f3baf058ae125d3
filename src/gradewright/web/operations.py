"""For those who run the service: is it alive, can it work, what does it do?"""

from __future__ import annotations

import os

from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from gradewright.service import service
from gradewright.storage import metrics as queue_figures
from gradewright.web.methods import allow

NO_WORKERS = "No worker gives a sign of life: what is sent waits. Run gradewright worker, or serve with workers."


@allow("GET")
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@allow("GET")
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether submissions can be taken now; 503 and why if they cannot.

    Without workers they can: they wait, and to refuse them would lose them.
    """
    courses = service().settings.courses_dir
    obstacle = service().ready() or (None if courses.is_dir() else f"There is no directory {courses} with courses.")
    if obstacle:
        return JsonResponse({"ready": False, "reason": obstacle, "warning": ""}, status=503)
    return JsonResponse({"ready": True, "reason": "", "warning": "" if service().workers() else NO_WORKERS})


@allow("GET")
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, of all web processes together."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it registers itself
    else:
        registry.register(REGISTRY)
    queue_figures.register(registry, lease_seconds=service().settings.lease_seconds)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@allow("GET")
def no_icon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for one by themselves, and would complain of a page that is missing."""
    return HttpResponse(status=204, headers={"Cache-Control": "max-age=86400"})
