"""reStructuredText in course files becomes HTML. It can neither read files nor bring HTML of its own."""

from __future__ import annotations

import io
import re
from functools import lru_cache

KEPT = 2048  # texts
SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "doctitle_xform": False,
    "halt_level": 5,
    "report_level": 2,
    "syntax_highlight": "none",
    "_disable_config": True,
}
PLACE = re.compile(r"^<string>:(\d+): ")


@lru_cache(maxsize=KEPT)
def to_html(text: str) -> tuple[str, tuple[str, ...]]:
    """The fragment, and what docutils says is wrong; if it gives up, the text is its complaint (A+ spec 1.3)."""
    from docutils.core import publish_parts
    from docutils.utils import SystemMessage
    from docutils.writers.html5_polyglot import Writer

    complaints = io.StringIO()
    overrides = {**SETTINGS, "warning_stream": complaints}
    try:
        parts = publish_parts(text, writer=Writer(), settings_overrides=overrides)
    except (SystemMessage, RecursionError, ValueError, AttributeError) as error:
        return str(error), (str(error),)
    said = [line for line in complaints.getvalue().splitlines() if PLACE.match(line)]
    return parts["fragment"], tuple(PLACE.sub(r"line \1 of the text: ", line) for line in said)
