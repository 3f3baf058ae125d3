"""A step may be root inside: it parts the grader from the submission there, and gives nothing outside."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradewright.errors import MissingError
from gradewright.grading.enforcement import degradation
from gradewright.grading.slots import Slots
from gradewright.interfaces import Sandbox
from gradewright.model.image import Image
from gradewright.model.machine import Machine
from gradewright.model.run import (
    Box,
    Capability,
    HostRoot,
    ImageRoot,
    Mount,
    PlacedFile,
    Role,
    Root,
    Slot,
    Step,
    StepResult,
)
from gradewright.sandboxes.bubblewrap import Bubblewrap

HELPERS = """
import ctypes, json, os, signal, socket, sys
libc = ctypes.CDLL(None, use_errno=True)

def call(name, *arguments):
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)

def as_nobody(act):
    pid = os.fork()
    if pid == 0:
        os.setgroups([]); os.setgid(65534); os.setuid(65534)
        os._exit(tried(act) != "done")
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0

def tried(act):
    try:
        act()
    except (OSError, ValueError) as error:
        return type(error).__name__
    return "done"

"""


def run(sandbox: Sandbox, slot: Slot, root: Root, program: str, mounts: tuple[Mount, ...] = ()) -> StepResult:
    step = Step(
        name="root",
        role=Role.JUDGE,
        root=root,
        argv=("python3", "-IS", "/box/program.py"),
        user=0,
        capabilities=frozenset(Capability),
        scratch=("/tmp", "/box"),
        mounts=mounts,
    )
    result = sandbox.run(
        step, Box(slot=slot, files=(PlacedFile(path="/box/program.py", data=(HELPERS + program).encode()),))
    )
    assert result.ending.exit_code == 0, result.stderr.decode()
    return result


@pytest.mark.needs("root")
def test_root_changes_owners_and_users(sandbox: Sandbox, slot: Slot, root: Root) -> None:
    program = """
os.makedirs("/tmp/closed")
os.chmod("/tmp/closed", 0o700)
open("/tmp/of-nobody", "w").close()
os.chown("/tmp/of-nobody", 65534, 65534)
os.chmod("/tmp/of-nobody", 0o600)
print(os.getuid(), os.stat("/tmp/of-nobody").st_uid, open("/tmp/of-nobody").read() == "")
print(as_nobody(lambda: open("/tmp/of-nobody")), as_nobody(lambda: os.listdir("/tmp/closed")))
print(as_nobody(lambda: os.kill(os.getppid(), 0)), as_nobody(lambda: open(f"/proc/{os.getppid()}/environ").read()))
print(as_nobody(lambda: os.setuid(0)))
"""
    result = run(sandbox, slot, root, program)
    assert result.stdout.decode().split() == ["0", "65534", "True", "True", "False", "False", "False", "False"]
    assert result.enforcement["users"] == "kernel"


ATTACKS = {
    "mount": "call('mount', b'x', b'/tmp', b'tmpfs', 0, None)",
    "umount": "call('umount2', b'/proc', 2)",
    "new user namespace": "call('unshare', 0x10000000)",
    "new mount namespace": "call('unshare', 0x00020000)",
    "chroot": "os.chroot('/tmp')",
    "device": "os.mknod('/tmp/disk', 0o60600, os.makedev(8, 0))",
    "device memory": "open('/dev/mem')",
    "host name": "socket.sethostname('mine')",
    "raw socket": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "clock": "__import__('time').clock_settime(0, 1e9)",
    "kernel settings": "open('/proc/sys/kernel/hostname', 'w').write('x')",
    "core pattern": "open('/proc/sys/kernel/core_pattern', 'w').write('x')",
    "sysrq": "open('/proc/sysrq-trigger', 'w').write('h')",
    "memory of init": "open('/proc/1/mem', 'r+b')",
    "line of init": "open('/proc/1/fd/1', 'wb')",
    "environment of init": "open('/proc/1/environ').read()",
    "tracing": "call('ptrace', 16, 1, 0, 0)",
    "priority": "os.setpriority(os.PRIO_PROCESS, 0, -5)",
    "limits": "__import__('resource').setrlimit(7, (1 << 20, 1 << 20))",
    "read-only mount": "open('/inputs/planted', 'w')",
    "mode of a read-only mount": "os.chmod('/inputs/given', 0o4777)",
    "program of the system": "open('/usr/bin/planted', 'w')",
    "init program": "open('/.gradewright/init', 'r+b')",
    "control groups": "open('/sys/fs/cgroup/cgroup.procs', 'w').write('0')",
    "one more capability": "call('prctl', 47, 2, 21, 0, 0)",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_root_gains_nothing_outside(sandbox: Sandbox, slot: Slot, root: Root, tmp_path: Path, attack: str) -> None:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    (inputs / "given").write_text("given")
    program = f"""
def act():
    {ATTACKS[attack]}
print(json.dumps(tried(act)))
"""
    result = run(sandbox, slot, root, program, (Mount(path="/inputs", source=inputs),))
    assert json.loads(result.stdout) != "done"
    assert sorted(path.name for path in inputs.iterdir()) == ["given"]
    assert (inputs / "given").stat().st_mode & 0o7777 == 0o644


def test_killing_everything_kills_only_what_is_inside(sandbox: Sandbox, slot: Slot, root: Root) -> None:
    program = "print(tried(lambda: os.kill(-1, 9)), tried(lambda: os.kill(1, 9)))"
    assert run(sandbox, slot, root, program).stdout.startswith((b"ProcessLookupError", b"done"))


@pytest.fixture
def ordinary_slot(state_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slot]:
    """A slot, and bubblewrap taking us for an ordinary user, who has one id to give."""
    with Slots(state_directory, lambda *_: None).take("bubblewrap") as slot:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        yield slot


def test_an_ordinary_user_can_give_one_id_and_it_is_said(machine: Machine, ordinary_slot: Slot) -> None:
    program = "print(os.getuid(), tried(lambda: os.setuid(65534)))"
    result = run(Bubblewrap(machine), ordinary_slot, HostRoot(), program)
    assert result.stdout == b"0 OSError\n"
    assert result.enforcement["users"] == "one"
    assert "the grader and the submission run as the same one" in degradation(result.sandbox, result.enforcement)


@pytest.mark.needs("root", "mmdebstrap")
def test_an_ordinary_user_is_told_that_such_an_image_cannot_run(
    machine: Machine, debian_image: Image, ordinary_slot: Slot
) -> None:
    with pytest.raises(MissingError, match="changes users") as raised:
        run(Bubblewrap(machine), ordinary_slot, ImageRoot(image=debian_image), "print()")
    assert "--sandbox docker" in raised.value.remedy
