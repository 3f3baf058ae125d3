"""The story of one run: plan, fill, run, read; and whose fault it is when it goes wrong."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import ClassVar, cast

import pytest

from gradewright.errors import Cancelled, MissingError, SandboxError, SubmissionRejected
from gradewright.grading.grade import Conduct, grade
from gradewright.interfaces import Contract
from gradewright.model.course import Exercise, Grader
from gradewright.model.report import Outcome, Report, Separation, TestResult
from gradewright.model.run import (
    EXECUTABLE,
    EndingKind,
    FileIn,
    FileState,
    FinishedRun,
    FromStep,
    HostFile,
    HostRoot,
    Inline,
    Mailbox,
    OutputFile,
    OutputSpec,
    PlacedFile,
    Role,
    RunPlan,
    Step,
    StepResult,
    TreeIn,
)
from gradewright.testing import FakeSandbox, ended, exited, slot_in, submission_in


def step(name: str, **fields: object) -> Step:
    return replace(Step(name=name, role=Role.STUDENT, root=HostRoot(), argv=("x",)), **fields)  # type: ignore[arg-type]


@dataclass
class Planned:
    """A contract that plans what it is told and gives half of ten points."""

    separation: ClassVar[Separation] = Separation.SEPARATED

    steps: tuple[Step, ...]
    run: FinishedRun | None = None

    def plan(self, exercise: Exercise, submission: object) -> RunPlan:
        return RunPlan(steps=self.steps)

    def read(self, exercise: Exercise, run: FinishedRun) -> Report:
        self.run = run
        test = TestResult(name="t", points=Fraction(5), max_points=Fraction(10))
        return Report(outcome=Outcome.GRADED, points=Fraction(5), max_points=Fraction(10), tests=(test,))


def exercise(max_points: Fraction | None = None) -> Exercise:
    return Exercise(id="e", grader=Grader(contract="planned"), max_points=max_points)


def carry_out(
    tmp_path: Path,
    *steps: Step,
    sandbox: FakeSandbox | None = None,
    worth: Fraction | None = None,
    conduct: Conduct | None = None,
) -> tuple[Report, FakeSandbox]:
    sandbox = sandbox or FakeSandbox()
    contract = cast("Contract", Planned(steps))
    submission = submission_in(tmp_path, {"a.py": "pass"})
    report = grade(exercise(worth), submission, contract, sandbox, slot_in(tmp_path), conduct or Conduct())
    return report, sandbox


def test_points_are_scaled_to_the_exercise_exactly(tmp_path: Path) -> None:
    report, _ = carry_out(tmp_path, step("one"), worth=Fraction(7, 3))
    assert (report.points, report.max_points) == (Fraction(7, 6), Fraction(7, 3))
    assert report.tests[0].points == Fraction(7, 6)


def test_the_report_says_what_the_contract_says_of_separation(tmp_path: Path) -> None:
    report, _ = carry_out(tmp_path, step("one"))
    assert report.separation is Separation.SEPARATED


def test_points_are_the_graders_own_if_the_exercise_says_nothing(tmp_path: Path) -> None:
    report, _ = carry_out(tmp_path, step("one"))
    assert (report.points, report.max_points) == (Fraction(5), Fraction(10))


def test_a_step_is_skipped_if_one_that_it_needs_did_not_succeed(tmp_path: Path) -> None:
    sandbox = FakeSandbox({"compile": exited(code=1)})
    report, _ = carry_out(tmp_path, step("compile"), step("run", needs=("compile",)), step("other"), sandbox=sandbox)
    assert [each.ending.kind for each in report.steps] == [EndingKind.EXITED, EndingKind.SKIPPED, EndingKind.EXITED]
    assert [each.name for each, _ in sandbox.ran] == ["compile", "other"]


def test_an_author_says_which_exit_codes_are_success(tmp_path: Path) -> None:
    sandbox = FakeSandbox({"case": exited(code=3)})
    steps = (step("case", success=frozenset({3})), step("judge", needs=("case",)))
    report, _ = carry_out(tmp_path, *steps, sandbox=sandbox)
    assert report.steps[1].ending.kind is EndingKind.EXITED


def test_content_comes_from_the_contract_from_files_and_from_earlier_steps(tmp_path: Path) -> None:
    (tmp_path / "support").mkdir()
    (tmp_path / "support" / "lib.py").write_text("library")
    (tmp_path / "support" / "run").write_text("run")
    (tmp_path / "support" / "run").chmod(0o755)
    first = step("compile", outputs=(OutputSpec(path="/student/bin", tree=True),))
    second = step(
        "run",
        stdin=FromStep("compile", "stdout"),
        trees=(
            TreeIn(path="/there", source=FromStep("compile", "/student/bin")),
            TreeIn(path="/support", source=tmp_path / "support"),
        ),
        files=(
            FileIn(path="/there/a", content=Inline(b"the author's wins")),
            FileIn(path="/copy", content=HostFile(tmp_path / "support" / "lib.py")),
            FileIn(path="/log", content=FromStep("compile", "stderr")),
        ),
    )
    compiled = exited(
        b"said", stderr=b"warned", files={"/student/bin/a": b"A", "/student/bin/deep/b": b"B", "/student/c": b"C"}
    )
    _, sandbox = carry_out(tmp_path, first, second, sandbox=FakeSandbox({"compile": compiled}))
    box = sandbox.ran[1][1]
    assert box.stdin == b"said"
    assert {file.path: file.data for file in box.files} == {
        "/there/a": b"the author's wins",
        "/there/deep/b": b"B",
        "/support/lib.py": b"library",
        "/support/run": b"run",
        "/copy": b"library",
        "/log": b"warned",
    }
    assert PlacedFile(path="/support/run", data=b"run", mode=EXECUTABLE) in box.files


def test_the_secret_of_a_mailbox_is_made_for_each_run_and_is_in_no_plan(tmp_path: Path) -> None:
    mailbox = Mailbox(address="REC", path="/container-post", proof="SID", field="sid")
    planned = step("posts", mailbox=mailbox, env={"A": "b"})
    sandbox = FakeSandbox()
    for _ in range(2):
        carry_out(tmp_path, planned, step("other"), sandbox=sandbox)
    (first, _), (other, _), (second, _), _ = sandbox.ran
    assert first.env["A"] == "b" and len(first.env["SID"]) >= 32
    assert first.env["SID"] != second.env["SID"]
    assert "SID" not in planned.env and "SID" not in other.env


def test_what_steps_printed_is_text_without_nul(tmp_path: Path) -> None:
    report, _ = carry_out(tmp_path, step("one"), sandbox=FakeSandbox({"one": exited(b"a\0b\xff", stderr=b"\0")}))
    assert (report.steps[0].stdout, report.steps[0].stderr) == ("ab\ufffd", "")


def test_links_are_laid_after_all_that_could_be_laid_through_them(tmp_path: Path) -> None:
    left = (
        OutputFile(path="/p/data", state=FileState.LINK, data=b"/elsewhere"),
        OutputFile(path="/p/empty", state=FileState.DIRECTORY),
        OutputFile(path="/p/pipe", state=FileState.NOT_A_FILE),
    )
    prepare = step("prepare", outputs=(OutputSpec(path="/p", tree=True, links=True),))
    use = step(
        "use",
        trees=(TreeIn(path="/p", source=FromStep("prepare", "/p")),),
        files=(FileIn(path="/p/data/x", content=Inline(b"x"), mode=0o664),),
    )
    _, sandbox = carry_out(tmp_path, prepare, use, sandbox=FakeSandbox({"prepare": replace(exited(), outputs=left)}))
    assert sandbox.ran[-1][1].files == (
        PlacedFile(path="/p/empty", data=b"", state=FileState.DIRECTORY),
        PlacedFile(path="/p/data/x", data=b"x", mode=0o664),
        PlacedFile(path="/p/data", data=b"/elsewhere", state=FileState.LINK),
    )


def test_a_submission_that_cannot_be_graded_is_a_report_and_runs_nothing(tmp_path: Path) -> None:
    def refuse(*_: object) -> RunPlan:
        raise SubmissionRejected("The file main.py is missing.")

    sandbox = FakeSandbox()
    contract = cast("Contract", SimpleNamespace(plan=refuse, separation=Separation.SEPARATED))
    report = grade(exercise(Fraction(4)), submission_in(tmp_path, {}), contract, sandbox, slot_in(tmp_path))
    assert (report.outcome, report.points, report.max_points) == (Outcome.REJECTED, 0, 4)
    assert report.messages == ("The file main.py is missing.",)
    assert report.separation is Separation.SEPARATED
    assert sandbox.ran == []


def test_a_limit_that_must_be_enforced_and_is_only_watched_means_no_grade(tmp_path: Path) -> None:
    sandbox = FakeSandbox({"one": replace(exited(), enforcement={"memory": "poll", "pids": "cgroup"})})
    with pytest.raises(MissingError, match="require memory to be enforced"):
        carry_out(tmp_path, step("one"), sandbox=sandbox, conduct=Conduct(required=frozenset({"memory", "pids"})))


def test_a_network_that_the_author_asked_for_satisfies_every_requirement(tmp_path: Path) -> None:
    sandbox = FakeSandbox({"one": replace(exited(), enforcement={"network": "allowed"})})
    carry_out(tmp_path, step("one"), sandbox=sandbox, conduct=Conduct(required=frozenset({"network"})))


def test_being_stopped_is_never_a_verdict(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        carry_out(tmp_path, step("one"), sandbox=FakeSandbox({"one": ended(EndingKind.CANCELLED)}))
    sandbox = FakeSandbox()
    with pytest.raises(Cancelled):
        carry_out(tmp_path, step("one"), sandbox=sandbox, conduct=Conduct(cancelled=lambda: True))
    assert sandbox.ran == []


def test_a_file_of_ours_that_vanished_is_our_fault(tmp_path: Path) -> None:
    gone = FileIn(path="/x", content=HostFile(tmp_path / "gone"))
    with pytest.raises(SandboxError, match="gone"):
        carry_out(tmp_path, step("one", files=(gone,)))


def test_a_watcher_hears_of_each_step_before_it_runs(tmp_path: Path) -> None:
    heard: list[str] = []
    conduct = Conduct(watcher=lambda each: heard.append(each.name))
    carry_out(tmp_path, step("one"), step("two"), conduct=conduct)
    assert heard == ["one", "two"]


def test_a_step_that_is_the_same_for_all_runs_once(tmp_path: Path) -> None:
    prepared = step("prepare", reusable="package 1", outputs=(OutputSpec(path="/p", tree=True),))
    use = step("use", trees=(TreeIn(path="/p", source=FromStep("prepare", "/p")),))
    sandbox, conduct = FakeSandbox({"prepare": exited(files={"/p/a": b"A"})}), Conduct()
    for _ in range(3):
        carry_out(tmp_path, prepared, use, sandbox=sandbox, conduct=conduct)
    assert [each.name for each, _ in sandbox.ran] == ["prepare", "use", "use", "use"]
    assert {file.data for _, box in sandbox.ran[1:] for file in box.files} == {b"A"}
    carry_out(tmp_path, step("prepare", reusable="package 2"), sandbox=sandbox, conduct=conduct)
    assert sandbox.ran[-1][0].reusable == "package 2"


def test_a_run_goes_on_with_its_own_steps_while_another_makes_what_is_the_same_for_all(tmp_path: Path) -> None:
    began, gone_on = Event(), Event()

    def slow(*_: object) -> StepResult:
        began.set()
        assert gone_on.wait(20), "the other run waits for this step"
        return exited(b"A")

    def own(*_: object) -> StepResult:
        gone_on.set()
        return exited()

    author = step("author", reusable="package 1")
    use = step("use", stdin=FromStep("author", "stdout"))
    conduct, other = Conduct(), FakeSandbox({"own": own})
    with ThreadPoolExecutor(1) as pool:
        pool.submit(carry_out, tmp_path / "1", author, sandbox=FakeSandbox({"author": slow}), conduct=conduct)
        assert began.wait(20)
        report, _ = carry_out(tmp_path / "2", author, use, step("own"), sandbox=other, conduct=conduct)
    assert [(each.name, box.stdin) for each, box in other.ran] == [("own", b""), ("use", b"A")]
    assert [each.name for each in report.steps] == ["author", "use", "own"]


def test_a_failure_of_ours_is_not_remembered(tmp_path: Path) -> None:
    def fail(*_: object) -> StepResult:
        raise SandboxError("no room")

    sandbox, conduct = FakeSandbox({"prepare": fail}), Conduct()
    for _ in range(2):
        with pytest.raises(SandboxError):
            carry_out(tmp_path, step("prepare", reusable="key"), sandbox=sandbox, conduct=conduct)
    assert len(sandbox.ran) == 2
