"""Results that come to us: from pages (ajax), and where there is no front end (A+ spec 3.1, 3.3, 4.4, 9)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qs

import pytest

from web.conftest import FRONT_END, Server


class FrontEnd(BaseHTTPRequestHandler):
    """Takes results as A+ does."""

    received: ClassVar[list[dict[str, list[str]]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append(parse_qs(body.decode()))
        answer = b'{"success": true, "errors": []}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def front_end() -> Iterator[str]:
    FrontEnd.received.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), FrontEnd) as listener:
        Thread(target=listener.serve_forever).start()
        yield f"http://127.0.0.1:{listener.server_port}/grader"
        listener.shutdown()


def signed(url: str, **changes: str) -> dict[str, str]:
    fields = {"submission_url": url, "answer": "%7B%22moves%22%3A3%7D", "points": "4", "max_points": "5"}
    text = f"between us{url}:{fields['answer']}:4:5"
    return {**fields, "checksum": hashlib.md5(text.encode()).hexdigest(), **changes}


def test_ajax_passes_points_on(server: Server, front_end: str) -> None:
    response = server.post("/ajax/probe/active", data=signed(front_end))
    assert (response.status_code, response.json()) == (200, {"success": True})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    [result] = FrontEnd.received
    assert (result["points"], result["max_points"]) == (["4"], ["5"])
    assert "moves" in result["feedback"][0]


@pytest.mark.parametrize("missing", ["submission_url", "answer", "points", "max_points", "checksum"])
def test_ajax_needs_every_field(server: Server, missing: str) -> None:
    fields = signed(FRONT_END)
    del fields[missing]
    response = server.post("/ajax/probe/active", data=fields)
    assert response.status_code == 422
    assert missing in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("change", [{"points": "5"}, {"checksum": "0" * 32}, {"checksum": "é"}, {"max_points": "4"}])
def test_ajax_refuses_what_was_changed(server: Server, change: dict[str, str]) -> None:
    assert server.post("/ajax/probe/active", data=signed(FRONT_END, **change)).status_code == 403


def test_ajax_is_for_posts_to_exercises_that_say_so(server: Server) -> None:
    assert server.get("/ajax/probe/active").status_code == 405
    assert server.post("/ajax/probe/files", data=signed(FRONT_END)).status_code == 404
    assert server.post("/ajax/probe/nothing", data=signed(FRONT_END)).status_code == 404
    asked = server.client.options("/ajax/probe/active")
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]


def test_every_answer_of_ajax_can_be_read_by_scripts_of_other_hosts(server: Server) -> None:
    answers = [
        server.get("/ajax/probe/active"),
        server.post("/ajax/probe/files", data=signed(FRONT_END)),
        server.post("/ajax/nothing/at-all", data=signed(FRONT_END)),
        server.post("/ajax/probe/active", data=signed(FRONT_END, points="5")),
        server.post("/ajax/probe/active", data={}),
    ]
    assert [each.status_code for each in answers] == [405, 404, 404, 403, 422]
    assert {each.headers.get("Access-Control-Allow-Origin") for each in answers} == {"*"}


def test_ajax_sends_nothing_to_addresses_of_ours(server: Server) -> None:
    response = server.post("/ajax/probe/active", data=signed("http://169.254.169.254/latest"))
    assert response.status_code == 422
    assert response.json()["success"] is False


def test_ajax_says_when_the_front_end_is_down(server: Server) -> None:
    response = server.post("/ajax/probe/active", data=signed(FRONT_END))
    assert response.status_code == 502
    assert response.json()["success"] is False


def test_only_ajax_is_for_scripts_of_other_hosts(server: Server) -> None:
    for path in ("/", "/probe/", "/probe/files", "/probe/aplus-json", "/test-result", "/static/probe/intro.html"):
        assert "Access-Control-Allow-Origin" not in server.get(path).headers


def test_a_page_knows_where_to_send_its_points(server: Server) -> None:
    text = server.get("/probe/active", params={"submission_url": FRONT_END}).text
    assert f'data-submit="{server.url}/ajax/probe/active"' in text
    assert f'data-result="{FRONT_END}"' in text


def test_test_result_keeps_the_last_result(server: Server) -> None:
    server.post("/test-result", data={"points": "3", "feedback": "<b>ok</b>"})
    assert server.post("/test-result", data={"points": "4", "feedback": "<b>ok</b>"}).json() == {"success": True}
    response = server.get("/test-result")
    assert response.headers["Content-Type"] == "application/json"
    kept = json.loads(response.text)
    assert (kept["points"], kept["feedback"]) == ("4", "<b>ok</b>")
    assert kept["time"].startswith("20")


def test_container_post_refuses_strangers(server: Server) -> None:
    nothing = server.post("/container-post", data={"points": "1"})
    assert (nothing.status_code, nothing.text) == (403, "Missing sid")
    guess = server.post("/container-post", data={"sid": "20260101000000000000abcde", "points": "1"})
    assert (guess.status_code, guess.text) == (403, "Invalid sid")
    assert server.get("/container-post").status_code == 405
