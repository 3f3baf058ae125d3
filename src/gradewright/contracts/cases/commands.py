"""The commands of a grader with their placeholders filled in.

{main} is the first file that a submission must hold, {stem} the same without folder and suffix, {heap} half of the
step's memory limit in MiB; the word {sources} becomes the names of all source files.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gradewright.model.run import MIB, Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCES = "{sources}"


def filled(command: Sequence[str], *, files: Sequence[str], sources: Sequence[str], limits: Limits) -> tuple[str, ...]:
    main = files[0] if files else ""
    values = {"{main}": main, "{stem}": PurePosixPath(main).stem, "{heap}": str(limits.memory_bytes // 2 // MIB)}
    # With "./" before it no name is taken for an option, whatever a student calls a file.
    expanded = [f"./{name}" for name in sources]
    return tuple(part for word in command for part in (expanded if word == SOURCES else [_replaced(word, values)]))


def _replaced(word: str, values: dict[str, str]) -> str:
    for placeholder, value in values.items():
        word = word.replace(placeholder, value)
    return word
