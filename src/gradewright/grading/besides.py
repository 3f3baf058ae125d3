"""What students sent may lie in the directory of the grader that judges it. It is no part of what the grader brings."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from gradewright.model.run import Mount, RunPlan, Step

READ_BYTES = 1024 * 1024  # of each file of a grader, to see what it names
DOCUMENTS = frozenset({".md", ".rst", ".txt"})  # may name everything and use nothing


def strangers(grader: Path, besides: Collection[Path]) -> tuple[Path, ...]:
    """The directories among `besides` that lie in a grader's directory and that none of its own files names.

    One that is named may be the grader's own, such as a directory with a solution to compare with.
    """
    home, resolved = grader.resolve(), {path.resolve() for path in besides}
    inside = sorted(path for path in resolved if path.is_dir() and path != home and path.is_relative_to(home))
    named = _named(home, {path.name for path in inside}, resolved) if inside else frozenset()
    return tuple(path for path in inside if path.name not in named)


def covered(plan: RunPlan, hidden: Collection[Path]) -> RunPlan:
    """The plan with an empty directory in the place of each that is hidden, wherever a step would see it."""
    return replace(plan, steps=tuple(_covered(step, hidden) for step in plan.steps)) if hidden else plan


def _covered(step: Step, hidden: Collection[Path]) -> Step:
    return replace(step, scratch=(*step.scratch, *(place for mount in step.mounts for place in _places(mount, hidden))))


def _places(mount: Mount, hidden: Collection[Path]) -> Iterator[str]:
    source = mount.source.resolve()
    for directory in hidden:
        if directory != source and directory.is_relative_to(source):
            yield f"{mount.path.rstrip('/')}/{directory.relative_to(source).as_posix()}"


def _named(home: Path, names: Collection[str], besides: Collection[Path]) -> frozenset[str]:
    """Which of the names are a word in one of the grader's files."""
    words = {name: re.compile(rb"(?<![\w-])" + re.escape(os.fsencode(name)) + rb"(?![\w-])") for name in names}
    found: set[str] = set()
    for text in _texts(home, besides):
        found |= {name for name, word in words.items() if word.search(text)}
    return frozenset(found)


def _texts(home: Path, besides: Collection[Path]) -> Iterator[bytes]:
    for top, directories, files in os.walk(home):
        directories[:] = [name for name in directories if name[0] != "." and Path(top, name) not in besides]
        for path in (Path(top, name) for name in files):
            if path.suffix.lower() not in DOCUMENTS and path not in besides and path.is_file():
                yield _beginning(path)


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(READ_BYTES)
    except OSError:
        return b""  # whoever needs it will say so
