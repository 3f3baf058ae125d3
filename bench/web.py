"""The course service over HTTP, with the settings of `gradewright serve`, against an empty view of the same server."""

from __future__ import annotations

import random
import selectors
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from operator import truediv
from pathlib import Path
from urllib.parse import urlencode

import psutil

from bench.measure import Ratio, Results, Sample
from gradewright.testing.served import serving

COURSES = Path(__file__).parent.parent / "tests" / "web" / "courses"
CLIENTS = 8
TURNS = 9
REQUESTS = 600  # of each subject in each turn
TIMEOUT_SECONDS = 30
MIB = 1024**2

QUERY = urlencode(
    {
        "max_points": 40,
        "max_submissions": 10,
        "submission_url": "https://plus.example.org/api/v2/exercises/5/grader?token=e5.0123456789abcdef",
        "post_url": "https://plus.example.org/course/1/quiz/",
        "uid": 5,
        "ordinal_number": 1,
        "lang": "en",
    }
)
CHOICES = [("r1", "b"), ("d1", "y"), ("c1", "a"), ("c1", "b"), ("r2", "b"), ("r3", "a")]
TEXTS = [("t1", "hello"), ("t2", "41"), ("t3", "0.5"), ("t4", "anything at all"), ("__grader_lang", "en")]
ANSWERS = urlencode([*CHOICES, *TEXTS]).encode()
SUBJECTS = {
    "empty view": b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n",
    "form GET": f"GET /probe/form?{QUERY} HTTP/1.1\r\nHost: bench\r\n\r\n".encode(),
    "graded POST": (
        f"POST /probe/form?{QUERY} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(ANSWERS)}\r\n\r\n"
    ).encode()
    + ANSWERS,
}
SIGNS = {"empty view": b"ok", "form GET": b'name="t4"', "graded POST": b'<meta name="points" value="30">'}


def measure() -> Results:
    with (
        tempfile.TemporaryDirectory() as directory,
        serving(Path(directory), "--workers", "0", courses=COURSES) as served,  # no grading takes processor time
    ):
        port = int(served.url.rpartition(":")[2])
        times: dict[str, list[float]] = {subject: [] for subject in SUBJECTS}
        rates: dict[str, list[float]] = {subject: [] for subject in SUBJECTS}
        for subject, request in SUBJECTS.items():
            check(port, subject)
            with connected(port) as clients:
                load(clients, request, 2 * REQUESTS)
        for _ in range(TURNS):
            with connected(port) as clients:  # how they are spread over the server's processes differs between turns
                for subject in random.sample(list(SUBJECTS), len(SUBJECTS)):
                    taken, seconds = load(clients, SUBJECTS[subject], REQUESTS)
                    times[subject] += taken
                    rates[subject].append(len(taken) / seconds)
        memory = largest_web_worker(served.process)
    samples = [Sample(case=f"web, {CLIENTS} clients", subject=name, times=tuple(times[name])) for name in SUBJECTS]
    return Results(samples=tuple(samples), ratios=(*_rates(rates), *_tails(times), _memory(memory)))


def _rates(rates: dict[str, list[float]]) -> Iterator[Ratio]:
    for subject, target in (("form GET", 0.6), ("graded POST", 0.4)):
        share = statistics.median(map(truediv, rates[subject], rates["empty view"]))
        yield Ratio(name=f"rate of {subject} / empty view", value=share, target=target, better="higher")


def _tails(times: dict[str, list[float]]) -> Iterator[Ratio]:
    for subject, taken in times.items():
        tail = statistics.quantiles(taken, n=100)[98] / statistics.median(taken)
        yield Ratio(name=f"p99 / median of {subject}, {CLIENTS} clients", value=tail, target=5, better="lower")


def _memory(size: float) -> Ratio:
    return Ratio(name="memory of the largest web worker, MiB", value=size / MIB, target=150, better="lower")


def largest_web_worker(process: subprocess.Popen[bytes]) -> float:
    return max(child.memory_info().rss for child in psutil.Process(process.pid).children(recursive=True))


@dataclass(slots=True)
class _Client:
    """One connection, with one request under way at a time."""

    connection: socket.socket
    begun: float = 0.0
    answer: bytearray = field(default_factory=bytearray)

    def send(self, request: bytes) -> None:
        self.answer.clear()
        self.begun = time.perf_counter()
        self.connection.sendall(request)

    def is_answered(self) -> bool:
        self.answer += self.connection.recv(1 << 18)
        head, _, body = self.answer.partition(b"\r\n\r\n")
        if not self.answer:
            raise ConnectionResetError("the server closed the connection")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if not length or len(body) < int(length):
            return False
        if not head.startswith(b"HTTP/1.1 200 "):
            raise AssertionError(bytes(self.answer[:300]))
        return True


@contextmanager
def connected(port: int, count: int = CLIENTS) -> Iterator[list[_Client]]:
    with ExitStack() as stack:
        yield [
            _Client(stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS)))
            for _ in range(count)
        ]


def check(port: int, subject: str) -> None:
    """Whether this is answered as it should: what fails is often answered sooner, and with status 200, too."""
    with connected(port, 1) as [client]:
        client.send(SUBJECTS[subject])
        while not client.is_answered():
            pass
        if SIGNS[subject] not in client.answer:
            raise AssertionError(client.answer.decode())


def load(clients: list[_Client], request: bytes, count: int) -> tuple[list[float], float]:
    """(milliseconds of each request, seconds of all), sent by all clients at the same time."""
    times: list[float] = []
    left = count - len(clients)
    begun = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.connection, selectors.EVENT_READ, client)
            client.send(request)
        while len(times) < count:
            ready = selector.select(TIMEOUT_SECONDS)
            if not ready:
                raise TimeoutError("the server does not answer")
            for key, _ in ready:
                client = key.data
                if client.is_answered():
                    times.append((time.perf_counter() - client.begun) * 1000)
                    if left > 0:
                        client.send(request)
                    left -= 1
    return times, time.perf_counter() - begun
