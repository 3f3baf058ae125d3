"""What all pages have in common."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse

from gradewright.pages.engine import OVERRIDES
from gradewright.pages.variables import Site
from gradewright.service import service
from gradewright.web.aplus.visits import language_of


def page(content: str, status: int = 200) -> HttpResponse:
    """A page that front ends fetch and people open, but that nobody else's page may frame."""
    return HttpResponse(content, status=status, headers={"X-Frame-Options": "SAMEORIGIN"})


def site(request: HttpRequest) -> Site:
    """Where we are. Links of pages are absolute, because a front end shows them on a host of its own."""
    settings = service().settings
    base = absolute(request, "/").rstrip("/")
    return Site(
        base_url=base,
        static_root=settings.static_url or f"{base}/static/",
        overrides=_overrides(),
    )


@cache
def _overrides() -> Path:
    return service().settings.data_dir / OVERRIDES


def absolute(request: HttpRequest, path: str) -> str:
    """The address of a path as the world sees it: below the setting `base_url`, else below what was asked for."""
    base = service().settings.base_url
    return f"{base.rstrip('/')}{path}" if base else request.build_absolute_uri(path)


def page_language(request: HttpRequest) -> str:
    """Of pages that belong to no course."""
    return language_of(request.GET.get("lang"), default="en")


def wants_json(request: HttpRequest) -> bool:
    """Scripts say so in this header (A+ spec 3.1)."""
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"
