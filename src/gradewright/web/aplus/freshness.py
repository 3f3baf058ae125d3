"""How long a front end may keep a page, and whether the one that it has is still good (A+ spec 1.5)."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import http_date, parse_http_date_safe

_DEFAULT_MINUTES = 15
_date = lru_cache(maxsize=1024)(http_date)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Of a page that is the same for everybody."""

    modified: int  # whole seconds since the epoch, as headers count
    minutes: int  # 0: no promise

    def is_known_to(self, request: HttpRequest) -> bool:
        """Whether the sender has the page as it is now."""
        header = request.META.get("HTTP_IF_MODIFIED_SINCE")
        since = parse_http_date_safe(header) if header else None
        return since is not None and since >= self.modified

    def stamp(self, response: HttpResponseBase) -> None:
        response["Last-Modified"] = _date(self.modified)
        if self.minutes:
            response["Expires"] = _date(int(time.time()) + 60 * self.minutes)


def freshness_of(configuration: Mapping[str, Any], modified: float) -> Freshness | None:
    """None where the author forbids to keep the page."""
    if not configuration.get("cacheable", True):
        return None
    return Freshness(modified=math.floor(modified), minutes=_minutes(configuration.get("expiry_minutes")))


def _minutes(value: Any) -> int:
    try:
        return max(0, int(value))
    except (TypeError, ValueError, OverflowError):
        return _DEFAULT_MINUTES
