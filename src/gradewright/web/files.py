"""Files of a directory, as they lie there."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import http_date
from django.views.static import was_modified_since

_SCRIPT = "application/javascript"  # the one text of another name; XML says itself what it is in


def regular_file(root: Path, name: str) -> Path:
    """A regular file below `root`. Raises `Http404` for anything else: directories, and what leads out of `root`."""
    try:
        top = root.resolve(strict=True)
        path = (top / name).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):  # not there, NUL in the name, links in a circle
        raise Http404(name) from None
    if not path.is_relative_to(top) or not path.is_file():
        raise Http404(name)
    return path


def content_type_of(name: str) -> str:
    """By the name, as the files of courses are: texts in UTF-8."""
    kind, encoding = mimetypes.guess_type(name)
    if not kind or encoding:
        return "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind == _SCRIPT else kind


def serve_file(request: HttpRequest, root: Path, name: str) -> HttpResponseBase:
    """The file with its type by name, or 304 to who has it. Raises `Http404` like `regular_file`."""
    path = regular_file(root, name)
    modified = path.stat().st_mtime
    if not was_modified_since(request.headers.get("If-Modified-Since"), modified):
        return HttpResponseNotModified()
    response = FileResponse(path.open("rb"), content_type=content_type_of(path.name))
    response["Last-Modified"] = http_date(modified)
    return response
