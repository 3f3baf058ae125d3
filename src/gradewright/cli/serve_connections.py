"""How web processes deal with their clients: whoever is slow waits in a place where nobody waits for him.

Gunicorn gives each connection to a thread at once, and as many silent clients as there are threads stop the service.
Here the loop of the process collects requests, which costs no thread, and a thread gets one that is whole. Requests
that are too large for that are read by other threads, from clients that keep up a pace.
"""

from __future__ import annotations

import errno
import re
import signal
import socket
import struct
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ
from typing import Any

import structlog
from gunicorn import util
from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

MOST_CONNECTIONS = 500  # of a process, which may usually open 1024 files
HELD_BYTES = 64 * 1024  # of a request that is collected; more than most that students send
ARRIVAL_SECONDS = 20  # for such a request: A+ itself gives up after 15
SILENT_SECONDS = 10  # between two pieces of a larger one, and of an answer
PACE = 16 * 1024  # bytes a second, on average: 64 MiB take an hour at most

BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nThere are too many connections. Try again later.\n"
)
LATE = (
    b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe request took too long to arrive.\n"
)

_log = structlog.get_logger("gradewright.serve")

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([^\r]*?)[ \t]*(?=\r\n)", re.IGNORECASE)
_ODD = re.compile(rb"\r\n(transfer-encoding|expect)[ \t]*:", re.IGNORECASE)  # what only a reader can deal with
_NOBODY = (errno.EAGAIN, errno.ECONNABORTED)  # another process was faster, or the client went


def whole_bytes(received: bytes | bytearray) -> int | None:
    """How long the request is that begins so; None if that is not known yet.

    Longer than `HELD_BYTES` is what is too long to be collected, or cannot be.
    """
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(received[: end + 4])
    lengths = _LENGTH.findall(head)
    if _ODD.search(head) or len(lengths) > 1 or not all(length.isdigit() for length in lengths):
        return sys.maxsize
    return len(head) + sum(int(length[:18]) for length in lengths)


class Connection(TConn):  # type: ignore[misc]  # of a library without types
    """A client, with what it has sent of a request."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        patience = struct.pack("ll", SILENT_SECONDS, 0)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):  # gunicorn resets those of Python
            sock.setsockopt(socket.SOL_SOCKET, option, patience)
        self.parser = RequestParser(cfg, sock, client)
        self.data_ready = True  # when a thread gets it
        self.received = bytearray()
        self.deadline = 0.0
        self.is_large = False

    def expect(self) -> None:
        """Begin to collect a request; what was read too far belongs to it."""
        self.sock.setblocking(False)
        self.received = bytearray(self.parser.unreader.take_buffered())
        self.deadline = time.monotonic() + ARRIVAL_SECONDS

    def hand_over(self) -> None:
        """Let gunicorn read the request, beginning with what is here."""
        self.parser.unreader = PacedUnreader(self.sock)
        self.parser.unreader.unread(bytes(self.received))
        self.received.clear()

    def close(self, graceful: bool = False) -> None:
        """At once, because the loop calls it: gunicorn would wait here for the client to close its side."""
        util.close(self.sock)


class PacedUnreader(SocketUnreader):  # type: ignore[misc]
    """Reads from a client that keeps up the pace; raises `TimeoutError` where it does not."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self._deadline = 0.0  # it begins when a thread begins

    def chunk(self, size_hint: int | None = None) -> bytes:
        self._deadline = self._deadline or time.monotonic() + SILENT_SECONDS
        data: bytes = super().chunk(size_hint)
        self._deadline += len(data) / PACE
        if time.monotonic() > self._deadline:
            raise TimeoutError("The client is too slow.")
        return data


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """A web process whose threads wait for no client, but for those that read large requests."""

    def init_process(self) -> None:
        self._arriving: dict[Connection, None] = {}  # the longest waiting first
        self._readers = ThreadPoolExecutor(max_workers=self.cfg.threads)
        super().init_process()

    def notify(self) -> None:
        """A sign of life, which the kernel expects too: code of a course may hold up this loop after our parent."""
        super().notify()
        signal.alarm(2 * self.cfg.timeout)

    def run(self) -> None:
        super().run()
        if self.nr_conns:
            _log.warning(
                "requests were given up, because they did not end in time",
                requests=self.nr_conns,
                seconds=self.cfg.graceful_timeout,
            )

    def accept(self, listener: socket.socket) -> None:
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno not in _NOBODY:
                raise
            return
        if self.nr_conns >= MOST_CONNECTIONS:
            _dismiss(sock, BUSY)
            return
        self.nr_conns += 1
        self.enqueue_req(Connection(self.cfg, sock, client, listener.getsockname()))

    def enqueue_req(self, conn: Connection) -> None:
        """Collect the next request of a connection."""
        conn.expect()
        self._arriving[conn] = None
        self.poller.register(conn.sock, EVENT_READ, partial(self._collect, conn))
        self._collect(conn, conn.sock)

    def _collect(self, conn: Connection, sock: socket.socket) -> None:
        try:
            data = sock.recv(HELD_BYTES)
        except BlockingIOError:
            data = None
        except OSError:
            data = b""
        if data == b"":
            self._leave_loop(conn)
            self._forget(conn)
            return
        conn.received += data or b""
        size, here = whole_bytes(conn.received), len(conn.received)
        conn.is_large = (size or here) > HELD_BYTES
        if conn.is_large or (size is not None and here >= size):
            self._leave_loop(conn)
            self._give_to_thread(conn)

    def _give_to_thread(self, conn: Connection) -> None:
        conn.hand_over()
        answer = (self._readers if conn.is_large else self.tpool).submit(self.handle, conn)
        answer.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def handle(self, conn: Connection) -> Any:
        stays = super().handle(conn)
        if conn.is_large and not stays:
            util.close_graceful(conn.sock)  # so that a client that still sends can read why it should not
        return stays

    def handle_request(self, req: Any, conn: Connection) -> Any:
        if conn.is_large:
            of_gunicorn, body = req.should_close, req.body.reader
            req.should_close = lambda: of_gunicorn() or _is_unread(body)  # asked when the answer begins
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Gunicorn calls it again and again."""
        now = time.monotonic()
        overdue = [each for each in self._arriving if each.deadline <= now or not (self.alive or each.received)]
        for conn in overdue:
            self._leave_loop(conn)
            self._forget(conn, LATE if conn.received else b"")

    def _leave_loop(self, conn: Connection) -> None:
        del self._arriving[conn]
        self.poller.unregister(conn.sock)

    def _forget(self, conn: Connection, last_words: bytes = b"") -> None:
        self.nr_conns -= 1
        _dismiss(conn.sock, last_words)


def _is_unread(body: Any) -> bool:
    """Whether some of a body was left, as of what is too large: the next request cannot begin there."""
    return bool(getattr(body, "length", 0)) or getattr(body, "parser", None) is not None


def _dismiss(sock: socket.socket, last_words: bytes) -> None:
    try:
        sock.setblocking(False)
        sock.send(last_words)
    except OSError:  # it is gone, or does not listen
        pass
    finally:
        util.close(sock)
