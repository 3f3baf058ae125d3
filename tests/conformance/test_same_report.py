"""The same grader and submission give the same report, usage aside, in every sandbox, on the host and on an image."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradewright import plugins
from gradewright.archives import open_submission
from gradewright.courses.grader_file import load_grader
from gradewright.grading.grade import grade
from gradewright.interfaces import Sandbox
from gradewright.model.course import Exercise, Grader
from gradewright.model.image import Image
from gradewright.model.machine import Machine
from gradewright.model.report import Report
from gradewright.model.run import ImageRoot, Root, Slot
from gradewright.reports import as_json
from gradewright.reports.json import number
from gradewright.sandboxes.images import ImageStore

GRADERS = Path(__file__).parents[2] / "examples" / "graders"
IN_PYTHON = ("anagrams", "fibonacci", "temperature")  # the image has nothing but Python
ANSWERS = Path(__file__).parent / "answers"
EXPECTED = Path(__file__).parent / "expected"


def submissions() -> Iterator[Any]:
    for name in IN_PYTHON:
        for submission, expected in json.loads((GRADERS / name / "expected.json").read_text()).items():
            yield pytest.param(GRADERS / name, submission, expected, id=f"{name}/{submission}")


def report_on(grader: Grader, submission: Path, sandbox: Sandbox, slot: Slot) -> Report:
    files = slot.directory / "closed" / "files"
    files.mkdir(parents=True)
    files.parent.chmod(0o700)
    sent = open_submission(submission, files)
    exercise = Exercise(id="e", grader=grader, arguments=("partId", "p1"), environment={"partId": "p1"})
    return grade(exercise, sent, plugins.contract(grader.contract), sandbox, slot)


def no_image(reference: str) -> Image:
    raise AssertionError(f"no grader here has an image, but {reference} was asked for")


@pytest.mark.parametrize(("grader", "submission", "expected"), list(submissions()))
def test_cases_on_every_sandbox_and_root(
    sandbox: Sandbox, root: Root, slot: Slot, grader: Path, submission: str, expected: dict[str, Any]
) -> None:
    loaded = replace(load_grader(grader, find_image=no_image), root=root)
    report = report_on(loaded, grader / "submissions" / submission, sandbox, slot)
    assert {
        "outcome": report.outcome.value,
        "points": number(report.points),
        "verdicts": {test.name: test.verdict for test in report.tests},
    } == expected


@pytest.mark.parametrize("generation", ["v1", "v2"])
@pytest.mark.parametrize("submission", sorted(path.name for path in ANSWERS.iterdir()))
@pytest.mark.needs("root", "mmdebstrap")
def test_coursera_images_on_every_sandbox(
    sandbox: Sandbox, slot: Slot, machine: Machine, generation: str, submission: str, request: pytest.FixtureRequest
) -> None:
    contract = plugins.contract("coursera")
    image = ImageStore(machine).find(request.getfixturevalue(f"grader_{generation}"))
    root = ImageRoot(image=image, writable=True)
    grader = Grader(contract="coursera", root=root, limits=contract.limits, settings=contract.settings({}, Path()))
    report = as_json(report_on(grader, ANSWERS / submission, sandbox, slot))
    expected = json.loads((EXPECTED / f"{generation}-{submission}.json").read_text())
    assert without_usage(report) == expected


def without_usage(report: dict[str, Any]) -> dict[str, Any]:
    """What must be the same everywhere."""
    steps = [{"name": step["name"], "role": step["role"], "ending": step["ending"]} for step in report["steps"]]
    return {**report, "steps": steps}
