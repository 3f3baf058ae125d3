"""`gradewright doctor`: what it finds where walls hold, where they do not, and where there are none."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradewright import plugins
from gradewright.cli.main import run
from gradewright.doctor.probes import FINDINGS, Finding
from gradewright.errors import SandboxError
from gradewright.interfaces import Sandbox
from gradewright.model.machine import Machine
from gradewright.model.run import Box, Ending, EndingKind, Step, StepResult
from gradewright.sandboxes import cgroups
from gradewright.sandboxes.bubblewrap import Bubblewrap
from gradewright.testing import FakeSandbox, exited
from support.fixtures import SANDBOXES

HELD = """CapInh: 0000000000000000
CapBnd: 0000000000000000
NoNewPrivs: 1
Seccomp: 2
namespace-net: net:[1]
namespace-pid: pid:[1]
processes: 4
routes: 0
unshare: refused
"""
LEAKS = {  # finding: (what a program sees that should not)
    "network": ("routes: 0", "routes: 2"),
    "capabilities": ("CapBnd: 0000000000000000", "CapBnd: 0000000000000001"),
    "privileges": ("NoNewPrivs: 1", "NoNewPrivs: 0"),
    "system-calls": ("unshare: refused", "unshare: allowed"),
    "other-processes": ("processes: 4", "processes: 400"),
}


@pytest.fixture(autouse=True)
def _no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever runs on this machine."""
    monkeypatch.setenv("GRADEWRIGHT_DOCKER_URL", f"unix://{tmp_path}/no-engine.sock")


def use(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    def only(name: str, machine: Machine) -> Sandbox:
        return sandbox

    monkeypatch.setattr(plugins, "sandbox", only)


def finding(name: str) -> Finding:
    return next(found for found in FINDINGS if found.id == name)


def findings_of(capfd: pytest.CaptureFixture[str], sandbox: str) -> dict[str, dict[str, Any]]:
    run(["doctor", "--json", "--sandbox", sandbox])
    (examined,) = json.loads(capfd.readouterr().out)["sandboxes"]
    return {found["id"]: found for found in examined["findings"]}


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_every_limit_bites(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sandbox: str, engine: str
) -> None:
    monkeypatch.setenv("GRADEWRIGHT_DOCKER_URL", engine)
    found = findings_of(capfd, sandbox)
    assert {name: item["trouble"] for name, item in found.items()} == {item.id: "" for item in FINDINGS}


def test_a_table_says_what_holds_and_the_exit_code_that_grading_is_possible(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--sandbox", "bubblewrap"]) == 0
    out = capfd.readouterr().out
    assert "Usable here: bubblewrap." in out
    assert "  yes" in next(line for line in out.splitlines() if line.startswith("there is no network"))
    for label in ("Python", "kernel", "control groups", "user namespaces", "container engine", "running graders"):
        assert f"\n{label}" in out


def test_all_sandboxes_are_tried_but_the_unsafe_one_only_on_request(capfd: pytest.CaptureFixture[str]) -> None:
    run(["doctor", "--json"])
    tried = [item["name"] for item in json.loads(capfd.readouterr().out)["sandboxes"]]
    assert tried == ["bubblewrap", "crun", "docker", "namespaces"]


def test_no_walls_are_seen_as_such(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--sandbox", "unconfined"]) == 69
    out = capfd.readouterr().out
    assert "there is no network, not even this machine's own: NO, its net namespace is ours" in out
    assert "processes outside cannot be seen: NO, its pid namespace is ours" in out
    assert "a program that only waits is ended                   yes" in out
    assert "No sandbox is usable here." in out


def test_without_control_groups_the_degradation_is_told(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cgroups, "hierarchy", lambda: None)
    assert run(["doctor", "--sandbox", "bubblewrap"]) == 0
    out = capfd.readouterr().out
    row = next(line for line in out.splitlines() if line.startswith("all processes together stay within their memory"))
    assert row.endswith("watched")
    assert "Isolation is degraded in the bubblewrap sandbox here." in out


def test_what_cannot_be_used_is_told_with_what_mends_it(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bubblewrap, "unavailable", lambda self: "it is not there. Run: apt-get install bubblewrap")
    assert run(["doctor", "--sandbox", "bubblewrap"]) == 69
    assert "Run: apt-get install bubblewrap" in capfd.readouterr().out


def test_a_directory_that_we_may_not_use_is_told(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GRADEWRIGHT_STATE_DIR", str(tmp_path / "file" / "run"))
    assert run(["doctor", "--sandbox", "bubblewrap"]) == 69
    assert "GRADEWRIGHT_STATE_DIR" in capfd.readouterr().out


def test_an_unknown_sandbox_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--sandbox", "castle"]) == 64
    assert "Known: bubblewrap, crun, docker, namespaces, unconfined." in capfd.readouterr().err


def test_a_sandbox_that_lets_everything_through_fails_in_everything(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, FakeSandbox())
    found = findings_of(capfd, "bubblewrap")
    survived = {name for name, item in found.items() if item["holds"]}
    assert survived == {"daemons"}  # nothing was started, so nothing is left


def test_a_sandbox_that_breaks_is_not_usable(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(FakeSandbox):
        def run(self, step: Step, box: Box) -> StepResult:
            raise SandboxError("The kernel said no.")

    use(monkeypatch, Broken())
    assert run(["doctor", "--sandbox", "bubblewrap"]) == 69
    assert "a fork bomb is refused: NO, The kernel said no." in capfd.readouterr().out


@pytest.mark.parametrize(("name", "leak"), LEAKS.items())
def test_each_leak_is_seen(name: str, leak: tuple[str, str]) -> None:
    check = finding(name).check
    assert check(exited(HELD.encode())) == ""
    assert check(exited(HELD.replace(*leak).encode())) != ""
    assert check(exited(b"", code=1)) != ""


def test_sharing_our_namespaces_is_seen() -> None:
    shared = HELD.replace("net:[1]", str(Path("/proc/self/ns/net").readlink()))
    assert finding("network").check(exited(shared.encode())) == "its net namespace is ours"


@pytest.mark.parametrize("name", ["processes", "disk-space", "disk-files"])
def test_what_should_have_been_refused_and_was_not_is_seen(name: str) -> None:
    check = finding(name).check
    assert check(exited(code=2, stderr=b"sh: Cannot fork")) == ""
    assert check(exited()) == "its end: exited with code 0"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("memory", EndingKind.OUT_OF_MEMORY),
        ("cpu-time", EndingKind.CPU_TIME),
        ("wall-time", EndingKind.WALL_TIME),
        ("output", EndingKind.OUTPUT_LIMIT),
    ],
)
def test_a_limit_that_did_not_bite_is_seen(name: str, kind: EndingKind) -> None:
    check = finding(name).check
    assert check(StepResult(step="", ending=Ending(kind=kind))) == ""
    assert (
        check(StepResult(step="", ending=Ending(kind=EndingKind.SIGNALLED, signal=9))) == "its end: killed by signal 9"
    )


def test_a_survivor_is_seen() -> None:
    mark = "probe-that-survives"
    result = replace(exited(), step=mark)
    words = ["sh", "-c", 'echo; read wait; : "$0"', mark]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as survivor:
        assert survivor.stdout and survivor.stdout.readline() == b"\n"
        trouble = finding("daemons").check(result)
        survivor.kill()
    assert trouble == f"still running: process {survivor.pid}"
    assert finding("daemons").check(result) == ""
