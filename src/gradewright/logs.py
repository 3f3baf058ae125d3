"""The log of the service: one event a line on stderr, with the ids of what it is about.

Events of our own carry `submission` and `attempt`; what libraries log goes the same way.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
LEVELS = (logging.INFO, logging.WARNING, logging.ERROR)
TRACES = ("exception", "stack")
FAILED = 500  # status of an answer, from here on
BACK = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]


def set_up_logs(format: str, *, quiet: int = 0) -> None:
    """`text` for people, `json` for machines; with `quiet`, warnings only, or if it is 2, errors only."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Any] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    if format == "text":
        last = [structlog.processors.format_exc_info, _harmless, _for_people()]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[*BACK, *last], foreign_pre_chain=SHARED))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(LEVELS[min(quiet, 2)])
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # or else it tells of every POST
    logging.getLogger("django.request").addFilter(_tells_more)


def _tells_more(record: logging.LogRecord) -> bool:
    """Whether Django says more of an answer than its status, or at least that it refused a request: faults we tell."""
    return bool(record.exc_info) or getattr(record, "status_code", 0) < FAILED


def _for_people() -> Any:
    """Without the values of variables, among which may be secrets."""
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)


def _harmless(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What others sent cannot forge lines, nor command the terminal of who reads them."""
    for key, value in event.items():
        if isinstance(value, str) and not value.isprintable():
            event[key] = "\n  ".join(map(_escaped, value.split("\n"))) if key in TRACES else _escaped(value)
    return event


def _escaped(text: str) -> str:
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
