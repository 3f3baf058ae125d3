"""From the query of a front end to a `Visit`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import structlog

from gradewright.errors import GradewrightError
from gradewright.exercises.records import Visit

_LANGUAGE = re.compile(r"[a-z]{2}")
_UID = re.compile(r"[0-9]{1,18}(-[0-9]{1,18}){0,99}")
_WEB = frozenset({"http", "https"})
_DIGITS = 9  # of any number that a front end counts


_log = structlog.get_logger("gradewright.web")


class BadQuery(GradewrightError):
    """The query of a request does not make sense; the front end is at fault, not the student."""


def visit_of(query: Mapping[str, str], *, language: str) -> Visit:
    """Who looks or sends, as the query says. Raises `BadQuery` naming the parameter that makes no sense.

    What is missing or empty has the default of `Visit`.
    """
    return Visit(
        uid=_uid(query),
        ordinal=_whole(query, "ordinal_number") or 1,
        max_submissions=_whole(query, "max_submissions"),
        max_points=_whole(query, "max_points"),
        language=language,
        submission_url=query.get("submission_url", ""),
        post_url=_post_url(query.get("post_url", "")),
    )


def language_of(*wishes: str | None, default: str) -> str:
    """The first two letters of the first wish that is one, for "sv-FI" as for "sv" (A+ spec 1.3)."""
    for wish in wishes:
        letters = (wish or "")[:2].lower()
        if _LANGUAGE.fullmatch(letters):
            return letters
    return default


def _uid(query: Mapping[str, str]) -> str:
    uid = query.get("uid", "")
    if uid and not _UID.fullmatch(uid):
        raise _bad("uid", uid, "ids of students, joined by “-”")
    return uid


def _post_url(text: str) -> str:
    """Where a form may be sent; nothing, which is the page itself, for what would run code or ask for a login."""
    try:
        address = urlsplit(text)
        is_good = address.scheme in _WEB and bool(address.hostname) and "@" not in address.netloc
    except ValueError:
        is_good = False
    if text and not is_good:
        _log.warning("post_url ignored, which is no address of the web", post_url=text[:200])
    return text if is_good else ""


def _whole(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS:
        raise _bad(name, text, f"a whole number of at most {_DIGITS} digits")
    return int(text)


def _bad(name: str, value: str, wanted: str) -> BadQuery:
    return BadQuery(
        f"The parameter {name} must be {wanted}, not “{value[:80]}”.",
        remedy="This is for the staff: check the address under which the front end knows this exercise.",
    )
