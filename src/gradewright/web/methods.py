"""Which methods a URL answers to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


def allow(*methods: str) -> Callable[[View], View]:
    """Answer only to these methods, and to OPTIONS with their names; GET brings HEAD with it."""
    allowed = [*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"]

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **captured: Any) -> HttpResponseBase:
            if request.method == "OPTIONS":
                return HttpResponse(status=204, headers={"Allow": ", ".join(allowed)})
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            return view(request, **captured)

        return answer

    return decorate
