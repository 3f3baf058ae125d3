"""Courses that a build service pushes to us (A+ spec 3.5)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from gradewright.courses.aplus_export import aplus_json
from gradewright.errors import GradewrightError, StoreError, SubmissionRejected
from gradewright.exercises.records import Received
from gradewright.service import service
from gradewright.settings import Settings
from gradewright.web.aplus.chunks import BrokenBody
from gradewright.web.aplus.html import site
from gradewright.web.aplus.pushed_courses import BadPush, PushedCourse, PushedExercise, Pushing, UnknownVersion
from gradewright.web.aplus.tokens import Caller, NotAllowed, Right, bearer, gate
from gradewright.web.aplus.uploads import received_of
from gradewright.web.methods import allow

_MOST_BYTES = 4 * 1024**3
_STATUS: Mapping[type[GradewrightError], int] = {
    BadPush: 400,
    BrokenBody: 400,
    SubmissionRejected: 400,
    UnknownVersion: 404,
    StoreError: 500,
}


@allow("POST")
def configure(request: HttpRequest) -> HttpResponse:
    """Store a version of a course, or publish one; both may be done again and again."""
    settings = service().settings
    pushing = Pushing(store=settings.data_dir / "pushed", courses=settings.courses_dir)
    try:
        caller = _caller(request, settings)
        received = received_of(request, max_bytes=_MOST_BYTES)
        course, version = _field(received, "course_id"), received.value("version_id") or "latest"
        if not caller.may(Right.WRITE, course):
            raise NotAllowed("You have no access to this course.", status=403)
        if received.value("publish"):
            pushing.publish(course, version)
            return JsonResponse([], safe=False)  # a list of errors
        return JsonResponse(_stored(request, pushing, _course(received, course, version)))
    except NotAllowed as refusal:
        return _refusal(refusal, refusal.status)
    except tuple(_STATUS) as error:
        return _refusal(error, _STATUS[type(error)])


def _caller(request: HttpRequest, settings: Settings) -> Caller:
    """Who pushes. Raises `NotAllowed` unless it is somebody who may push at all."""
    if settings.jwt_keys:
        return gate().caller(request)
    if not settings.configure_token:
        raise NotAllowed("Courses cannot be pushed here: neither jwt_keys nor configure_token is set.", status=403)
    if not secrets.compare_digest(bearer(request).encode(), settings.configure_token.encode()):
        raise NotAllowed("The token is missing or wrong.", status=401)
    return Caller(trusted=True)


def _stored(request: HttpRequest, pushing: Pushing, pushed: PushedCourse) -> dict[str, Any]:
    """The exercises as A+ shall import them, by key; those of other services as they came."""
    where = site(request)
    exported = aplus_json(pushing.keep(pushed), base_url=where.base_url, static_url=where.static_root)
    ours = {child["key"]: child for module in exported["modules"] for child in module["children"]}
    return {each.key: ours[each.key] if each.config else each.spec for each in pushed.exercises}


def _course(received: Received, course: str, version: str) -> PushedCourse:
    exercises = _json(received, "exercises", list)
    files = received.files.get("files")
    return PushedCourse(
        id=course,
        key=received.value("course_key") or "",
        version=version,
        spec=_json(received, "course_spec", dict) if received.value("course_spec") else {},
        exercises=[_exercise(each) for each in exercises],
        files=files.path if files else None,
    )


def _exercise(value: Any) -> PushedExercise:
    match value:
        case {"key": str(key), "spec": dict(spec), "config": (dict() | None) as config}:
            if all(isinstance(version, dict) for version in (config or {}).values()):
                return PushedExercise(key=key, spec=spec, config=config)
    raise BadPush("Each of exercises must have a key, a spec, and a config for each language or null.")


def _field(received: Received, name: str) -> str:
    value = received.value(name)
    if not value:
        raise BadPush(f"The field {name} is missing.")
    return value


def _json(received: Received, name: str, kind: type[Any]) -> Any:
    try:
        value = json.loads(_field(received, name))
    except (ValueError, RecursionError) as error:
        raise BadPush(f"The field {name} is not JSON: {error}.") from error
    if not isinstance(value, kind):
        raise BadPush(f"The field {name} must be a JSON {'list' if kind is list else 'object'}.")
    return value


def _refusal(error: GradewrightError, status: int) -> HttpResponse:
    return HttpResponse(str(error), status=status, content_type="text/plain; charset=utf-8")
