"""The example parts of the harness give their submissions what `expected.json` says, in every sandbox and root."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradewright.archives import open_submission
from gradewright.cli.harness_work import opened
from gradewright.cli.main import run
from gradewright.contracts.harness import Harness
from gradewright.grading.grade import Conduct, grade
from gradewright.interfaces import Sandbox
from gradewright.model.report import Report
from gradewright.model.run import HostRoot, Root, Slot
from gradewright.reports.json import number

EXAMPLE = Path(__file__).parents[2] / "examples" / "harness"
EXPECTED: dict[str, dict[str, Any]] = json.loads((EXAMPLE / "expected.json").read_text())
IN_C, IN_PYTHON = "14", "hw1"


def samples(part: str) -> Iterator[Any]:
    for name, expected in EXPECTED.items():
        if name.startswith(f"{part}/"):
            yield pytest.param(name, expected, id=name)


def report_on(name: str, root: Root, sandbox: Sandbox, slot: Slot) -> Report:
    part, student = name.split("/")
    files = slot.directory / "closed" / "files"
    files.mkdir(parents=True)
    files.parent.chmod(0o700)
    sent = open_submission(EXAMPLE / "submissions" / part / student / "src", files, id=student)
    with opened(EXAMPLE / "resources" / part) as found:
        exercise = replace(found.exercise, grader=replace(found.exercise.grader, root=root))
        return grade(exercise, sent, Harness(), sandbox, slot, Conduct())


def told(report: Report) -> dict[str, Any]:
    return {
        "outcome": report.outcome.value,
        "points": number(report.points),
        "max_points": number(report.max_points),
        "verdicts": {test.name: test.verdict for test in report.tests},
    }


@pytest.mark.parametrize(("name", "expected"), list(samples(IN_PYTHON)))
@pytest.mark.needs("make")
def test_the_part_in_python(sandbox: Sandbox, root: Root, slot: Slot, name: str, expected: dict[str, Any]) -> None:
    assert told(report_on(name, root, sandbox, slot)) == expected


@pytest.mark.parametrize(("name", "expected"), list(samples(IN_C)))
@pytest.mark.needs("make", "gcc")
def test_the_part_in_c(sandbox: Sandbox, slot: Slot, name: str, expected: dict[str, Any]) -> None:
    assert told(report_on(name, HostRoot(), sandbox, slot)) == expected


def test_every_sample_has_its_expected_result() -> None:
    students = EXAMPLE.glob("submissions/*/*")
    assert set(EXPECTED) == {f"{path.parent.name}/{path.name}" for path in students}


@pytest.mark.needs("make", "gcc")
def test_the_command_gives_the_same_points(
    capsys: pytest.CaptureFixture[str], state_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADEWRIGHT_STATE_DIR", str(state_directory))
    words = ["harness", "--local", "--dry-run", "--json", "--jobs", "2"]
    words += ["--submissions", str(EXAMPLE / "submissions"), "--resources", str(EXAMPLE / "resources")]
    assert run(words) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {f"{row['part']}/{row['student']}": row["score"] for row in rows} == {
        name: expected["points"] for name, expected in EXPECTED.items()
    }
    assert {row["status"] for row in rows} == {"graded", "compile_error", "timeout"}
