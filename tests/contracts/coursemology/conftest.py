"""Packages made of a few lines, and a way to grade with them without running anything."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from gradewright.contracts.coursemology import Coursemology, CoursemologySettings, load_package
from gradewright.model.course import Exercise, Grader
from gradewright.model.report import Report
from gradewright.testing import Answer, run_plan_with, submission_in
from support.coursemology import WHOLE

Files = Mapping[str, str]
MakePackage = Callable[..., Path]
GradeWith = Callable[..., Report]


@pytest.fixture
def package(tmp_path: Path) -> MakePackage:
    """`package({path: content})` is a directory; with `zipped`, a zip of these entries in this order."""

    def make(files: Files, *, zipped: bool = False) -> Path:
        if zipped:
            with zipfile.ZipFile(tmp_path / "package.zip", "w") as archive:
                for name, content in files.items():
                    archive.writestr(name, content)
            return tmp_path / "package.zip"
        for name, content in files.items():
            path = tmp_path / "package" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir(exist_ok=True) if name.endswith("/") else path.write_text(content)
        return tmp_path / "package"

    return make


@pytest.fixture
def grade_with(package: MakePackage, tmp_path: Path) -> GradeWith:
    """The report on a run whose steps were answered so; keywords are settings."""

    def grade(answers: Mapping[str, Answer], *, files: Files = WHOLE, **settings: Any) -> Report:
        chosen = CoursemologySettings(package=load_package(package(files)), **settings)
        exercise = Exercise(id="e", grader=Grader(contract="coursemology", limits=Coursemology.limits, settings=chosen))
        submission = submission_in(tmp_path / "sent", {"template.py": "x = 1\n"})
        contract = Coursemology()
        return contract.read(exercise, run_plan_with(contract.plan(exercise, submission), answers))

    return grade
