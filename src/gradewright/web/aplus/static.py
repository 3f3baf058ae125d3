"""Static files: those of courses, and the style sheets of our own pages."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from gradewright.pages.django_ready import STATIC
from gradewright.web.aplus.finding import course_of
from gradewright.web.files import serve_file
from gradewright.web.methods import allow

_OURS = "gradewright"


@allow("GET")
def static(request: HttpRequest, *, course: str, name: str) -> HttpResponseBase:
    """A file below `static_dir` of the course (A+ spec 1.5)."""
    if course == _OURS:
        return serve_file(request, STATIC / _OURS, name)
    found = course_of(course)
    directory = found.index.get("static_dir")
    if not isinstance(directory, str) or not directory:
        raise Http404(name)
    root = (found.directory / directory).resolve()
    if not root.is_relative_to(found.directory.resolve()):
        raise Http404(name)
    return serve_file(request, root, name)
