"""What operators see of requests: a line in the log and figures for each."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from prometheus_client import Counter, Histogram

REQUESTS = Counter("gradewright_requests", "Requests answered.", ["view", "method", "status"])
SECONDS = Histogram(
    "gradewright_request_seconds",
    "Time to answer a request.",
    ["view"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST"})

_log = structlog.get_logger("gradewright.web")


class Observation:
    """Middleware around everything else, so that what it says is what was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begin = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        response = self._get_response(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if isinstance(response, HttpResponse):  # else it would be sent in chunks
            response.headers.setdefault("Content-Length", str(len(response.content)))
        self._tell(request, response, time.perf_counter() - begin)
        return response

    def _tell(self, request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
        match = request.resolver_match
        view = match.view_name if match else "unknown"
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(view, method, response.status_code).inc()
        SECONDS.labels(view).observe(seconds)
        subject = {name: match.kwargs[name] for name in ("course", "exercise") if name in match.kwargs} if match else {}
        _log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            **subject,
        )
