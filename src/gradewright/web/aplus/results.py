"""Results that come to us although they are for A+ (A+ spec 3.1, 4.2, 4.4)."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse

from gradewright.errors import SubmissionRejected
from gradewright.service import service
from gradewright.service.course_service import RESULT_FILE
from gradewright.web.aplus.explaining import explaining
from gradewright.web.aplus.uploads import received_of
from gradewright.web.methods import allow

_MOST_BYTES = 1024**2
_PLAIN = "text/plain; charset=utf-8"


@allow("POST")
def container_post(request: HttpRequest) -> HttpResponse:
    """Refuses everything: graders here post into the mailbox of their own run, whose address nobody else knows."""
    try:
        sid = received_of(request, max_bytes=_MOST_BYTES).value("sid") or request.GET.get("sid")
    except SubmissionRejected:
        sid = None
    return HttpResponse("Invalid sid" if sid else "Missing sid", status=403, content_type=_PLAIN)


@allow("GET", "POST")
@explaining
def test_result(request: HttpRequest) -> HttpResponse:
    """Keeps the result that was sent here last; the channel of the same name writes the same file."""
    file = service().settings.data_dir / RESULT_FILE
    if request.method == "POST":
        received = received_of(request, max_bytes=_MOST_BYTES)
        fields = {name: values[-1] for name, values in received.fields.items()}
        _replace(file, json.dumps({**fields, "time": datetime.now(UTC).isoformat()}, ensure_ascii=False))
        return JsonResponse({"success": True})
    try:
        return HttpResponse(file.read_text("utf-8"), content_type="application/json")
    except FileNotFoundError:
        return HttpResponse("No test result received yet.", content_type=_PLAIN)


def _replace(file: Path, content: str) -> None:
    fresh = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
    fresh.write_text(content, "utf-8")
    fresh.replace(file)
