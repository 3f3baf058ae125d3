"""A course whose files are edited while it is served."""

from __future__ import annotations

import os
import time
from pathlib import Path

from gradewright.courses.catalog import Catalog
from gradewright.model.course import Course, CourseExercise

INDEX = """\
name: %s
categories: {c: {name: C}}
modules:
  - key: m
    children:
      - {key: one, config: one, category: c, max_submissions: 1}
      - {key: two, config: two, category: c, max_submissions: 1}
"""
EXERCISE = "title: %s\nview_type: access.types.stdsync.noSubmission\nmax_points: 1\n"
LONG_AGO = time.time() - 3600


def write(path: Path, text: str) -> None:
    """Write a file in a moment of its own, as edits by people are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    write.moment += 10  # type: ignore[attr-defined]
    os.utime(path, (write.moment, write.moment))  # type: ignore[attr-defined]


write.moment = LONG_AGO  # type: ignore[attr-defined]


def write_course(directory: Path) -> None:
    """Two exercises, one of which includes a file."""
    write(directory / "index.yaml", INDEX % "A")
    write(directory / "one.yaml", "include: [{file: shared}]\n" + EXERCISE % "One")
    write(directory / "shared.yaml", "extra: 1\n")
    write(directory / "two.yaml", EXERCISE % "Two")


def course(catalog: Catalog, key: str = "a") -> Course:
    found = catalog.course(key)
    assert found is not None
    return found


def one(catalog: Catalog, key: str = "one") -> CourseExercise:
    found = catalog.exercise(course(catalog), key)
    assert found is not None
    return found
