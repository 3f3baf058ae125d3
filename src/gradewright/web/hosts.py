"""Whose requests are answered."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from gradewright.web.aplus.errors import bad_request

_log = structlog.get_logger("gradewright.web")


class KnownHost:
    """Middleware that refuses requests for hosts that are not ours, also where nobody asks for the host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            request.get_host()
        except DisallowedHost as error:  # Django would tell of it with a traceback for each
            _log.warning("host refused", host=request.META.get("HTTP_HOST", "")[:100])
            return bad_request(request, error)
        return self._get_response(request)
