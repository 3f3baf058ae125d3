"""The one step of a run (coursera 4.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradewright.contracts.coursera import Coursera
from gradewright.errors import AuthorError
from gradewright.model.course import Exercise, Grader
from gradewright.model.run import ImageRoot, Limits, Mount, Role, Step
from gradewright.model.submission import Submission

MakeExercise = Callable[..., Exercise]


@pytest.fixture
def step(make_exercise: MakeExercise, submission: Submission) -> Callable[..., Step]:
    def make(*, sent: Submission = submission, **exercise: Any) -> Step:
        [only] = Coursera().plan(make_exercise(**exercise), sent).steps
        return only

    return make


SHELL_FORM = ("/bin/sh", "-c", "/grader/grade")


@pytest.mark.parametrize(
    ("entrypoint", "cmd", "arguments", "argv"),
    [
        (("/g",), None, (), ("/g",)),
        (("/g", "-x"), ("part", "1"), (), ("/g", "-x", "part", "1")),
        (("/g", "-x"), ("part", "1"), ("partId", "7"), ("/g", "-x", "partId", "7")),
        (None, ("Rscript", "/g.R"), (), ("Rscript", "/g.R")),
        (SHELL_FORM, None, ("partId", "7"), (*SHELL_FORM, "partId", "7")),
        ((), ("/g",), (), ("/g",)),
    ],
)
def test_arguments_follow_the_entrypoint_and_replace_cmd(
    step: Callable[..., Step],
    entrypoint: tuple[str, ...] | None,
    cmd: tuple[str, ...] | None,
    arguments: tuple[str, ...],
    argv: tuple[str, ...],
) -> None:
    assert step(image_entrypoint=entrypoint, image_cmd=cmd, arguments=arguments).argv == argv


def test_arguments_without_an_entrypoint_are_the_authors_mistake_in_the_words_of_the_original(
    step: Callable[..., Step],
) -> None:
    with pytest.raises(AuthorError, match="ENTRYPOINT in Dockerfile must be a list in order to pass in command-line"):
        step(image_entrypoint=None, image_cmd=("/g",), arguments=("partId", "7"))


def test_an_image_with_nothing_to_run_is_the_authors_mistake(step: Callable[..., Step]) -> None:
    with pytest.raises(AuthorError, match="sum:1 has neither ENTRYPOINT nor CMD"):
        step(image_entrypoint=None)


def test_the_step_is_the_trusted_judge_without_network_as_user_1000(step: Callable[..., Step]) -> None:
    graded = step(image_workdir="/grader")
    assert (graded.role, graded.network, graded.user, graded.cwd) == (Role.JUDGE, False, 1000, "/grader")
    assert graded.limits == Limits(
        wall_seconds=1200, memory_bytes=4 * 1024**3, processes=256, disk_bytes=512 * 1024**2, cores=1
    )


def test_the_submission_is_read_only_in_a_shared_directory_that_the_grader_may_write(
    step: Callable[..., Step], submission: Submission
) -> None:
    graded = step()
    assert graded.mounts == (Mount(path="/shared/submission", source=submission.directory),)
    assert set(graded.scratch) == {"/tmp", "/shared"}


def test_an_image_may_be_written_to_and_what_is_written_is_thrown_away(step: Callable[..., Step]) -> None:
    root = step().root
    assert isinstance(root, ImageRoot)
    assert root.writable


@pytest.mark.parametrize(
    ("generation", "outputs"),
    [
        ("v1", set()),
        ("v2", {"/shared/feedback.json", "/shared/htmlFeedback.html", "/shared/txtFeedback.txt"}),
        ("auto", {"/shared/feedback.json", "/shared/htmlFeedback.html", "/shared/txtFeedback.txt"}),
    ],
)
def test_feedback_files_are_brought_out_for_the_second_generation(
    step: Callable[..., Step], generation: str, outputs: set[str]
) -> None:
    assert {output.path for output in step(generation=generation).outputs} == outputs


def test_environment_is_the_images_then_who_is_graded_then_what_the_exercise_says(
    step: Callable[..., Step], submission: Submission
) -> None:
    sent = replace(submission, fields={"partId": "7", "userId": "u", "answer": "42"})
    env = step(
        sent=sent, image_env=(("PATH", "/opt/bin"), ("MODE", "fast")), environment={"MODE": "slow", "n": "5"}
    ).env
    assert env == {
        "HOME": "/",
        "PATH": "/opt/bin",
        "MODE": "slow",
        "filename": "sum.py",
        "partId": "7",
        "userId": "u",
        "n": "5",
    }


def test_the_learners_own_name_of_the_file_wins(step: Callable[..., Step], submission: Submission) -> None:
    assert step(sent=replace(submission, fields={"filename": "my essay.txt"})).env["filename"] == "my essay.txt"
    assert "filename" not in step(sent=replace(submission, files=("a.py", "b.py"))).env


def test_who_is_graded_is_in_the_environment_too_when_arguments_tell_it(step: Callable[..., Step]) -> None:
    env = step(arguments=("userId", "u", "filename", "a.txt", "partId", "7")).env
    assert (env["partId"], env["userId"], env["filename"]) == ("7", "u", "a.txt")


def test_the_first_generation_is_told_by_arguments_who_is_graded(
    step: Callable[..., Step], submission: Submission
) -> None:
    sent = replace(submission, fields={"partId": "7", "userId": "u"})
    assert step(sent=sent, generation="v1").argv == ("/grader/grade", "partId", "7", "userId", "u")
    assert step(sent=sent, generation="v2").argv == ("/grader/grade",)


def test_production_strips_the_environment_of_the_image(step: Callable[..., Step]) -> None:
    assert step(image_env=(("MODE", "fast"),), production_env=True).env == {"HOME": "/", "filename": "sum.py"}


def test_a_grader_on_the_host_sees_its_files_and_runs_its_command(tmp_path: Path, submission: Submission) -> None:
    contract = Coursera()
    settings = contract.settings({"command": ["python3", "grade.py"], "environment": {"MODE": "fast"}}, tmp_path)
    grader = Grader(contract="coursera", directory=tmp_path, settings=settings)
    [graded] = contract.plan(Exercise(id="sum", grader=grader, arguments=("partId", "7")), submission).steps
    assert graded.argv == ("python3", "grade.py", "partId", "7")
    assert Mount(path="/grader", source=tmp_path) in graded.mounts
    assert graded.cwd == "/grader"
    assert graded.env["MODE"] == "fast"


def test_only_the_named_directory_of_a_grader_is_shown(tmp_path: Path, submission: Submission) -> None:
    (tmp_path / "inside").mkdir()
    contract = Coursera()
    settings = contract.settings({"command": ["./grade"], "files": "inside"}, tmp_path)
    grader = Grader(contract="coursera", directory=tmp_path, settings=settings)
    [graded] = contract.plan(Exercise(id="sum", grader=grader), submission).steps
    assert Mount(path="/grader", source=tmp_path / "inside") in graded.mounts


def test_a_grader_without_image_and_command_is_the_authors_mistake(tmp_path: Path, submission: Submission) -> None:
    with pytest.raises(AuthorError, match="neither an image nor a command"):
        Coursera().plan(Exercise(id="sum", grader=Grader(contract="coursera", directory=tmp_path)), submission)


@pytest.mark.parametrize(
    ("table", "key", "part"),
    [
        ({"generation": "v3"}, "generation", "must be one of v1, v2, auto"),
        ({"command": "python3 grade.py"}, "command", "list of words"),
        ({"command": []}, "command", "list of words"),
        ({"files": "nowhere"}, "files", "must name a directory inside"),
        ({"files": ".."}, "files", "must name a directory inside"),
        ({"user": "root"}, "user", "must be a whole number"),
        ({"user": -1}, "user", "must be a user id from 0"),
        ({"production_env": "yes"}, "production_env", "must be true or false"),
        ({"environment": {"n": 5}}, "environment", "table of texts"),
        ({"comand": ["x"]}, "comand", "Did you mean command?"),
    ],
)
def test_each_wrong_setting_is_told_with_its_key(tmp_path: Path, table: dict[str, Any], key: str, part: str) -> None:
    with pytest.raises(AuthorError) as raised:
        Coursera().settings(table, tmp_path)
    [problem] = raised.value.problems
    assert problem.key == key
    assert part in str(problem)


def test_all_wrong_settings_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(AuthorError) as raised:
        Coursera().settings({"generation": 1, "user": 1.5, "colour": "red"}, tmp_path)
    assert {problem.key for problem in raised.value.problems} == {"generation", "user", "colour"}
