"""What a container is given, and what becomes of what it posts; nothing runs here."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from gradewright.contracts.aplus import Aplus
from gradewright.model.course import Exercise, Grader
from gradewright.model.image import Image
from gradewright.model.report import Outcome, Report
from gradewright.model.run import Capability, EndingKind, HostRoot, ImageRoot, Post, Root, Step
from gradewright.model.submission import Submission
from gradewright.testing import ended, exited, run_plan_with, submission_in

IMAGE = Image(
    reference="grading:1",
    digest="sha256:0",
    architecture="amd64",
    entrypoint=("/gw",),
    cmd=("/default",),
    env=(("PATH", "/opt:/bin"),),
    workdir="/submission",
)


@pytest.fixture
def submission(tmp_path: Path) -> Submission:
    return submission_in(tmp_path / "sent", {"a.py": "1"})


def exercise(directory: Path, root: Root, **container: Any) -> Exercise:
    (directory / "exercise").mkdir(exist_ok=True)
    table = {"image": "x", "mount": "exercise", "cmd": "/exercise/run.sh", **container}
    settings = Aplus().settings(table, directory)
    return Exercise(id="e", grader=Grader(contract="aplus", root=root, limits=Aplus.limits, settings=settings))


def planned(exercise: Exercise, submission: Submission) -> Step:
    (step,) = Aplus().plan(exercise, submission).steps
    return step


def test_an_image_runs_as_docker_would_run_it(tmp_path: Path, submission: Submission) -> None:
    step = planned(exercise(tmp_path, ImageRoot(image=IMAGE), cmd="run 'a b'"), submission)
    assert step.argv == ("/gw", "run", "a b")
    assert (step.env["PATH"], step.cwd) == ("/opt:/bin", "/submission")
    assert isinstance(step.root, ImageRoot) and step.root.writable
    assert "/feedback" not in step.scratch  # the image has its own, closed to students
    assert (step.user, step.capabilities) == (0, frozenset(Capability))


def test_an_image_with_a_user_keeps_it_and_gets_no_rights(tmp_path: Path, submission: Submission) -> None:
    step = planned(exercise(tmp_path, ImageRoot(image=replace(IMAGE, user="1234:55"))), submission)
    assert (step.user, step.capabilities) == (1234, frozenset())


def test_the_host_has_the_commands(tmp_path: Path, submission: Submission) -> None:
    step = planned(exercise(tmp_path, HostRoot()), submission)
    assert step.argv == ("/grading/bin/gw", "/exercise/run.sh")
    assert step.env["PATH"].startswith("/grading/bin:")
    assert (step.cwd, step.network) == ("/submission/user", False)


def test_the_secret_is_not_in_the_plan(tmp_path: Path, submission: Submission) -> None:
    step = planned(exercise(tmp_path, HostRoot()), submission)
    assert not {"SID", "REC"} & set(step.env)
    assert step.mailbox is not None and (step.mailbox.proof, step.mailbox.address) == ("SID", "REC")


def test_resources_and_network_are_those_asked_for(tmp_path: Path, submission: Submission) -> None:
    asked = exercise(tmp_path, HostRoot(), resources={"cpu": 1, "memory": "1Gi"}, enable_network=True)
    step = planned(asked, submission)
    assert (step.limits.cores, step.limits.memory_bytes, step.network) == (1.0, 1 << 30, True)
    plain = planned(exercise(tmp_path, HostRoot()), submission).limits
    assert (plain.cores, plain.memory_bytes) == (2.0, 4 << 30)


def test_an_instance_is_mounted_where_there_is_one(tmp_path: Path, submission: Submission) -> None:
    of_course = exercise(tmp_path, HostRoot())
    assert "/personalized_exercise" not in {mount.path for mount in planned(of_course, submission).mounts}
    personal = replace(submission, instance=tmp_path)
    mounts = {mount.path: mount.source for mount in planned(of_course, personal).mounts}
    assert mounts["/personalized_exercise"] == tmp_path


def read(directory: Path, submission: Submission, *posts: Post, **changes: Any) -> Report:
    of_course = exercise(directory, HostRoot())
    result = replace(exited(), posts=posts, **changes)
    run = run_plan_with(Aplus().plan(of_course, submission), {"container": result})
    return Aplus().read(of_course, run)


def post(**fields: str) -> Post:
    return Post(fields=fields)


@pytest.mark.parametrize("word", ["true", "yes", "1", "0", "off", " True "])
def test_any_word_but_no_and_false_is_an_error(tmp_path: Path, submission: Submission, word: str) -> None:
    report = read(tmp_path, submission, post(points="1", error=word, feedback="<p>oh</p>"))
    assert (report.outcome, report.feedback.body) == (Outcome.GRADER_BROKEN, "<p>oh</p>")


@pytest.mark.parametrize("word", ["", "no", "No", "false", "FALSE"])
def test_no_and_false_are_none(tmp_path: Path, submission: Submission, word: str) -> None:
    assert read(tmp_path, submission, post(points="1", error=word)).outcome is Outcome.GRADED


def test_the_scale_is_the_containers_own(tmp_path: Path, submission: Submission) -> None:
    report = read(tmp_path, submission, post(points=" 7 ", max_points="20"))
    assert (report.points, report.max_points) == (Fraction(7), Fraction(20))
    assert report.feedback.html


def test_what_was_refused_is_told_beside_what_was_taken(tmp_path: Path, submission: Submission) -> None:
    report = read(tmp_path, submission, post(points="1"), Post(refused="Missing sid"))
    assert any("Missing sid" in note for note in report.staff_notes)


def test_staff_know_where_the_secret_was_open_to_the_submission(tmp_path: Path, submission: Submission) -> None:
    report = read(tmp_path, submission, post(points="1"), enforcement={"users": "one"})
    assert any("same user" in note for note in report.staff_notes)
    assert read(tmp_path, submission, post(points="1"), enforcement={"users": "kernel"}).staff_notes == ()


def test_the_logs_of_a_silent_container_are_for_staff(tmp_path: Path, submission: Submission) -> None:
    of_course = exercise(tmp_path, HostRoot())
    silent = exited(code=1, files={"/feedback/grading-script-errors": b"x" * 9000 + b"line 3: \xff\0 syntax error\n"})
    report = Aplus().read(of_course, run_plan_with(Aplus().plan(of_course, submission), {"container": silent}))
    assert report.outcome is Outcome.GRADER_BROKEN
    (note,) = report.staff_notes
    assert note.endswith("line 3: \ufffd\ufffd syntax error") and len(note) < 5000


@pytest.mark.parametrize("kind", sorted({*EndingKind} - {EndingKind.EXITED, EndingKind.CANCELLED}))
def test_every_ending_without_a_result_says_why(tmp_path: Path, submission: Submission, kind: EndingKind) -> None:
    of_course = exercise(tmp_path, HostRoot())
    silent = ended(kind, signal=11 if kind is EndingKind.SIGNALLED else None, detail="its own words")
    report = Aplus().read(of_course, run_plan_with(Aplus().plan(of_course, submission), {"container": silent}))
    assert report.outcome is Outcome.GRADER_BROKEN
    assert len(report.messages) == 3 and all(report.messages)
