"""Results for A+ over HTTP, with a stand-in at the other end that behaves well or badly."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from gradewright import plugins
from gradewright.channels.aplus import Aplus
from gradewright.errors import ChannelError, MissingError, SubmissionRejected
from gradewright.model.attempt import Message
from gradewright.model.outbound import Outbound
from gradewright.testing.front_end import FrontEnd, Mood, SentState

HERE = Outbound(hosts=("127.0.0.1",))
MESSAGE = Message(attempt=1, submission="s", address="", points=4, max_points=5, feedback="<p>ä\0</p>")


@pytest.fixture
def front_end() -> Iterator[FrontEnd]:
    with FrontEnd(pauses=()) as found:
        yield found


def news(front_end: FrontEnd, **changes: object) -> Message:
    """Of a submission that the front end has."""
    from dataclasses import replace

    from gradewright.testing.front_end import Sent

    front_end._record.sent["1"] = Sent(id="1", exercise="e", uid="1", ordinal=1)
    return replace(MESSAGE, address=front_end.submission_url("1"), **changes)  # type: ignore[arg-type]


def test_a_result_arrives_with_everything(front_end: FrontEnd) -> None:
    Aplus(HERE).deliver(news(front_end, grading_data='{"submission_tags": "late"}'))
    sent = front_end.sent["1"]
    assert (sent.state, sent.points, sent.max_points) == (SentState.READY, 4, 5)
    [result] = sent.results
    assert result["grading_data"] == result["grading_payload"] == '{"submission_tags": "late"}'
    assert result["feedback"] == "<p>ä\ufffd</p>"
    assert "error" not in result


def test_an_error_costs_no_attempt(front_end: FrontEnd) -> None:
    Aplus(HERE).deliver(news(front_end, error=True))
    assert front_end.sent["1"].state is SentState.ERROR
    assert front_end.charged("e", "1") == 0


@pytest.mark.parametrize(
    ("mood", "said"),
    [(Mood.DOWN, "cannot be reached"), (Mood.BROKEN, "status 500"), (Mood.REFUSING, "not now")],
)
def test_what_was_not_taken_is_told(front_end: FrontEnd, mood: Mood, said: str) -> None:
    front_end.mood = mood
    with pytest.raises(ChannelError, match=said):
        Aplus(HERE).deliver(news(front_end))


def test_a_result_whose_answer_was_too_slow_may_come_twice_to_the_same_effect(
    front_end: FrontEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gradewright.channels.aplus.SECONDS", 0.3)
    monkeypatch.setattr("gradewright.testing.front_end.SLOW_SECONDS", 1.0)
    channel, message = Aplus(HERE), news(front_end)
    front_end.mood = Mood.SLOW
    with pytest.raises(ChannelError, match="cannot be reached"):
        channel.deliver(message)
    front_end.mood = Mood.WELL
    channel.deliver(message)
    first, second = front_end.sent["1"].results
    assert first == second
    assert front_end.charged("e", "1") == 1


def test_nothing_is_sent_where_it_may_not_go(front_end: FrontEnd) -> None:
    channel = Aplus(Outbound())
    with pytest.raises(SubmissionRejected):
        channel.check(front_end.submission_url("1"))
    with pytest.raises(ChannelError, match="may not be sent"):
        channel.deliver(news(front_end))
    assert front_end.sent["1"].results == ()


def test_the_channel_is_found_by_its_name() -> None:
    assert plugins.channel("aplus", HERE).name == "aplus"
    with pytest.raises(MissingError, match="no channel named 'pigeon'"):
        plugins.channel("pigeon", HERE)


class Answers(BaseHTTPRequestHandler):
    """Answers each POST as the path says, and each GET with a token made of the one it came with."""

    seen: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(str(self.headers.get("Authorization")))
        match self.path:
            case "/redirect":
                self.send_response(302)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()
            case "/endless":
                self.send_response(200)
                self.end_headers()
                try:
                    while True:
                        self.wfile.write(b" " * 65536)
                except OSError:
                    pass
            case "/dripping-head":
                self._drip(b"HTTP/1.1 200 OK\r\nX-Padding: ")
            case "/dripping-body":
                self._drip(b'HTTP/1.1 200 OK\r\n\r\n{"success": true}')
            case "/list":
                self._say(b"[true]")
            case "/deep":
                self._say(b"[" * 30_000)
            case _:
                self._say(b'{"success": true}')

    def do_GET(self) -> None:
        if self.path == "/dripping-token":
            self._drip(b"HTTP/1.1 200 OK\r\nX-Padding: ")
            return
        self._say(json.dumps("theirs for " + self.headers["Authorization"].split()[1]).encode())

    def _drip(self, beginning: bytes) -> None:
        """A byte from time to time, until nobody listens."""
        self.close_connection = True
        try:
            self.wfile.write(beginning)
            while True:
                self.wfile.write(b" ")
                time.sleep(0.02)
        except OSError:
            pass

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def answers() -> Iterator[tuple[str, list[str]]]:
    """URL of a server, and the tokens that it saw."""
    Answers.seen = []
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", Answers.seen
        server.shutdown()


@pytest.mark.parametrize("path", ["/redirect", "/endless", "/list", "/deep"])
def test_odd_answers_are_no_success(answers: tuple[str, list[str]], path: str) -> None:
    message = Message(attempt=1, submission="s", address=answers[0] + path, points=1, max_points=1, feedback="")
    with pytest.raises(ChannelError, match="did not take"):
        Aplus(HERE).deliver(message)


@pytest.mark.parametrize("path", ["/dripping-head", "/dripping-body"])
def test_an_answer_that_never_ends_is_not_waited_for(
    answers: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("gradewright.channels.aplus.SECONDS", 0.5)
    message = Message(attempt=1, submission="s", address=answers[0] + path, points=1, max_points=1, feedback="")
    begun = time.monotonic()
    with pytest.raises(ChannelError, match="cannot be reached"):
        Aplus(HERE).deliver(message)
    assert time.monotonic() - begun < 5


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a private key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = serialization.Encoding.PEM
    file = tmp_path_factory.mktemp("keys") / "key.pem"
    file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return file


def public_key(file: Path) -> bytes:
    key = serialization.load_pem_private_key(file.read_bytes(), password=None).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def test_a_token_that_never_comes_is_not_waited_for(
    answers: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch, key_file: Path
) -> None:
    monkeypatch.setattr("gradewright.channels.aplus.SECONDS", 0.5)
    url, _ = answers
    own = Outbound(hosts=("127.0.0.1",), uid="grader", private_key=str(key_file), token_url=f"{url}/dripping-token")
    message = Message(attempt=1, submission="s", address=f"{url}/x", points=1, max_points=1, feedback="")
    with pytest.raises(ChannelError, match="No token is to be had from"):
        Aplus(own).deliver(message)


def test_with_a_key_each_result_carries_a_token(answers: tuple[str, list[str]], key_file: Path) -> None:
    url, seen = answers
    public = public_key(key_file)
    message = Message(attempt=1, submission="s", address=f"{url}/x", points=1, max_points=1, feedback="")
    for token_url in ("", f"{url}/get-token/"):
        own = Outbound(hosts=("127.0.0.1",), uid="grader", private_key=str(key_file), token_url=token_url)
        Aplus(own).deliver(message)
    ours, theirs = (each.removeprefix("Bearer ") for each in seen)
    for token in (ours, theirs.removeprefix("theirs for ")):
        claims = jwt.decode(token, public, algorithms=["RS256"])
        assert (claims["iss"], claims["turl"]) == ("grader", f"{url}/x")
    assert theirs.startswith("theirs for ")


def test_a_key_that_cannot_be_read_is_told_at_once() -> None:
    with pytest.raises(MissingError, match="jwt_private_key"):
        Aplus(Outbound(private_key="/nowhere/key.pem"))
