"""Names that authors give to fields and files: which of them are safe."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from gradewright.tables import Table

MAX_PATH = 500  # characters
MAX_PART = 200  # characters, of one file or directory name
RESERVED = ("_sample", "_checksum", "__grader_lang", "__aplus_post_url", "__aplus__", "data.json", "lti.json")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def why_unfit_path(name: str) -> str:
    """Why no file below user/ may have this name, as the end of a sentence; empty if it may."""
    if not name or name.endswith("/") or PurePosixPath(name).name == "":
        return "must name a file"
    if name.startswith("/") or "\\" in name or ".." in name:
        return "must be a relative path with '/' between directories and without '..'"
    if _CONTROL.search(name):
        return "must not have control characters"
    if len(name) > MAX_PATH or any(len(part) > MAX_PART for part in name.split("/")):
        return f"must not be longer than {MAX_PATH} characters, and {MAX_PART} for each directory"
    return ""


def check_path(table: Table, key: str, name: str) -> None:
    """Make it a problem if a file of a submission cannot have this name."""
    if why := why_unfit_path(name):
        table.refuse(key, f"{why}, not {name!r}.", "Give the name that the grader finds below user/.", id="unsafe-name")


def check_field_name(table: Table, place: str, name: str, taken: dict[str, str]) -> None:
    """Make it a problem if a field cannot have this name, or another place has taken it."""
    key = f"{place}.key"
    if name in taken:
        what = f"{name!r} is the name of {taken[name]}, too."
        table.refuse(key, f"must be its own: {what}", "Give each question and row its own key.", id="taken")
    if name.startswith(RESERVED) or _CONTROL.search(name):
        table.refuse(key, f"must not be {name!r}.", f"These are ours: {', '.join(RESERVED)}.", id="reserved-name")
    taken.setdefault(name, place)
