"""Exercises as A+ courses have them, below `contracts/aplus/exercises`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from gradewright.contracts.aplus import Aplus
from gradewright.model.course import Exercise, Grader
from gradewright.model.report import Report
from gradewright.model.run import Root
from gradewright.model.submission import Submission

EXERCISES = Path(__file__).parents[1] / "contracts" / "aplus" / "exercises"
GradeWith = Callable[[Exercise, Submission], Report]


@dataclass(frozen=True, kw_only=True)
class Case:
    """An exercise below `exercises/`, one submission to it, and what shall come of it."""

    exercise: str
    submission: str
    expected: dict[str, Any]

    @property
    def directory(self) -> Path:
        return EXERCISES / self.exercise

    def to_grade(self, root: Root) -> Exercise:
        file = self.directory / "container.toml"
        table = tomllib.loads(file.read_text()) if file.exists() else {}
        limits = replace(Aplus.limits, **table.pop("harness", {"wall_seconds": 60}))
        container = {"image": "host", "mount": "exercise", "cmd": "/exercise/run.sh", **table}
        settings = Aplus().settings(container, self.directory)
        grader = Grader(contract="aplus", root=root, directory=self.directory, limits=limits, settings=settings)
        return Exercise(id=self.exercise, grader=grader)

    def sent(self) -> Submission:
        home = self.directory / "submissions" / self.submission
        files = sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())
        instance = self.directory / "instance"
        return Submission(
            id=self.submission, directory=home, files=tuple(files), instance=instance if instance.exists() else None
        )


def cases(*exercises: str) -> list[Any]:
    return [
        pytest.param(
            Case(exercise=name, submission=submission, expected=expected),
            id=f"{name}/{submission}",
            marks=[pytest.mark.needs(*expected["needs"])] if "needs" in expected else [],
        )
        for name in exercises
        for submission, expected in tomllib.loads((EXERCISES / name / "expected.toml").read_text()).items()
    ]


def points(report: Report) -> str:
    assert all(value == int(value) for value in (report.points, report.max_points))
    return f"{report.points}/{report.max_points}"
