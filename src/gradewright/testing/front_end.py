"""A stand-in for A+: it loads exercises, submits to them and receives results (A+ spec 3.2).

    with FrontEnd() as front_end:
        sent = front_end.submit(f"{service}/course/exercise", files={"file1": ("main.py", b"print(42)")}, uid="7")
        if sent.state is SentState.WAITING:
            sent = front_end.wait_for(sent.id)
        print(sent.points, sent.max_points, sent.feedback)

It can be told to behave badly: `front_end.mood = Mood.DOWN`. The service must be allowed to send to it: give it
`submission_hosts = ["127.0.0.1"]`.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

import httpx2

from gradewright.testing.page import Page, page_of

SECONDS = 15.0  # for an answer, as A+ waits
PAUSES = (5.0, 5.0, 5.0)  # before A+ sends again what could not be sent
SLOW_SECONDS = 20.0  # longer than anybody should wait
MAX_BODY = 64 * 1024**2


class Mood(Enum):
    """How it takes results."""

    WELL = auto()
    DOWN = auto()  # connections break
    SLOW = auto()  # takes the result, but answers too late
    BROKEN = auto()  # status 500
    REFUSING = auto()  # {"success": false}


class SentState(Enum):
    WAITING = auto()
    READY = auto()
    ERROR = auto()  # costs no attempt
    REJECTED = auto()  # costs no attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A submission, as A+ has it."""

    id: str
    exercise: str  # its URL
    uid: str
    ordinal: int
    state: SentState = SentState.WAITING
    points: int = 0
    max_points: int = 0
    feedback: str = ""
    page: Page | None = None  # the answer to the POST
    results: tuple[Mapping[str, str], ...] = ()  # every result that was taken, the same one perhaps twice


@dataclass(slots=True)
class _Record:
    """What is known of all submissions; changed by several threads."""

    changed: Condition = field(default_factory=Condition)
    sent: dict[str, Sent] = field(default_factory=dict)

    def update(self, id: str, **changes: object) -> Sent:
        with self.changed:
            self.sent[id] = replace(self.sent[id], **changes)  # type: ignore[arg-type]
            self.changed.notify_all()
            return self.sent[id]


