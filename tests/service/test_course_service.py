"""The service object: what is sent is stored, graded and told of."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradewright.errors import MissingError, StoreError, SubmissionRejected
from gradewright.exercises.records import Answer, Status, Upload, Visit
from gradewright.model.attempt import AttemptState
from gradewright.model.report import Outcome
from gradewright.settings import Settings
from gradewright.testing.front_end import FrontEnd, Mood, Sent, SentState
from support.serving import RIGHT, course_of_programs


@pytest.fixture
def service(service_settings: Settings) -> Any:
    from gradewright.service import CourseService

    course_of_programs(service_settings.courses_dir)
    return CourseService(service_settings)


@pytest.fixture
def front_end() -> Iterator[FrontEnd]:
    with FrontEnd(pauses=()) as found:
        yield found


def exercise_of(service: Any) -> Any:
    return service.catalog.exercise(service.catalog.course("programs"), "greet")


def answer(program: bytes = RIGHT) -> Answer:
    return Answer(status=Status.ACCEPTED, queued=True, files={"greet.py": program})


def visit(front_end: FrontEnd, id: str = "1") -> Visit:
    """Of a student who submits, as the front end knows."""
    front_end._record.sent[id] = Sent(id=id, exercise="e", uid="1", ordinal=1)
    return Visit(uid="1", submission_url=front_end.submission_url(id))


def grade_one(service: Any) -> None:
    claim = service.store.claim("here", "here/1")
    assert claim
    service.work_on(claim, lambda: False)


def test_from_the_upload_to_the_front_end(service: Any, front_end: FrontEnd, tmp_path: Path) -> None:
    upload = tmp_path / "upload"
    upload.write_bytes(RIGHT)
    sent = replace(answer(), files={"greet.py": Upload(path=upload, size=len(RIGHT))})
    id = service.submit(exercise_of(service), visit(front_end), sent)
    grade_one(service)
    [attempt] = service.status(id)
    assert attempt.state is AttemptState.GRADED, attempt.fault
    assert service.deliver_due() == 1
    told = front_end.sent["1"]
    assert (told.state, told.points, told.max_points) == (SentState.READY, 10, 10)
    assert "greets" in told.feedback
    assert service.deliver_due() == 0


def test_students_read_in_the_language_they_submitted_in(service: Any, front_end: FrontEnd) -> None:
    service.submit(exercise_of(service), replace(visit(front_end), language="fi"), answer())
    claim = service.store.claim("here", "here/1")
    service.store.fail(claim, "no disk")  # until there are no more tries
    for _ in range(service.settings.tries - 1):
        from gradewright.storage.tables.models import Attempt

        Attempt.objects.update(not_before=claim.submission.received)
        service.store.fail(service.store.claim("here", "here/1"), "no disk")
    service.deliver_due()
    assert front_end.sent["1"].state is SentState.ERROR
    assert "could not be graded" in front_end.sent["1"].feedback or "ei voitu" in front_end.sent["1"].feedback


def test_the_same_post_again_is_the_same_submission(service: Any, front_end: FrontEnd) -> None:
    who = visit(front_end)
    first = service.submit(exercise_of(service), who, answer())
    assert service.submit(exercise_of(service), who, answer()) == first
    assert service.submit(exercise_of(service), who, answer(b"print('bye')")) != first
    assert len(list((service.settings.data_dir / "submissions" / "programs" / "greet").iterdir())) == 2
    grade_one(service)
    assert service.submit(exercise_of(service), who, answer()) != first


def test_without_a_front_end_each_post_is_a_submission_and_the_last_result_is_kept(service: Any) -> None:
    first = service.submit(exercise_of(service), Visit(), answer())
    assert service.submit(exercise_of(service), Visit(), answer()) != first
    grade_one(service)
    assert service.deliver_due() == 1
    kept = json.loads((service.settings.data_dir / "test-result.json").read_text())
    assert (kept["points"], kept["max_points"], kept["error"]) == ("10", "10", "false")
    assert "greets" in kept["feedback"]


def test_nothing_is_kept_for_an_address_that_is_not_allowed(service: Any) -> None:
    with pytest.raises(SubmissionRejected, match="may not be sent"):
        service.submit(exercise_of(service), Visit(submission_url="http://10.0.0.1/"), answer())
    assert not (service.settings.data_dir / "submissions").exists()


def test_nothing_is_kept_if_the_database_fails(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **options: object) -> str:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(service.store, "add", fail)
    with pytest.raises(StoreError):
        service.submit(exercise_of(service), Visit(), answer())
    assert not any(each.is_file() for each in (service.settings.data_dir / "submissions").rglob("*"))


def test_a_grader_that_is_broken_is_told_to_staff(service: Any, front_end: FrontEnd) -> None:
    (service.settings.courses_dir / "programs" / "greeter" / "grader.toml").write_text("contract = 'klingon'")
    id = service.submit(exercise_of(service), visit(front_end), answer())
    grade_one(service)
    [attempt] = service.status(id)
    assert attempt.report["outcome"] == Outcome.GRADER_BROKEN
    assert "klingon" in attempt.report["messages"][0]
    service.deliver_due()
    assert front_end.sent["1"].state is SentState.ERROR
    assert "klingon" not in front_end.sent["1"].feedback


def test_a_regrade_tells_the_new_result(service: Any, front_end: FrontEnd) -> None:
    id = service.submit(exercise_of(service), visit(front_end), answer(b"print('bye')"))
    grade_one(service)
    service.deliver_due()
    assert front_end.sent["1"].points == 0
    grader = service.settings.courses_dir / "programs" / "greeter" / "grader.toml"
    grader.write_text(grader.read_text().replace('"hello"', '"bye"'))
    service.regrade(id)
    grade_one(service)
    service.deliver_due()
    assert front_end.sent["1"].points == 10
    with pytest.raises(MissingError):
        service.regrade("unknown")


def test_a_result_for_a_front_end_that_is_down_waits(service: Any, front_end: FrontEnd) -> None:
    id = service.submit(exercise_of(service), visit(front_end), answer())
    grade_one(service)
    front_end.mood = Mood.BROKEN
    service.deliver_due()
    [attempt] = service.status(id)
    assert "status 500" in attempt.delivery_fault


def made_due(service: Any) -> None:
    """Deliver until nothing is outstanding, without the pauses between tries."""
    from gradewright.storage.tables.models import Attempt, Delivery

    Delivery.objects.update(not_before=service.store.get(Attempt.objects.get().submission_id).received)


def test_points_arrive_although_the_exercise_was_removed(service: Any, front_end: FrontEnd) -> None:
    from gradewright.service.post import WAITING_TRIES

    id = service.submit(exercise_of(service), visit(front_end), answer())
    grade_one(service)
    (service.settings.courses_dir / "programs" / "index.yaml").rename(service.settings.courses_dir / "elsewhere")
    for _ in range(WAITING_TRIES - 1):
        assert service.deliver_due() == 1
        assert front_end.sent["1"].state is SentState.WAITING
        made_due(service)
    assert "no exercise programs/greet any more" in service.status(id)[0].delivery_fault
    service.deliver_due()
    assert front_end.sent["1"].points == 10
    assert "greets" in front_end.sent["1"].feedback


def test_feedback_waits_for_a_course_that_is_put_back(service: Any, front_end: FrontEnd) -> None:
    course, elsewhere = service.settings.courses_dir / "programs", service.settings.courses_dir.parent / "elsewhere"
    service.submit(exercise_of(service), visit(front_end), answer())
    grade_one(service)
    course.rename(elsewhere)
    service.deliver_due()
    elsewhere.rename(course)
    made_due(service)
    service.deliver_due()
    assert front_end.sent["1"].points == 10
    assert "greets" in front_end.sent["1"].feedback


def test_what_was_sent_to_an_exercise_that_is_broken_now_waits(service: Any, front_end: FrontEnd) -> None:
    from gradewright.service import CourseService
    from gradewright.storage.tables.models import Attempt

    id = service.submit(exercise_of(service), visit(front_end), answer())
    file = service.settings.courses_dir / "programs" / "greet.yaml"
    sound = file.read_text()
    file.write_text("title: [")
    shutil.rmtree(service.settings.data_dir / "last-good")
    worker = CourseService(service.settings)  # that never saw it sound
    grade_one(worker)
    [attempt] = service.status(id)
    assert (attempt.state, attempt.delivery) == (AttemptState.QUEUED, None)
    assert "greet.yaml" in attempt.fault
    file.write_text(sound)
    Attempt.objects.update(not_before=attempt.queued)
    grade_one(worker)
    worker.deliver_due()
    assert front_end.sent["1"].points == 10


def test_a_course_that_is_taken_away_while_it_is_read_is_no_mistake_of_its_author(
    service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gradewright.service import judge

    def too_late(*arguments: Any) -> Any:
        (service.settings.courses_dir / "programs").rename(service.settings.courses_dir.parent / "elsewhere")
        return exercise_to_grade(*arguments)

    exercise_to_grade = judge.exercise_to_grade
    monkeypatch.setattr(judge, "exercise_to_grade", too_late)
    id = service.submit(exercise_of(service), Visit(), answer())
    grade_one(service)
    [attempt] = service.status(id)
    assert (attempt.state, attempt.report) == (AttemptState.QUEUED, None)


def test_what_was_given_up_goes_back(service: Any) -> None:
    id = service.submit(exercise_of(service), Visit(), answer())
    service.work_on(service.store.claim("here", "here/1"), lambda: True)
    [attempt] = service.status(id)
    assert (attempt.state, attempt.tries) == (AttemptState.QUEUED, 0)


def test_it_says_whether_it_can_take_submissions(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert service.ready() is None
    monkeypatch.setattr("gradewright.service.course_service.LEAST_ROOM", 10**18)
    assert "is full" in service.ready()


def test_a_verdict_survives_a_database_that_is_gone_for_a_moment(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradewright.service.course_service.PAUSES_SECONDS", (0, 0))
    id = service.submit(exercise_of(service), Visit(), answer())
    finish, troubles = service.store.finish, [StoreError("gone"), StoreError("gone")]

    def unreliable(*arguments: Any) -> bool:
        if troubles:
            raise troubles.pop()
        return bool(finish(*arguments))

    monkeypatch.setattr(service.store, "finish", unreliable)
    grade_one(service)
    [attempt] = service.status(id)
    assert (attempt.state, attempt.tries) == (AttemptState.GRADED, 1)


PRIVILEGED = """\
title: Greet
view_type: access.types.stdasync.acceptFiles
max_points: 10
container: {image: host, mount: greeter, cmd: /exercise/run.sh, privileged: true}
files: [{field: file1, name: greet.py}]
"""


def test_an_exercise_that_asks_for_what_is_not_granted_is_broken(service_settings: Settings) -> None:
    from gradewright.service import CourseService

    (course_of_programs(service_settings.courses_dir) / "greet.yaml").write_text(PRIVILEGED)
    [problem] = exercise_of(CourseService(service_settings)).problems
    assert (problem.id, problem.file, problem.line) == ("privileged-refused", "greet.yaml", 4)
    assert "allow_privileged" in problem.remedy
    allowing = replace(service_settings, allow_privileged=True)
    assert not exercise_of(CourseService(allowing)).broken
