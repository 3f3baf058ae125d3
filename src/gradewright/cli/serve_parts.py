"""What the processes of `gradewright serve` do; each function is the whole of one, with Django and the log set up."""

from __future__ import annotations

import logging
import os
import socket
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from gradewright.cli.serve_connections import MOST_CONNECTIONS, PatientWorker
from gradewright.service import service
from gradewright.settings import Settings
from gradewright.worker import work

APPLICATION = "gradewright.web.wsgi"
REQUEST_SECONDS = 60  # a process that answers nothing for so long is started again
DRAIN_SECONDS = 30  # for requests that are being answered when the service ends
LAST_SECONDS = 5  # then, for a process to end by itself, before it is killed


def begin_work() -> None:
    """Grade until told to stop."""
    work(service())


def answer_requests(settings: Settings, listening: socket.socket) -> None:
    """Answer requests on a socket until told to stop."""
    _Web(settings, listening).run()


class _Log(Logger):  # type: ignore[misc]  # of a library without types
    """What gunicorn says goes where everything goes."""

    def setup(self, cfg: Any) -> None:
        self.error_log.propagate = True
        self.error_log.setLevel(logging.WARNING)

    def exception(self, msg: str, *args: Any, **more: Any) -> None:
        """Clients that are too slow are no fault of ours, so there is nothing to trace."""
        if isinstance(sys.exc_info()[1], BlockingIOError | TimeoutError):
            self.warning("a client was too slow, so its connection was closed")
        else:
            super().exception(msg, *args, **more)


class _Web(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        self._settings = settings
        self._listening = listening
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options().items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """In each process that answers, after it was forked."""
        return import_module(APPLICATION).application

    def _options(self) -> dict[str, Any]:
        memory = Path("/dev/shm")
        return {
            "bind": [f"fd://{self._listening.fileno()}"],
            "worker_class": PatientWorker,
            "worker_connections": MOST_CONNECTIONS + 1,  # so that it goes on to accept them, to say that it is full
            "sendfile": False,  # it would wait for ever for a client that does not read
            "workers": self._settings.web_workers,
            "threads": self._settings.web_threads,
            "limit_request_line": 8190,  # bytes, the most that is possible: launches of LTI take some thousand
            "timeout": REQUEST_SECONDS,
            "graceful_timeout": DRAIN_SECONDS + LAST_SECONDS,
            "post_fork": _drain_in_time,
            "worker_tmp_dir": str(memory) if os.access(memory, os.W_OK) else None,  # its signs of life
            "logger_class": _Log,
            "proc_name": "gradewright",
            "control_socket_disable": True,
            "child_exit": _forget_figures,
        }


def _drain_in_time(arbiter: Any, worker: Any) -> None:
    """A process that answers gives up before it is killed, and says so."""
    worker.cfg.set("graceful_timeout", DRAIN_SECONDS)


def _forget_figures(arbiter: Any, worker: Any) -> None:
    """Live gauges of a process that ended do not count any more."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