class FrontEnd:
    """Listens on a port of this machine within its `with` block. May be used by several threads at once."""

    def __init__(self, *, pauses: Sequence[float] = PAUSES) -> None:
        """`pauses` are the seconds before each further try to load or submit."""
        self.mood = Mood.WELL
        self._pauses = pauses
        self._record = _Record()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._client = httpx2.Client(timeout=SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._client.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def sent(self) -> Mapping[str, Sent]:
        """All submissions by id, as they are now."""
        with self._record.changed:
            return dict(self._record.sent)

    def charged(self, exercise: str, uid: str) -> int:
        """How many attempts these students have used."""
        free = (SentState.ERROR, SentState.REJECTED)
        return sum(
            each.exercise == exercise and each.uid == uid and each.state not in free for each in self.sent.values()
        )

    def load(self, exercise: str, *, uid: str = "1", language: str = "en", **query: str) -> Page:
        """The page of an exercise. Raises `httpx2.HTTPError` if it cannot be had."""
        url = f"{self.url}/api/v2/exercises/1/grader?token=e1.{secrets.token_hex(8)}"
        ordinal = self.charged(exercise, uid) + 1
        return _page(self._request("GET", exercise, params=_query(url, uid, ordinal, language, query)))

    def submit(
        self,
        exercise: str,
        fields: Mapping[str, str | list[str]] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        *,
        uid: str = "1",
        language: str = "en",
        **query: str,
    ) -> Sent:
        """Send an answer: fields, and files as (name, content). Raises `httpx2.HTTPError` if it cannot be sent."""
        id = secrets.token_hex(8)
        with self._record.changed:
            ordinal = self.charged(exercise, uid) + 1
            self._record.sent[id] = Sent(id=id, exercise=exercise, uid=uid, ordinal=ordinal)
        params = _query(self.submission_url(id), uid, ordinal, language, query)
        try:
            response = self._request("POST", exercise, params=params, data=fields or {}, files=files or None)
        except httpx2.HTTPError:
            self._record.update(id, state=SentState.ERROR)
            raise
        return self._answered(id, _page(response))

    def submission_url(self, id: str) -> str:
        """Where results of a submission are to be sent."""
        return f"{self.url}/api/v2/submissions/{id}/grader?token=s{id}"

    def wait_for(self, id: str, seconds: float = 60.0) -> Sent:
        """The submission once it does not wait any more. Raises `TimeoutError`."""
        with self._record.changed:
            if not self._record.changed.wait_for(lambda: self._record.sent[id].state is not SentState.WAITING, seconds):
                raise TimeoutError(f"submission {id} still waits after {seconds} seconds")
            return self._record.sent[id]

    def take(self, id: str, fields: Mapping[str, str]) -> list[str]:
        """Take a result that was posted; returns what is wrong with it."""
        with self._record.changed:
            if id not in self._record.sent:
                return ["there is no such submission"]
            before = self._record.sent[id].results
        points, most = fields.get("points", ""), fields.get("max_points", "")
        if not points.isdecimal() or not (most or "0").isdecimal():
            return ["points and max_points must be whole numbers"]
        failed = fields.get("error", "").lower() not in ("", "false") or int(points) > int(most or points)
        self._record.update(
            id,
            state=SentState.ERROR if failed else SentState.READY,
            points=int(points),
            max_points=int(most or points),
            feedback=fields.get("feedback", ""),
            results=(*before, dict(fields)),
        )
        return ["points are above max_points"] if int(points) > int(most or points) else []

    def _answered(self, id: str, page: Page) -> Sent:
        """The state after the POST. A result may have come before its answer."""
        if self.sent[id].state is not SentState.WAITING:
            return self._record.update(id, page=page)
        status, points = page.metas.get("status"), page.metas.get("points")
        if page.status != 200 or status not in ("accepted", "rejected"):
            return self._record.update(id, page=page, state=SentState.ERROR)
        if status == "rejected":
            return self._record.update(id, page=page, state=SentState.REJECTED)
        if points is None:
            return self._record.update(id, page=page)
        most = int(page.metas.get("max-points") or page.metas.get("max_points") or points)
        return self._record.update(
            id, page=page, state=SentState.READY, points=int(points), max_points=most, feedback=page.kept
        )

    def _request(self, method: str, url: str, **content: object) -> httpx2.Response:
        """As A+ does: again after a pause if there is no answer, or one that says that the server failed."""
        for pause in (*self._pauses, None):
            try:
                response = self._client.request(method, url, **content)  # type: ignore[arg-type]
                if response.status_code < 500 or pause is None:
                    return response
            except httpx2.TransportError:
                if pause is None:
                    raise
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")


def _query(url: str, uid: str, ordinal: int, language: str, more: Mapping[str, str]) -> dict[str, str]:
    return {
        "submission_url": url,
        "post_url": "",
        "uid": uid,
        "ordinal_number": str(ordinal),
        "max_points": "100",
        "max_submissions": "10",
        "lang": language,
        **more,
    }


def _page(response: httpx2.Response) -> Page:
    return page_of(response.status_code, response.text, dict(response.headers))


def _handler(front_end: FrontEnd) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(200, {"submission": self._id()})

        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MAX_BODY))
            fields = {name: values[-1] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
            if front_end.mood is Mood.DOWN:
                self.close_connection = True
            elif front_end.mood is Mood.BROKEN:
                self._answer(500, {"detail": "broken"})
            elif front_end.mood is Mood.REFUSING:
                self._answer(200, {"success": False, "errors": ["not now"]})
            else:
                self._take(fields)

        def _take(self, fields: Mapping[str, str]) -> None:
            errors = front_end.take(self._id(), fields)
            if front_end.mood is Mood.SLOW:
                time.sleep(SLOW_SECONDS)
            self._answer(200, {"success": not errors, "errors": errors})

        def _id(self) -> str:
            return urlsplit(self.path).path.split("/")[4]

        def _answer(self, status: int, document: object) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
