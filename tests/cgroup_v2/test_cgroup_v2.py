"""Control groups v2, on a real kernel that has nothing else, as root and as a user with a delegated group."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.needs("root")

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WHERE = [("root", "namespaces"), ("root", "bubblewrap"), ("root", "crun"), ("user", "bubblewrap")]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What inside.py printed in the small machine."""
    preload = tmp_path_factory.mktemp("uml") / "whole_xstate.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-o", preload, HERE / "whole_xstate.c", "-ldl"], check=True)
    words = ["mem=768M", "rootfstype=hostfs", "rootflags=/", "ro", f"init={HERE}/boot.sh", "con=null", "con0=fd:0,fd:1"]
    settings = [f"directory={ROOT}", f"python={sys.executable}", "quiet"]
    environment = {**os.environ, "LD_PRELOAD": str(preload), "TMPDIR": "/dev/shm"}
    said = subprocess.run(
        ["linux", *words, *settings],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment,
        timeout=120,
        check=False,
    ).stdout.decode(errors="replace")
    assert "\nfinished" in said.replace("\r", ""), said[-3000:]
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


def row(rows: list[dict[str, Any]], where: tuple[str, str], **wanted: object) -> dict[str, Any]:
    (found,) = (each for each in rows if (each["who"], each["sandbox"]) == where and wanted.items() <= each.items())
    return found


@pytest.mark.parametrize("where", WHERE, ids=" ".join)
@pytest.mark.parametrize(
    ("step", "ending"),
    [
        ("exit", "exited"),
        ("memory", "out-of-memory"),
        ("memory of a child", "out-of-memory"),
        ("cpu", "cpu-time"),
        ("cpu of many", "cpu-time"),
        ("wall", "wall-time"),
        ("forks", "exited"),
    ],
)
def test_each_limit_bites(rows: list[dict[str, Any]], where: tuple[str, str], step: str, ending: str) -> None:
    assert row(rows, where, step=step)["ending"] == ending


@pytest.mark.parametrize("where", WHERE, ids=" ".join)
def test_the_kernel_enforces_and_measures(rows: list[dict[str, Any]], where: tuple[str, str]) -> None:
    assert row(rows, where, step="memory")["enforcement"] == {
        "memory": "cgroup",
        "cpu": "cgroup",
        "pids": "cgroup",
        "disk": "kernel",
        "network": "kernel",
        "seccomp": "kernel",
    }
    assert row(rows, where, step="memory")["memory_bytes"] == 48 * 2**20
    assert row(rows, where, step="forks")["refused"] > 0
    assert row(rows, where, step="exit")["exit_code"] == 7


@pytest.mark.parametrize("where", [WHERE[0], WHERE[-1]], ids=" ".join)
def test_nobody_is_judged_where_the_machine_is_full(rows: list[dict[str, Any]], where: tuple[str, str]) -> None:
    (said,) = (each for each in rows if (each["who"], each["sandbox"]) == where and "of the machine" in each)
    assert said["of the machine"].startswith("This machine had no memory left")


@pytest.mark.parametrize("where", WHERE, ids=" ".join)
def test_no_group_is_left(rows: list[dict[str, Any]], where: tuple[str, str]) -> None:
    (summary,) = (each for each in rows if (each["who"], each["sandbox"]) == where and "groups left" in each)
    assert summary["groups left"] == 0


def test_a_warm_python_is_counted_in_the_group_of_its_step(rows: list[dict[str, Any]]) -> None:
    """Its forks are children of init, and those of a shell where Python starts anew."""
    where = ("root", "namespaces")
    assert row(rows, where, step="warm: who is its parent")["exit_code"] == 1
    assert row(rows, ("root", "bubblewrap"), step="warm: who is its parent")["exit_code"] != 1
    assert row(rows, where, step="warm: memory")["ending"] == "out-of-memory"
    assert row(rows, where, step="warm: cpu")["ending"] == "cpu-time"
