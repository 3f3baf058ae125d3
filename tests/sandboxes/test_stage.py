"""What root lays out before a sandbox starts, on the file systems and in the places that people have."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradewright.model.run import Limits, Slot
from gradewright.sandboxes.stage import Stage

pytestmark = pytest.mark.needs("root")

FIRST_UID = 300_000


@pytest.fixture(params=["plain", "overlay"])
def lower(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """An image's tree, on a file system that can show other ids and on one that cannot."""
    tree = tmp_path / "tree"
    (tree / "bin").mkdir(parents=True)
    (tree / "bin" / "tool").write_text("tool")
    if request.param == "plain":
        yield tree
        return
    for name in ("upper", "work", "merged"):
        (tmp_path / name).mkdir()
    options = f"lowerdir={tree},upperdir={tmp_path}/upper,workdir={tmp_path}/work"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, tmp_path / "merged"], check=True)
    try:
        yield tmp_path / "merged"
    finally:
        subprocess.run(["umount", tmp_path / "merged"], check=True)


def staged(stage: Stage, script: str) -> str:
    command = stage.launch(uid=None, argv=["/bin/sh", "-c", script])
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_an_image_gets_a_writable_layer_and_stays_as_it_was(lower: Path, tmp_path: Path) -> None:
    slot_directory = tmp_path / "slot"
    slot_directory.mkdir()
    stage = Stage(Slot(number=0, directory=slot_directory, first_uid=FIRST_UID), None)
    root = stage.overlay(lower, ("/made/below",), Limits())
    said = staged(stage, f"cat {root}/bin/tool; echo changed > {root}/bin/tool; stat -c %u {root}/made/below")
    assert said == f"tool{FIRST_UID}\n"
    assert (lower / "bin" / "tool").read_text() == "tool"
    assert not (lower / "made").exists()
    assert str(slot_directory) not in Path("/proc/self/mounts").read_text()


AS_PID_1 = """
import os, sys
from pathlib import Path
from gradewright import plugins
from gradewright.grading.slots import Slots
from gradewright.model.machine import Machine
from gradewright.model.run import Box, HostRoot, Role, Step
assert os.getpid() == 1
sandbox = plugins.sandbox(sys.argv[1], Machine(cache_dir=Path("/nonexistent")))
step = Step(name="s", role=Role.STUDENT, root=HostRoot(), argv=("echo", "hello"))
with Slots(Path(sys.argv[2]), lambda *_: None).take("x") as slot:
    print(sandbox.run(step, Box(slot=slot)).stdout)
"""


@pytest.mark.parametrize("name", ["namespaces", "bubblewrap", "crun"])
def test_gradewright_may_be_the_first_process_of_a_container(name: str, tmp_path: Path) -> None:
    command = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", AS_PID_1, name, tmp_path / "state"]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "b'hello\\n'\n"
