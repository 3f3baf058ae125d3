"""Pages that belong to no exercise, and what all pages have in common."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse

from gradewright.pages.engine import OVERRIDES, render, site_engine
from gradewright.service import service
from gradewright.web.aplus.visits import language_of


def page(content: str, status: int = 200) -> HttpResponse:
    """A page that front ends fetch and people open, but that nobody else's page frames."""
    return HttpResponse(content, status=status, headers={"X-Frame-Options": "SAMEORIGIN"})


def site_page(request: HttpRequest, template: str, variables: Mapping[str, Any], status: int = 200) -> HttpResponse:
    language = language_of(request.GET.get("lang"), default="en")
    return page(render(site_engine(overrides()), template, variables, language), status)


def overrides() -> Path:
    """Where the operator may put templates that win over ours."""
    return service().settings.data_dir / OVERRIDES


def wants_json(request: HttpRequest) -> bool:
    """Scripts say so in this header; a front end gets JSON only if it does, too (A+ spec 3.1)."""
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"
