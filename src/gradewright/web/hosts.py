"""Whose requests are answered."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class KnownHost:
    """Middleware that refuses requests for hosts that are not ours, also where nobody asks for the host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.get_host()  # raises what Django answers with 400
        return self._get_response(request)
