"""What a `container` mapping may say, and what its author is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.contracts.aplus import HOST, Aplus, AplusSettings, quantities, within
from gradewright.errors import AuthorError
from gradewright.model.course import Grader
from gradewright.model.image import Image
from gradewright.model.problem import Severity
from gradewright.model.run import HostRoot, ImageRoot, Limits, Root

MINIMAL = {"image": "grading:1", "mount": "hello", "cmd": "/exercise/run.sh"}
IMAGE = Image(reference="grading:1", digest="sha256:0", architecture="amd64", entrypoint=("/gw",))


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "hello" / "deep").mkdir(parents=True)
    (tmp_path / "hello" / "run.sh").write_text("#!/bin/sh\n")
    (tmp_path / "hello" / "run.sh").chmod(0o755)
    (tmp_path / "lib").mkdir()
    (tmp_path / "tool.jar").write_text("jar")
    (tmp_path / "away").symlink_to("/etc")
    return tmp_path


def read(course: Path, **changes: Any) -> AplusSettings:
    return Aplus().settings({**MINIMAL, **changes}, course)


def problems(course: Path, table: dict[str, Any]) -> list[str]:
    with pytest.raises(AuthorError) as raised:
        Aplus().settings(table, course)
    return [f"{problem.key}: {problem.message}" for problem in raised.value.problems]


def test_the_least_that_a_container_says(course: Path) -> None:
    settings = read(course)
    assert settings == AplusSettings(image="grading:1", mount=course / "hello", cmd=("/exercise/run.sh",))


def test_everything_that_a_container_may_say(course: Path) -> None:
    settings = read(
        course,
        image=HOST,
        cmd=["run", "a b"],
        mounts={"lib": "/library", "tool.jar": "/files/tool.jar"},
        resources={"cpu": "500m", "memory": "1Gi"},
        enable_network=True,
        require_constant_environment=True,
        privileged=True,
        queue="fast",
    )
    assert (settings.cores, settings.memory_bytes) == (0.5, 1 << 30)
    assert (settings.network, settings.exclusive, settings.privileged) == (True, True, True)
    assert [(each.path, each.mode) for each in settings.mounts] == [("/library", None), ("/files/tool.jar", 0o644)]
    assert settings.ignored == ("queue",)


@pytest.mark.parametrize(
    ("cmd", "words"),
    [
        ("/exercise/run.sh", ["/exercise/run.sh"]),
        ("run 'a b' \"c  d\" $e *", ["run", "a b", "c  d", "$e", "*"]),
        (["run", "a b"], ["run", "a b"]),
    ],
)
def test_a_command_is_split_as_docker_would(course: Path, cmd: Any, words: list[str]) -> None:
    assert list(read(course, cmd=cmd).cmd) == words


def test_all_that_is_wrong_is_told_at_once(course: Path) -> None:
    wrong = {
        "image": "",
        "cmd": "run 'open",
        "mounts": {"missing": "/library"},
        "resources": {"cpu": "many", "memory": 0, "disk": 3},
        "enable_network": "yes",
    }
    found = problems(course, wrong)
    assert len(found) == 8
    for key in (
        "mount:",
        "image:",
        "cmd:",
        "mounts.missing:",
        "resources.cpu:",
        "resources.memory:",
        "resources.disk:",
    ):
        assert any(text.startswith(key) for text in found), key


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"mount": "missing"}, "there is no missing"),
        ({"mount": "tool.jar"}, "must name a directory"),
        ({"mount": "/etc"}, "inside the course's directory"),
        ({"mount": "../other"}, "inside the course's directory"),
        ({"mount": "hello/../../other"}, "inside the course's directory"),
        ({"mount": "away"}, "inside the course's directory"),
        ({"mount": 7}, "must be a text"),
        ({"cmd": ""}, "must be a command"),
        ({"cmd": []}, "must be a command"),
        ({"cmd": 7}, "must be a command"),
        ({"mounts": ["lib"]}, "must be a mapping"),
        ({"mounts": {"lib": "library"}}, "whole path from /"),
        ({"mounts": {"lib": "/a/../exercise"}}, "whole path from /"),
        ({"mounts": {"lib": "/"}}, "whole path from /"),
        ({"mounts": {"lib": "/exercise"}}, "reserved"),
        ({"mounts": {"lib": "/exercise/lib"}}, "reserved"),
        ({"mounts": {"lib": "/submission/user/lib"}}, "reserved"),
        ({"mounts": {"lib": "/personalized_exercise"}}, "reserved"),
        ({"mounts": {"lib": "/proc/self"}}, "reserved"),
        ({"mounts": {"../lib": "/library"}}, "inside the course's directory"),
        ({"mounts": {"/lib": "/library"}}, "inside the course's directory"),
        ({"mounts": {"away": "/library"}}, "inside the course's directory"),
        ({"mounts": {"missing": "/library"}}, "is not there"),
        ({"mounts": {"lib": "/library", "hello": "/library"}}, "as something else is"),
        ({"mounts": {"lib": "/usr/lib/own"}, "image": HOST}, "reserved"),
        ({"mounts": {"tool.jar": "/tool.jar"}, "image": HOST}, "/files/tool.jar"),
        ({"resources": {"cpu": 0}}, "number of cores"),
        ({"resources": {"cpu": True}}, "number of cores"),
        ({"resources": {"memory": "4 Gi"}}, "amount of memory"),
        ({"resources": {"memory": "4gb"}}, "amount of memory"),
        ({"resources": {"memory": 512}}, 'write an amount such as "512Mi"'),
        ({"resources": 7}, "must be a table"),
        ({"privileged": 1}, "true or false"),
    ],
)
def test_what_is_wrong_is_said(course: Path, changes: dict[str, Any], text: str) -> None:
    (found,) = problems(course, {**MINIMAL, **changes})
    assert text in found


def test_paths_may_begin_alike(course: Path) -> None:
    assert [each.path for each in read(course, mounts={"lib": "/exercises", "hello": "/submission2"}).mounts]


@pytest.mark.parametrize(
    ("written", "amount"),
    [("4Gi", 4 << 30), ("512Mi", 512 << 20), ("512M", 512_000_000), ("1.5Gi", 3 << 29), (10**9, 10**9), ("1e9", None)],
)
def test_amounts_of_memory(written: Any, amount: int | None) -> None:
    if amount is None:
        with pytest.raises(ValueError, match="amount of memory"):
            quantities.memory(written)
    else:
        assert quantities.memory(written) == amount


@given(st.text() | st.floats() | st.integers() | st.none() | st.lists(st.integers()))
def test_no_amount_is_too_strange(value: Any) -> None:
    for read_amount in (quantities.cores, quantities.memory):
        try:
            assert read_amount(value) > 0
        except ValueError as error:
            assert str(error)


def test_nobody_gets_more_than_the_machine_gives(course: Path) -> None:
    most = Limits(cores=1.0, memory_bytes=1 << 30)
    asked = within(read(course, resources={"cpu": 4, "memory": "8Gi"}), most)
    assert (asked.cores, asked.memory_bytes) == (1.0, 1 << 30)
    modest = within(read(course, resources={"cpu": "100m", "memory": "64Mi"}), most)
    assert (modest.cores, modest.memory_bytes) == (0.1, 64 << 20)
    plain = within(read(course), replace(most, cores=64.0, memory_bytes=1 << 40))
    assert (plain.cores, plain.memory_bytes) == (2.0, 4 << 30)


def found_by_check(course: Path, root: Root, **changes: Any) -> dict[str, Severity]:
    grader = Grader(contract="aplus", root=root, directory=course, settings=read(course, **changes))
    return {problem.id: problem.severity for problem in Aplus().check(grader)}


def test_a_good_container_has_nothing_to_mend(course: Path) -> None:
    assert found_by_check(course, HostRoot()) == {}
    assert found_by_check(course, ImageRoot(image=IMAGE)) == {}


def test_what_would_only_be_seen_when_it_runs_is_said_before(course: Path) -> None:
    (course / "hello" / "deep" / "plain.sh").write_text("#!/bin/sh\n")
    (course / "hello" / "deep" / "plain.sh").chmod(0o644)
    assert found_by_check(course, HostRoot(), cmd="/exercise/none.sh") == {"program-missing": Severity.ERROR}
    assert found_by_check(course, HostRoot(), cmd="/exercise/deep/plain.sh x") == {
        "program-not-executable": Severity.ERROR
    }
    assert found_by_check(course, HostRoot(), queue="fast") == {"unknown-key": Severity.WARNING}
    shell = ImageRoot(image=replace(IMAGE, entrypoint=("/bin/sh", "-c", "/gw")))
    assert found_by_check(course, shell) == {"image-shell-entrypoint": Severity.ERROR}
    named = ImageRoot(image=replace(IMAGE, user="grader:staff"))
    assert found_by_check(course, named) == {"image-user": Severity.WARNING}
    bare = ImageRoot(image=replace(IMAGE, entrypoint=None))
    assert found_by_check(course, bare) == {"image-without-entrypoint": Severity.INFO}
