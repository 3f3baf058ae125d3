"""Where the results of a batch go: formats by name, and files that are whole or not there."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from gradewright.errors import GradewrightError, UsageError
from gradewright.reports.paint import Paint, coloured, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gradewright.reports.batch import Batch

FORMATS = ("table", "json", "csv", "html")
SUFFIXES = {".txt": "table", ".json": "json", ".csv": "csv", ".html": "html", ".htm": "html"}


def paint() -> Paint:
    """Colour, if somebody looks at stdout and has not asked for none (NO_COLOR)."""
    return coloured if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else plain


def render(form: str, batch: Batch, paint: Paint = plain) -> Iterator[str]:
    """The batch in one of FORMATS, in pieces."""
    match form:
        case "json":
            from gradewright.reports.batch_json import batch_as_json

            return batch_as_json(batch)
        case "csv":
            from gradewright.reports.batch_csv import batch_as_csv

            return batch_as_csv(batch)
        case "html":
            from gradewright.reports.batch_html import batch_as_html

            return batch_as_html(batch)
        case _:
            from gradewright.reports.batch_text import batch_as_text

            return batch_as_text(batch, paint=paint)


def formats_of(files: Sequence[Path], chosen: str | None) -> dict[Path, str]:
    """Which format each file gets: the chosen one, else by its name. Raises `UsageError`, before any work is done."""
    return {file: _checked(file, chosen or SUFFIXES.get(file.suffix.lower())) for file in files}


def _checked(file: Path, form: str | None) -> str:
    if form is None:
        known = ", ".join(f"*{suffix}" for suffix in SUFFIXES)
        raise UsageError(f"The name of {file} does not tell its format.", remedy=f"Name it {known}, or give --format.")
    insist_on_room(file)
    return form


def insist_on_room(file: Path) -> None:
    """Raises `UsageError` if such a file cannot be written, as far as can be told before."""
    if file.exists() and not file.is_file():
        raise UsageError(f"{file} is not a file.", remedy="Name a file in --output.")
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise UsageError(f"{file} cannot be written: {file.parent} is not a directory that we may write to.")


def write_whole(file: Path, pieces: Iterable[str]) -> None:
    """Write the file, or leave what was there. Raises `GradewrightError` if it cannot be written."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", errors="replace") as out:
            out.writelines(pieces)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    except OSError as error:
        raise GradewrightError(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
