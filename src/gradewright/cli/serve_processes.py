"""The parent of `gradewright serve`: it listens, starts the parts, and starts again what dies.

It forks, so it has no threads and no connections of its own.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn

import click
import structlog

from gradewright import django_settings
from gradewright.courses.catalog import Catalog
from gradewright.django_settings import INCOMING
from gradewright.errors import GradewrightError, MissingError
from gradewright.logs import set_up_logs
from gradewright.settings import Settings

_log = structlog.get_logger("gradewright.serve")

PAUSE_SECONDS = 1.0  # at least, between two starts of one part
LEFT_SECONDS = 24 * 3600.0  # an upload that is older was left by a process that was killed
HEALTHY_SECONDS = 5.0  # a part that ran for so long started well
MOST_PORT = 65535
MOST_BAD_STARTS = 5  # in a row, then there is no use in trying
PR_SET_PDEATHSIG = 1


@dataclass(slots=True, kw_only=True)
class Part:
    """A process that shall always run."""

    name: str
    run: Callable[[], None]
    impatience: signal.Signals  # what makes it end without finishing what it has begun
    started: float = 0.0  # by the monotonic clock
    bad_starts: int = 0


def prepare(settings: Settings, *, quiet: int) -> None:
    """Set up log and Django, and bring the database up to date. Raises `GradewrightError` if that is impossible."""
    if not settings.courses_dir.is_dir():
        raise MissingError(
            f"There is no directory {settings.courses_dir.absolute()} with courses.",
            remedy="Make it, or name another with --courses or the setting courses_dir.",
        )
    set_up_logs(settings.log_format, quiet=quiet)
    django_settings.set_up(settings)
    from gradewright.service import insist_on_sense  # needs Django to be set up
    from gradewright.storage.schema import bring_up_to_date

    insist_on_sense(settings)
    bring_up_to_date(settings.data_dir)
    _sweep(settings.data_dir / INCOMING)


def _sweep(incoming: Path) -> None:
    """Remove uploads that nobody finishes any more."""
    for file in incoming.glob("*.upload*"):
        with suppress(FileNotFoundError):
            if time.time() - file.stat().st_mtime > LEFT_SECONDS:
                file.unlink()


def serve_until_told(settings: Settings, *, workers: int, quiet: int) -> int:
    """Run all parts until a signal comes; returns the exit code."""
    with ExitStack() as stack:
        figures = stack.enter_context(TemporaryDirectory(prefix="gradewright-metrics-"))
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = figures  # read when the library is imported
        prepare(settings, quiet=quiet)
        listening = stack.enter_context(_listen(settings.bind))
        from gradewright.cli import serve_parts  # needs Django to be set up

        web = Part(name="web", run=lambda: serve_parts.answer_requests(settings, listening), impatience=signal.SIGQUIT)
        graders = [
            Part(name=f"worker {number + 1}", run=serve_parts.begin_work, impatience=signal.SIGTERM)
            for number in range(workers)
        ]
        _introduce(settings)
        return _Parent([web, *graders]).run()


def _introduce(settings: Settings) -> None:
    courses = ", ".join(Catalog(settings.courses_dir).keys()) or "none yet"
    address = settings.bind if settings.bind.startswith("unix:") else f"http://{settings.bind}/"
    click.echo(f"Listening on {address}", err=True)
    click.echo(f"Courses in {settings.courses_dir.resolve()}: {courses}", err=True)
    click.echo(f"Data in {settings.data_dir.resolve()}", err=True)


def _listen(bind: str) -> socket.socket:
    """The listening socket, which outlives every part: while one is started again, requests wait."""
    try:
        if bind.startswith("unix:"):
            return _listen_at_path(bind.removeprefix("unix:"))
        host, port = _host_and_port(bind)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise MissingError(
            f"Cannot listen on {bind}: {reason}.", remedy="Name another ADDRESS:PORT or unix:PATH with --bind."
        ) from error
    listening.set_inheritable(True)
    return listening


def _host_and_port(bind: str) -> tuple[str, int]:
    """Raises `ValueError` saying what is wrong."""
    host, colon, port = bind.rpartition(":")
    if not colon:
        raise ValueError("there is no port")
    if not (port.isascii() and port.isdecimal() and 0 <= int(port[:6]) <= MOST_PORT):
        raise ValueError(f"{port!r} is no port")
    return host.strip("[]"), int(port)


def _listen_at_path(path: str) -> socket.socket:
    if not path:
        raise ValueError("there is no path")
    place = Path(path)
    if place.is_socket():
        _insist_on_silence(path)
        place.unlink()  # of a service that was killed
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    place.chmod(0o666)  # as with a port, it is the place that says who reaches it: web servers are other users
    listening.listen(1024)
    listening.set_inheritable(True)
    return listening


def _insist_on_silence(path: str) -> None:
    """Raises `OSError` if somebody listens there."""
    with socket.socket(socket.AF_UNIX) as caller, suppress(ConnectionRefusedError):
        caller.connect(path)
        raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


@dataclass(slots=True)
class _Parent:
    parts: list[Part]
    running: dict[int, Part] = field(default_factory=dict)
    signals: int = 0
    code: int = 0

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._heed)
        for part in self.parts:
            self._start(part)
        while self.running:
            pid, status = os.waitpid(-1, 0)
            if pid not in self.running:  # as process 1 of a container, we are given the orphans of all others
                continue
            part = self.running.pop(pid)
            if not self.signals:
                self._mourn(part, os.waitstatus_to_exitcode(status))
        return self.code

    def _heed(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1
        for pid, part in self.running.items():
            os.kill(pid, signal.SIGTERM if self.signals == 1 else part.impatience)

    def _start(self, part: Part) -> None:
        part.started = time.monotonic()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _become(part, parent)
        self.running[pid] = part
        if self.signals:  # one came while we forked
            os.kill(pid, signal.SIGTERM)

    def _mourn(self, part: Part, code: int) -> None:
        """Start a part again that ended, unless that is of no use."""
        lived = time.monotonic() - part.started
        fell = code > 0 and lived < HEALTHY_SECONDS  # by itself; who is killed may well live next time
        part.bad_starts = part.bad_starts + 1 if fell else 0
        _log.warning("part ended", part=part.name, code=code)
        if part.bad_starts == MOST_BAD_STARTS:
            _log.error("part ends whenever it is started, so the service stops", part=part.name)
            self.code = 1
            self._heed(signal.SIGTERM, None)
            return
        time.sleep(max(0.0, PAUSE_SECONDS - lived))
        if not self.signals:
            self._start(part)


def _become(part: Part, parent: int) -> NoReturn:
    """Be the process of a part. It ends when the parent does, and a ^C at the terminal reaches the parent only."""
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.setpgid(0, 0)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() == parent:
            part.run()
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except GradewrightError as error:
        _log.error(str(error))
        code = error.exit_code
    except BaseException:  # of a process that ends here, whatever it is
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
