"""A grader image, a submission, and a way to say what the grader left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradewright.contracts.coursera import Coursera
from gradewright.model.course import Exercise, Grader
from gradewright.model.image import Image
from gradewright.model.report import Report
from gradewright.model.run import Ending, EndingKind, FinishedRun, ImageRoot, OutputFile, StepResult
from gradewright.model.submission import Submission

CLEAN = Ending(kind=EndingKind.EXITED, exit_code=0)

MakeExercise = Callable[..., Exercise]
Read = Callable[..., Report]


@pytest.fixture
def submission(tmp_path: Path) -> Submission:
    (tmp_path / "sum.py").write_text("print(1)\n")
    return Submission(id="s1", directory=tmp_path, files=("sum.py",))


@pytest.fixture
def make_exercise() -> MakeExercise:
    """An exercise whose grader is an image; keywords beginning with `image_` change the image, others the settings."""

    def make(*, arguments: tuple[str, ...] = (), environment: dict[str, str] | None = None, **changes: Any) -> Exercise:
        image = Image(reference="sum:1", digest="sha256:0", architecture="amd64", entrypoint=("/grader/grade",))
        of_image = {key.removeprefix("image_"): value for key, value in changes.items() if key.startswith("image_")}
        table = {key: value for key, value in changes.items() if not key.startswith("image_")}
        grader = Grader(
            contract="coursera",
            root=ImageRoot(image=replace(image, **of_image)),
            limits=Coursera.limits,
            settings=Coursera().settings(table, Path()),
        )
        return Exercise(id="sum", grader=grader, arguments=arguments, environment=environment or {})

    return make


@pytest.fixture
def read(make_exercise: MakeExercise, submission: Submission) -> Read:
    """The report on what a grader printed and left: `read(stdout=b"...", files={path: bytes or OutputFile})`."""

    def read_it(
        *,
        stdout: bytes = b"",
        stderr: bytes = b"",
        files: dict[str, bytes | OutputFile] | None = None,
        ending: Ending = CLEAN,
        **exercise: Any,
    ) -> Report:
        contract, graded = Coursera(), make_exercise(**exercise)
        outputs = tuple(
            left if isinstance(left, OutputFile) else OutputFile(path=path, data=left)
            for path, left in (files or {}).items()
        )
        result = StepResult(step="grade", ending=ending, stdout=stdout, stderr=stderr, outputs=outputs)
        return contract.read(graded, FinishedRun(plan=contract.plan(graded, submission), results=(result,)))

    return read_it
