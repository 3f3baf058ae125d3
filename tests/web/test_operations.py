"""What operators ask the service."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from web.conftest import Server, serving


def test_a_healthy_service_says_so(server: Server) -> None:
    assert (server.get("/healthz").status_code, server.get("/healthz").text) == (200, "ok")
    ready = server.get("/readyz")
    assert (ready.status_code, ready.json()["ready"], ready.json()["reason"]) == (200, True, "")


def test_without_workers_submissions_are_taken_and_the_operator_is_warned(server: Server) -> None:
    ready = server.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert "No worker gives a sign of life" in ready.json()["warning"]
    assert "gradewright_workers 0.0" in server.get("/metrics").text


def test_a_service_without_courses_is_not_ready(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving(tmp_path_factory.mktemp("bare")) as server:
        server.courses.rename(server.courses.with_name("elsewhere"))
        response = server.get("/readyz")
        assert response.status_code == 503
        assert str(server.courses) in response.json()["reason"]
        assert server.get("/healthz").status_code == 200


def test_requests_are_counted(server: Server) -> None:
    def count() -> float:
        pattern = r'^gradewright_requests_total\{method="GET",status="200",view="exercise"\} (\S+)'
        found = re.search(pattern, server.get("/metrics").text, re.MULTILINE)
        return float(found[1]) if found else 0

    before = count()
    server.get("/probe/files")
    assert count() == before + 1
    assert server.get("/metrics").headers["Content-Type"].startswith("text/plain; version=")


def test_the_log_names_course_exercise_and_submission(tmp_path: Path) -> None:
    with serving(tmp_path, GRADEWRIGHT_LOG_FORMAT="json") as server:
        server.post("/probe/post", data={"answer.txt": "x"})
        [sid] = [path.name for path in (server.data / "submissions/probe/post").iterdir()]
    events = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines() if line.startswith("{")]
    [request] = [event for event in events if event["event"] == "request" and event["method"] == "POST"]
    assert request["submission"] == sid
    assert (request["course"], request["exercise"], request["status"]) == ("probe", "post", 200)
    assert request["ms"] > 0
