"""The doubles that ship for authors of contracts and sandboxes, used as their docstring says."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradewright.contracts.cases import Cases
from gradewright.grading.grade import grade
from gradewright.model.course import Exercise, Grader
from gradewright.model.run import EndingKind, FileState, Role, RunPlan, Step
from gradewright.testing import FakeSandbox, ended, exited, run_plan_with, slot_in, submission_in
from gradewright.testing.page import page_of

GRADER = {"run": ["./main"], "cases": [{"name": "one", "stdin": "6 7", "expected": "42"}]}


def step(name: str, *needs: str) -> Step:
    return Step(name=name, role=Role.STUDENT, root=Grader(contract="").root, argv=("true",), needs=needs)


def test_a_contract_can_be_tried_without_running_anything(tmp_path: Path) -> None:
    exercise = Exercise(id="e", grader=Grader(contract="cases", settings=Cases().settings(GRADER, tmp_path)))
    sandbox = FakeSandbox({"case one": lambda step, box: exited(b"42\n" if box.stdin == b"6 7" else b"?")})
    report = grade(exercise, submission_in(tmp_path, {"main": "#!"}), Cases(), sandbox, slot_in(tmp_path))
    assert report.points == 1
    ((ran, box),) = sandbox.ran
    assert (ran.name, ran.argv) == ("case one", ("./main",))
    assert [file.path for file in box.files] == ["/student/main"]


def test_a_run_is_made_of_answers_and_skips_what_cannot_go_on() -> None:
    plan = RunPlan(steps=(step("a"), step("b", "a"), step("c", "b")))
    run = run_plan_with(plan, {"b": ended(EndingKind.SIGNALLED, signal=11, stderr=b"oops")})
    assert [result.ending.kind for result in run.results] == ["exited", "signalled", "skipped"]
    assert run.result("b").stderr == b"oops"


def test_a_program_may_leave_files() -> None:
    result = exited(b"out", code=3, files={"/student/a": b"1"})
    assert (result.ending.exit_code, result.output("/student/a").data) == (3, b"1")
    assert result.output("/student/b").state is FileState.MISSING


def test_the_fake_can_stand_for_any_sandbox(tmp_path: Path) -> None:
    sandbox = FakeSandbox()
    assert sandbox.unavailable() is None
    sandbox.sweep(slot_in(tmp_path))
    assert sandbox.ran == []


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ('<body><div id="exercise">b</div><p id="aplus" class="x">a</p></body>', '<p class="x">a</p>'),
        ('<body><div id="chapter">c</div><div id="exercise">b</div></body>', "<div>b</div>"),
        ('<body><div class="entry-content">d</div><div id="chapter">c</div></body>', "<div>c</div>"),
        (
            '<body>\n<main class="entry-content" title="&lt;">d</main>',
            '<main class="entry-content" title="&lt;">d</main>',
        ),
        ("<html><head><title>t</title></head><body><p>é\n<p>e<br></body></html>", "<body><p>é\n<p>e<br></body>"),
        ('<div id="exercise"><div>1</div><input>2</div>3', "<div><div>1</div><input>2</div>"),
        ('<div id="exercise">1<b data-aplus-once="yes">2<i>3</i></b>4</div>', "<div>14</div>"),
        ('<div id="exercise">1<script>"</div>"</script>2</div>3', '<div>1<script>"</div>"</script>2</div>'),
        ("a fragment", "a fragment"),
    ],
)
def test_the_front_end_keeps_what_a_plus_keeps(html: str, kept: str) -> None:
    assert page_of(200, html, {}).kept == kept
