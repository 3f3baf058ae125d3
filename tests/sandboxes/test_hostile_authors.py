"""Authors choose images, directories to mount and their places; none of it may reach the machine, even as root."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from gradewright.errors import AuthorError, GradewrightError
from gradewright.interfaces import Sandbox
from gradewright.model.run import Box, HostRoot, Limits, Mount, Role, Slot, Step, StepResult
from gradewright.sandboxes import wire
from gradewright.sandboxes.namespaces import MOUNTS
from gradewright.sandboxes.stage import READ_ONLY, Stage, settled

pytestmark = pytest.mark.needs("root")


@pytest.fixture
def on_the_host(tmp_path: Path) -> Path:
    """A directory of root's that everybody may enter."""
    directory = tmp_path / "on-the-host"
    directory.mkdir()
    tmp_path.chmod(0o755)
    return directory


def untouched(directory: Path) -> bool:
    return directory.stat().st_uid == 0 and os.listdir(directory) == []


def laid(image: Path, slot_directory: Path, *places: str) -> str:
    """What lies in a stage with an image, as a root of its own."""
    slot_directory.mkdir()
    stage = Stage(Slot(number=0, directory=slot_directory, first_uid=300_000), None)
    root = stage.overlay(image, places, Limits())
    command = stage.launch(uid=None, argv=["/bin/sh", "-c", f"cd {root}; find . -printf '%p %y %U\n'"])
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_a_link_in_an_image_leads_nowhere_outside(on_the_host: Path, tmp_path: Path) -> None:
    image = tmp_path / "image"
    image.mkdir()
    (image / "box").symlink_to(on_the_host)
    (image / "up").symlink_to("../" * 40 + str(on_the_host).lstrip("/"))
    said = laid(image, tmp_path / "slot", "/box", "/box/made", "/up/too", "/../.." + str(on_the_host) + "/third")
    assert untouched(on_the_host)
    for name in ("made", "too", "third"):
        assert f".{on_the_host}/{name} d 300000\n" in said


def test_a_link_in_an_image_is_followed_as_inside_it(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "run").mkdir()
    (tmp_path / "var/run").symlink_to("/run")
    (tmp_path / "lock").symlink_to("var/run/lock")
    assert settled("/lock/../x//./y", tmp_path) == "/run/x/y"
    assert settled("var/run/lock", tmp_path) == "/run/lock"


