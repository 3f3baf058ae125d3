"""Who asks, and what they may: JSON Web Tokens of the services around A+ (A+ spec 3.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any

import jwt
from django.conf import settings as django_conf
from django.http import HttpRequest

from gradewright.errors import GradewrightError
from gradewright.service import service

COOKIE = "AuthToken"
_INSTANCE = "instance"


class Right(IntEnum):
    """What a token may allow, by the numbers that stand in it."""

    READ = 1
    WRITE = 2


class NotAllowed(GradewrightError):
    """There is no valid token, or not one for this; `status` is what HTTP calls it."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message, remedy="Ask the staff for access.")
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody whose token is valid, or anybody where no tokens are asked for."""

    name: str = ""
    trusted: bool = False  # may do everything
    instances: frozenset[tuple[int, int]] = frozenset()  # (right, number of a course instance)

    def may(self, right: Right, course: str) -> bool:
        """Only courses whose keys are numbers, as A+ counts its instances, are guarded one by one."""
        return self.trusted or not course.isdecimal() or (int(right), int(course)) in self.instances


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Whose tokens count. Without keys everybody may do everything."""

    keys: Mapping[str, str]  # public keys in PEM, by issuer
    audience: str  # our own name in tokens

    def caller(self, request: HttpRequest) -> Caller:
        """Who asks. Raises `NotAllowed` where a token is needed and there is no valid one."""
        if not self.keys:
            return Caller(trusted=True)
        token = bearer(request) or request.COOKIES.get(COOKIE, "")
        if not token:
            raise NotAllowed("You are not logged in.", status=401)
        return self.verified(token)

    def require(self, request: HttpRequest, right: Right, course: str) -> None:
        """Raises `NotAllowed` unless the one who asks has this right."""
        if not self.caller(request).may(right, course):
            raise NotAllowed("You have no access to this course.", status=403)

    def verified(self, token: str) -> Caller:
        """The bearer of a token. Raises `NotAllowed` unless it is whole, in time, for us and from one whom we trust."""
        try:
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
            claims = jwt.decode(
                token,
                self.keys.get(str(issuer), ""),
                algorithms=["RS256"],
                audience=self.audience,
                options={"require": ["aud", "exp", "iss"]},
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise NotAllowed(f"Your token is not valid: {error}.", status=401) from error
        return Caller(name=str(claims.get("sub") or claims["iss"]), instances=_instances(claims.get("permissions")))


def _instances(permissions: Any) -> frozenset[tuple[int, int]]:
    """The rights on course instances in a claim such as [["instance", 1, {"id": 5}]]."""
    found = set()
    for item in permissions if isinstance(permissions, list) else []:
        match item:
            case [kind, int(right), {"id": int(number)}] if kind == _INSTANCE:
                found.add((right, number))
    return frozenset(found)


def bearer(request: HttpRequest) -> str:
    """The token in the header `Authorization`, or nothing."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


@cache
def gate() -> Gate:
    """The gate of this process."""
    return Gate(keys=django_conf.JWT_KEYS, audience=service().settings.jwt_uid)
