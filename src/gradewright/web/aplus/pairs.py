"""Pairs of names and values in a query or a form, as Django reads them, without its `QueryDict`, which costs twice."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest

Values = Mapping[str, list[str]]
FORM = "application/x-www-form-urlencoded"


def values_in(encoded: bytes) -> Values:
    """All values of each name. Raises `TooManyFieldsSent`, as Django does, where there are more than it allows."""
    try:
        text = encoded.decode()
    except UnicodeDecodeError:
        text = encoded.decode("iso-8859-1")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)
    except ValueError as error:
        raise TooManyFieldsSent("There are more fields than are allowed.") from error
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def query_of(request: HttpRequest) -> Mapping[str, str]:
    """The last value of each parameter."""
    query = request.META.get("QUERY_STRING", "").encode("iso-8859-1")
    return {name: values[-1] for name, values in values_in(query).items()}
