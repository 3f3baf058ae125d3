"""Results that come to us although they are for A+ (A+ spec 3.1, 4.2, 4.4)."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, JsonResponse

from gradewright.channels.test_result import keep
from gradewright.errors import SubmissionRejected
from gradewright.service import service
from gradewright.service.course_service import RESULT_FILE
from gradewright.web.aplus.explaining import explaining
from gradewright.web.aplus.uploads import received_of
from gradewright.web.methods import allow

_MOST_BYTES = 1024**2
_PLAIN = "text/plain; charset=utf-8"


@allow("POST")
@explaining
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
        keep(file, {**fields, "time": datetime.now(UTC).isoformat()})
        return JsonResponse({"success": True})
    try:
        return HttpResponse(file.read_text("utf-8"), content_type="application/json")
    except FileNotFoundError:
        return HttpResponse("No test result received yet.", content_type=_PLAIN)
