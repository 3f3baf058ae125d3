"""The log of the service: one event a line on stderr, with the ids of what it is about.

Events of our own carry `submission` and `attempt`; what libraries log goes the same way.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
LEVELS = (logging.INFO, logging.WARNING, logging.ERROR)
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
        last = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[*BACK, *last], foreign_pre_chain=SHARED))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(LEVELS[min(quiet, 2)])
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # or else it tells of every POST
