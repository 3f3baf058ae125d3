"""The steps of a run: what they show to the Makefile, and what they never run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.contracts.harness.identity import acceptable, in_paths
from gradewright.contracts.harness.planning import GRADE, MAKEFILE, REFUSE
from gradewright.model.run import MIB
from support.harness import MINIMAL, Plan


def test_the_makefile_is_read_once_for_a_part_and_before_any_student(plan: Plan) -> None:
    makefile, grade = plan().steps
    assert (makefile.name, grade.name, grade.needs) == (MAKEFILE, GRADE, (MAKEFILE,))
    assert makefile.reusable
    assert makefile.trees == ()
    assert makefile == plan(files={"hw.py": "another\n"}).steps[0]


def test_resources_are_shown_and_sources_copied(plan: Plan) -> None:
    grade = plan().steps[1]
    assert [mount.path for mount in grade.mounts] == ["/resources/14"]
    assert [tree.path for tree in grade.trees] == ["/submissions/14/submission", "/submissions/14/submission/src"]
    assert grade.cwd == "/submissions/14/submission"
    assert not grade.network


def test_the_environment_is_complete(plan: Plan) -> None:
    home = "/submissions/14/submission"
    assert plan("[config]\nfilename = hw.py\ntimelimit = 2.5\n").steps[1].env == {
        "LC_ALL": "C.UTF-8",
        "HOME": "/tmp",
        "SUBMISSION_DIR": home,
        "SRC_DIR": f"{home}/src",
        "BIN_DIR": f"{home}/bin",
        "OUT_DIR": f"{home}/out",
        "TESTS_LOG": f"{home}/out/tests.log",
        "RESOURCE_HOME": "/resources/14",
        "PART_ID": "14",
        "STUDENT_ID": "submission",
        "FILENAME": "hw.py",
        "TIME_LIMIT": "2.5",
    }


def test_limits_come_from_the_config(plan: Plan) -> None:
    config = f"{MINIMAL}timelimit = 7\nmemory = 64M\nprocesses = 9\nnetwork = on\noutput-limit = 2K\n"
    grade = plan(config).steps[1]
    assert (grade.limits.wall_seconds, grade.limits.memory_bytes, grade.limits.processes) == (7, 64 * MIB, 9)
    assert grade.network
    assert grade.warm_python is None
    assert plan(f"{MINIMAL}warm-python = json\n").steps[1].warm_python == ("json",)
    assert {output.path: output.max_bytes for output in grade.outputs}[grade.env["TESTS_LOG"]] == 2048


@pytest.mark.parametrize(
    ("data", "steps"),
    [(b"#" * 4096, [MAKEFILE, GRADE]), (b"#" * 4097, [REFUSE]), (b"\xff\n", [REFUSE])],
    ids=["4096 bytes", "4097 bytes", "not UTF-8"],
)
def test_what_is_refused_is_not_run(plan: Plan, data: bytes, steps: list[str]) -> None:
    assert [step.name for step in plan(files={"hw.py": data}).steps] == steps


def test_only_the_named_file_is_measured(plan: Plan) -> None:
    assert len(plan(files={"hw.py": "ok\n", "data.bin": b"\xff" * 9999}).steps) == 2
    assert len(plan(files={"other.py": "#" * 9999}).steps) == 2


def test_a_part_may_take_any_bytes(plan: Plan) -> None:
    assert len(plan(f"{MINIMAL}encoding = any\n", {"hw.py": b"\xff"}).steps) == 2


@given(st.text(max_size=200))
def test_any_name_makes_a_path_that_make_can_handle(name: str) -> None:
    assert acceptable(in_paths(name))
    assert in_paths(name) == name or not acceptable(name)


def test_a_part_is_called_by_the_last_of_its_path() -> None:
    assert in_paths("./course/parts/14/") == "14"
    assert in_paths("Ada Lovelace") == "Ada_Lovelace"
