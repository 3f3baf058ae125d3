"""Who may see what students must not: all instances of a personalised exercise, for one."""

from __future__ import annotations

import ipaddress
import secrets
from urllib.parse import urlsplit

from django.http import HttpRequest

from gradewright.service import service
from gradewright.web.aplus.tokens import NotAllowed, Right, bearer, gate

_FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")


def is_staff(request: HttpRequest, course: str) -> bool:
    """Whether `require_staff` would let the request through."""
    try:
        require_staff(request, course)
    except NotAllowed:
        return False
    return True


def require_staff(request: HttpRequest, course: str) -> None:
    """Raises `NotAllowed` unless the one who asks works for this course.

    Where tokens are asked for, theirs must allow to write to the course. Elsewhere they have the token of those who
    push courses, or sit at this machine.
    """
    settings = service().settings
    if settings.jwt_keys:
        gate().require(request, Right.WRITE, course)
    elif not (_has_token(request, settings.configure_token) or _is_local(request, settings.base_url)):
        raise NotAllowed("Only staff may see this: with a token, or from the machine of the service.", status=403)


def _has_token(request: HttpRequest, token: str) -> bool:
    return bool(token) and secrets.compare_digest(bearer(request).encode(), token.encode())


def _is_local(request: HttpRequest, base_url: str) -> bool:
    """Whether somebody at this machine asks, and no proxy on it for somebody elsewhere.

    A proxy passes on the name that the world knows, or says for whom it asks; a service that the world knows by an
    address of its own is behind one.
    """
    hosts = [request.META.get("REMOTE_ADDR", ""), urlsplit(f"//{request.get_host()}").hostname or ""]
    if base_url:
        hosts.append(urlsplit(base_url).hostname or "")
    return all(map(_is_loopback, hosts)) and not any(header in request.headers for header in _FORWARDED)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
