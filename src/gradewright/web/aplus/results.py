"""Results that come to us although they are for A+ (A+ spec 3.1, 4.2, 4.4)."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from gradewright.errors import SubmissionRejected
from gradewright.reports.json import as_json, from_json
from gradewright.service import service
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
    """Keeps the result that was sent here last, and shows it, or that of a later submission without a front end."""
    posted, submitted = _posted(), _submitted()
    if request.method == "POST":
        received = received_of(request, max_bytes=_MOST_BYTES)
        fields = {name: values[-1] for name, values in received.fields.items()}
        _replace(posted, json.dumps({**fields, "time": datetime.now(UTC).isoformat()}, ensure_ascii=False))
        return JsonResponse({"success": True})
    if _written(submitted) > _written(posted):
        return JsonResponse(_result_of(submitted.read_text("utf-8")))
    if _written(posted):
        return HttpResponse(posted.read_text("utf-8"), content_type="application/json")
    return HttpResponse("No test result received yet.", content_type=_PLAIN)


def show_as_test_result(submission: str) -> None:
    """Let `/test-result` show what becomes of a submission that no front end waits for."""
    _replace(_submitted(), submission)


def _posted() -> Path:
    return service().settings.data_dir / "test-result.json"


def _submitted() -> Path:
    return service().settings.data_dir / "test-submission"


def _written(file: Path) -> int:
    """When the file was written, in nanoseconds since the epoch; 0 if it is not there."""
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _result_of(submission: str) -> dict[str, Any]:
    """The last grading of a submission, as a student may see it."""
    attempts = service().status(submission)
    if not attempts:
        return {"submission": submission, "state": "forgotten"}
    last = attempts[-1]
    told = as_json(from_json(last.report), staff=False) if last.report else {}
    return {"submission": submission, "exercise": last.exercise, "state": last.state.value, **told}


def _replace(file: Path, content: str) -> None:
    fresh = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
    fresh.write_text(content, "utf-8")
    fresh.replace(file)
