"""A mailbox in a sandbox: what its programs post by HTTP to a port of their own loopback (A+ spec 4.4).

Init accepts the connections and passes on what is said, frame by frame; here is the server. It needs no network and no
thread, serves one request a connection, and knows one path. The first form with the secret of this run is taken.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import h11

from gradewright.model.run import Mailbox, Post
from gradewright.sandboxes import wire
from gradewright.sandboxes.forms import UnreadableForm, read_form

MAX_HEAD_BYTES = 16 * 1024
MAX_BUFFERED_FORMS = 2  # as many of the largest size may be on their way at the same time, in all connections together
MAX_REFUSED = 20  # posts of which we keep why they were refused
CALL_SECONDS = 5.0  # for one request: the line is a loopback, and all places may be taken by whoever says nothing
NATURAL = re.compile(r"\s*[0-9]{1,9}\s*", re.ASCII)

Frames = Iterator[bytes]


class Refusal(Exception):
    """A request that is not taken, with the status and text to answer."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(slots=True)
class _Call:
    """One connection."""

    number: bytes  # as init calls it
    began: float
    http: h11.Connection = field(
        default_factory=lambda: h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_BYTES)
    )
    request: h11.Request | None = None
    body: bytearray = field(default_factory=bytearray)


class PostServer:
    """Hears what init says of connections, and answers with frames for init."""

    def __init__(self, mailbox: Mailbox, secret: str) -> None:
        self._mailbox = mailbox
        self._secret = secret.encode()
        self._calls: dict[bytes, _Call] = {}
        self._taken: Post | None = None
        self._refused: list[Post] = []

    @property
    def posts(self) -> tuple[Post, ...]:
        """The one that was taken first."""
        return (*((self._taken,) if self._taken else ()), *self._refused)

    def opened(self, payload: bytes) -> None:
        """Init has accepted a connection."""
        self._calls[payload] = _Call(payload, time.monotonic())

    def heard(self, payload: bytes) -> Frames:
        """Something came over a connection; nothing more will, if the frame has only its number."""
        call = self._calls.get(payload[:1])
        if call is None:  # we have hung up already
            return
        try:
            call.http.receive_data(payload[1:])
            yield from self._serve(call)
        except h11.RemoteProtocolError as error:
            yield from self._hang_up(call, Refusal(HTTPStatus(error.error_status_hint), f"This is not HTTP: {error}."))
        except Refusal as refusal:
            yield from self._hang_up(call, refusal)

    def look(self) -> Frames:
        """Hang up on whoever takes too long; to be called now and then."""
        latest = time.monotonic() - CALL_SECONDS
        for call in [call for call in self._calls.values() if call.began < latest]:
            yield from self._hang_up(call, Refusal(HTTPStatus.REQUEST_TIMEOUT, "This took too long."))

    def _serve(self, call: _Call) -> Frames:
        while True:
            event = call.http.next_event()
            match event:
                case h11.Request():
                    self._check_head(event)
                    call.request = event
                    if call.http.they_are_waiting_for_100_continue:
                        go_on = call.http.send(h11.InformationalResponse(status_code=100, headers=[]))
                        yield wire.message(call.number, go_on)
                case h11.Data():
                    self._buffer(call, event.data)
                case h11.EndOfMessage():
                    self._take(call)
                    yield from self._answer(call, HTTPStatus.OK, "Ok")
                    return
                case h11.ConnectionClosed():
                    yield from self._close(call)
                    return
                case _:
                    return

    def _check_head(self, request: h11.Request) -> None:
        if request.target.partition(b"?")[0].decode("latin-1") != self._mailbox.path:
            raise Refusal(HTTPStatus.NOT_FOUND, f"There is nothing here but {self._mailbox.path}.")
        if request.method != b"POST":
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "Results are posted.")
        length = dict(request.headers).get(b"content-length", b"0")
        if int(length) > self._mailbox.max_bytes:  # h11 has seen to it that it is a number
            raise self._too_large()

    def _buffer(self, call: _Call, data: bytes) -> None:
        together = sum(len(each.body) for each in self._calls.values()) + len(data)
        if len(call.body) + len(data) > self._mailbox.max_bytes:
            raise self._too_large()
        if together > MAX_BUFFERED_FORMS * self._mailbox.max_bytes:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Too much is being posted at once.")
        call.body += data

    def _too_large(self) -> Refusal:
        limit = self._mailbox.max_bytes
        return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A result may have {limit} bytes at most.")

    def _take(self, call: _Call) -> None:
        """Raises `Refusal` if the form is not the first one that is right; then the secret is as good as before."""
        assert call.request is not None
        content_type = dict(call.request.headers).get(b"content-type", b"").decode("latin-1")
        try:
            fields = read_form(bytes(call.body), content_type)
        except UnreadableForm as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, str(error)) from None
        self._check_secret(fields)
        for name in self._mailbox.naturals:
            if name in fields and not NATURAL.fullmatch(fields[name]):
                wrong = f"{name} must be a whole number of at least 0, not {fields[name][:40]!r}. Post again."
                raise Refusal(HTTPStatus.BAD_REQUEST, wrong)
        self._taken = Post(fields={name: text for name, text in fields.items() if name != self._mailbox.field})

    def _check_secret(self, fields: Mapping[str, str]) -> None:
        name = self._mailbox.field
        if name not in fields:
            raise Refusal(HTTPStatus.FORBIDDEN, f"Missing {name}")
        if not secrets.compare_digest(fields[name].encode(), self._secret):
            raise Refusal(HTTPStatus.FORBIDDEN, f"Invalid {name}")
        if self._taken is not None:
            raise Refusal(HTTPStatus.FORBIDDEN, f"Invalid {name}: a result has been taken already.")

    def _hang_up(self, call: _Call, refusal: Refusal) -> Frames:
        if len(self._refused) < MAX_REFUSED:
            self._refused.append(Post(refused=str(refusal)))
        yield from self._answer(call, refusal.status, str(refusal))

    def _answer(self, call: _Call, status: HTTPStatus, text: str) -> Frames:
        data = text.encode()
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(data))),
            ("Connection", "close"),
        ]
        if call.http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            head = call.http.send(h11.Response(status_code=status, headers=headers, reason=status.phrase.encode()))
            yield wire.message(call.number, (head or b"") + data)
        yield from self._close(call)

    def _close(self, call: _Call) -> Frames:
        del self._calls[call.number]
        yield wire.message(call.number, b"")
