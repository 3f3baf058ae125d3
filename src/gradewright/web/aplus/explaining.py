"""From our exceptions to pages that say what is wrong and what to do."""

from __future__ import annotations

from functools import wraps
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from gradewright.errors import GradewrightError, InfrastructureError, MissingError, SubmissionRejected
from gradewright.pages.engine import render, site_engine
from gradewright.pages.words import trouble
from gradewright.web.aplus.chunks import BrokenBody
from gradewright.web.aplus.html import page, page_language, site
from gradewright.web.aplus.tokens import NotAllowed
from gradewright.web.aplus.visits import BadQuery
from gradewright.web.methods import View

_log = structlog.get_logger("gradewright.web")


def explaining(view: View) -> View:
    """Answer with a page where the view raises one of our exceptions.

    Front ends show nothing but pages with HTTP status 200, so that is what a student's or an author's mistake gets.
    """

    @wraps(view)
    def answer(request: HttpRequest, **captured: Any) -> HttpResponseBase:
        try:
            return view(request, **captured)
        except GradewrightError as error:
            return explanation(request, error)

    return answer


def explanation(request: HttpRequest, error: GradewrightError) -> HttpResponse:
    match error:
        case SubmissionRejected():
            return _page(request, error, 200, rejected=True)
        case BadQuery() | BrokenBody():
            return _page(request, error, 400)
        case NotAllowed():
            return _not_allowed(request, error)
        case InfrastructureError() | MissingError():
            _log.error("fault", error=str(error))  # what staff must mend: names of hosts and disks, and what to do
            return _page(request, trouble(page_language(request)), 503)
        case _:
            return _page(request, error, 200)


def _page(request: HttpRequest, error: GradewrightError, status: int, *, rejected: bool = False) -> HttpResponse:
    where = site(request)
    variables = {
        "base_url": where.base_url,
        "error": error,
        "result": {"rejected": True} if rejected else {"error": True},
    }
    return page(render(site_engine(where.overrides), "access/refused.html", variables, page_language(request)), status)


def _not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    response = _page(request, error, error.status)
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
