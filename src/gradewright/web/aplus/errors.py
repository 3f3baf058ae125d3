"""Pages for what goes wrong; each says `status` error in its head (A+ spec 3.1)."""

from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse

from gradewright.web.aplus.html import site_page

_log = structlog.get_logger("gradewright.web")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return site_page(request, "404.html", {}, 404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return site_page(request, "404.html", {}, 400)


def failed(request: HttpRequest) -> HttpResponse:
    return site_page(request, "500.html", {}, 500)
