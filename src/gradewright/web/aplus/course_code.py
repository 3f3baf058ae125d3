"""Views that a course brings itself: the only code beside ours that meets Django's request (A+ spec 1.1, 2)."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from gradewright.errors import AuthorError
from gradewright.exercises.course_views import course_view
from gradewright.pages.variables import Scene, course_variable, exercise_variable


def call_course(request: HttpRequest, scene: Scene, dotted: str, *more: Any) -> HttpResponseBase:
    """What the function says, called as the original calls it. Raises `AuthorError` if it is missing or fails."""
    view = course_view(scene.course.directory, dotted)
    try:
        response = view(request, _course(scene), exercise_variable(scene), *more)
    except Http404:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise AuthorError(
            f"{dotted} failed: {type(error).__name__}: {error} ({last.name}, line {last.lineno})."
        ) from error
    if not isinstance(response, HttpResponseBase):
        raise AuthorError(f"{dotted} gave {type(response).__name__}.", remedy="Return an HttpResponse of Django.")
    return response


def _course(scene: Scene) -> Mapping[str, Any]:
    return {**course_variable(scene.course), "dir": str(scene.course.directory)}