def test_links_that_lead_to_each_other_are_the_authors_mistake(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("/a")
    with pytest.raises(AuthorError, match="/a/x"):
        settled("/a/x", tmp_path)


def run(sandbox: Sandbox, slot: Slot, script: str, *mounts: Mount, scratch: tuple[str, ...] = ("/tmp",)) -> StepResult:
    step = Step(name="s", role=Role.JUDGE, root=HostRoot(), argv=("sh", "-c", script), mounts=mounts, scratch=scratch)
    return sandbox.run(step, Box(slot=slot))


def test_a_link_in_a_mounted_directory_leads_nowhere_outside(
    sandbox: Sandbox, slot: Slot, on_the_host: Path, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    course.mkdir()
    (course / "link").symlink_to(on_the_host)
    with suppress(GradewrightError):  # or what is mounted lies elsewhere
        run(sandbox, slot, "true", Mount(path="/course", source=course), scratch=("/course/link/made",))
    assert untouched(on_the_host)


@pytest.mark.parametrize("sandbox", ["namespaces"], indirect=True)
def test_a_path_inside_does_not_climb_out(sandbox: Sandbox, slot: Slot) -> None:
    before = sorted(Path(slot.directory.parent).iterdir())
    result = run(sandbox, slot, "test -w /escaped && test -w /near", scratch=("/../escaped", "near"))
    assert result.succeeded(), result
    assert sorted(Path(slot.directory.parent).iterdir()) == before


@pytest.mark.parametrize("way", ["", "." + "/.." * 20])
def test_a_path_is_not_taken_for_options(
    sandbox: Sandbox, slot: Slot, on_the_host: Path, tmp_path: Path, way: str
) -> None:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    with suppress(GradewrightError, ValueError):  # or it is a strange name inside
        run(sandbox, slot, "true", Mount(path=f"/x\0--mkdir\0{way}{on_the_host}/made", source=inputs))
    assert untouched(on_the_host)


def test_a_nul_in_a_path_is_the_authors_mistake(tmp_path: Path) -> None:
    stage = Stage(Slot(number=0, directory=tmp_path, first_uid=300_000), None)
    stage.add("--mkdir", "/x\0--private")
    with pytest.raises(AuthorError, match="NUL"):
        stage.launch(uid=None, argv=["/bin/true"])


def test_what_makes_something_follows_no_link(on_the_host: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(on_the_host)
    file = on_the_host / "file"
    file.touch()
    (tmp_path / "file").symlink_to(file)
    for words in (
        ("--mkdir", f"{tmp_path}/link/made"),
        ("--touch", f"{tmp_path}/link/made"),
        ("--symlink", "target", f"{tmp_path}/link/made"),
        ("--own", f"{tmp_path}/link/file", "300000"),
    ):
        done = subprocess.run([wire.binary("launch"), *words, "--", "/bin/true"], check=False, capture_output=True)
        assert done.returncode == 113
        assert words[0].encode() in done.stderr
    subprocess.run([wire.binary("launch"), "--own", f"{tmp_path}/file", "300000", "--", "/bin/true"], check=True)
    assert file.stat().st_uid == 0
    assert os.listdir(on_the_host) == ["file"]


WITHOUT = """
import ctypes, os, struct, sys
refused = list(map(int, sys.argv[1].split(",")))
word = lambda code, yes, no, value: struct.pack("HBBI", code, yes, no, value)
code = word(0x20, 0, 0, 0) + b"".join(word(0x15, 0, 1, call) + word(6, 0, 0, 0x50000 | 38) for call in refused)
code += word(6, 0, 0, 0x7fff0000)
buffer = ctypes.create_string_buffer(code)
program = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
assert ctypes.CDLL(None).prctl(22, 2, program, 0, 0) == 0
os.execv(sys.argv[2], sys.argv[2:])
"""
OPENAT2, MOUNT_SETATTR = 437, 442  # the same for all processors


def without(calls: str, *words: object) -> subprocess.CompletedProcess[str]:
    """The launcher on a kernel that does not know these calls."""
    command = [sys.executable, "-c", WITHOUT, calls, wire.binary("launch"), *words, "--", "/bin/true"]
    return subprocess.run(list(map(str, command)), check=False, capture_output=True, text=True)


def test_an_old_kernel_that_cannot_restrict_mounts_is_not_taken_for_one_that_can() -> None:
    words = ("--restrict", "/", READ_ONLY)
    assert without(str(MOUNT_SETATTR), "--private", *words).returncode == 0
    refused = without(str(MOUNT_SETATTR), "--namespaces", MOUNTS, *words)
    assert (refused.returncode, refused.stderr) == (113, "launch: --restrict /: Function not implemented\n")


def test_an_old_kernel_follows_no_link_either(on_the_host: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(on_the_host)
    assert without(str(OPENAT2), "--mkdir", tmp_path / "plain").returncode == 0
    assert (tmp_path / "plain").is_dir()
    assert without(str(OPENAT2), "--mkdir", tmp_path / "link" / "made").returncode == 113
    assert untouched(on_the_host)


TRY = """
import sys
from pathlib import Path
from gradewright import plugins
from gradewright.model.machine import Machine
print(plugins.sandbox("namespaces", Machine(cache_dir=Path(sys.argv[1]))).unavailable())
"""


def test_root_that_is_root_of_nothing_is_told_so_before_anything_runs(tmp_path: Path) -> None:
    """As in a container without privileges, where namespaces can be made and other users cannot."""
    command = ["unshare", "--user", "--map-root-user", sys.executable, "-c", TRY, str(tmp_path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert said.startswith("namespaces are refused here (launch: ")
    assert "1048576" in said


def test_the_session_keyring_of_whoever_grades_stays_outside() -> None:
    script = f"import ctypes; print(ctypes.CDLL(None).syscall({keyctl()}, 0, -3, 0))"
    command = [wire.binary("launch"), "--namespaces", str(MOUNTS), "--", sys.executable, "-c", script]
    ours = ctypes.CDLL(None).syscall(keyctl(), 0, -3, 0)
    theirs = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert theirs not in (ours, -1)


def keyctl() -> int:
    return {"x86_64": 250, "aarch64": 219}[os.uname().machine]


@pytest.mark.parametrize("user", ["-1", "4294967295", "18446744073709551615", "", "1x"])
def test_no_number_of_a_user_leaves_us_root(user: str) -> None:
    done = subprocess.run([wire.binary("launch"), "--uid", user, "--", "/bin/true"], check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (113, f"launch: --uid {user}: Invalid argument\n".encode())
