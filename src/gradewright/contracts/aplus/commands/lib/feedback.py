"""The files below /feedback."""

import html
import re
from pathlib import Path
from typing import Optional

FEEDBACK = Path("/feedback")
NATURAL = re.compile(r"\s*([0-9]{1,9})\s*\Z", re.ASCII)


def text(name: str) -> str:
    """What is in a file of ours, "" if there is none; what is not UTF-8 becomes U+FFFD."""
    try:
        return (FEEDBACK / name).read_text("utf-8", "replace")
    except OSError:
        return ""


def append(name: str, what: str) -> None:
    with (FEEDBACK / name).open("a", encoding="utf-8") as file:
        file.write(what)


def natural(word: str) -> Optional[int]:
    """The whole number in a text, or None."""
    found = NATURAL.match(word)
    return int(found[1]) if found else None


def pre(what: str, css_class: str = "") -> str:
    """Plain text as HTML, nothing for nothing."""
    if not what:
        return ""
    attribute = f' class="{css_class}"' if css_class else ""
    return f"<pre{attribute}>\n{html.escape(what, quote=False)}</pre>\n"


def set_error(why: str) -> None:
    append("grading-script-errors", f"The grader set the error state: {why}\n")
    (FEEDBACK / "submission-set-error").write_text("true\n", "utf-8")
