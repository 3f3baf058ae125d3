"""A launcher that stays and starts one program after the other."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Thread

import pytest

from gradewright.errors import SandboxError
from gradewright.sandboxes.spawner import Spawned, Spawner
from support.waiting import eventually, has_ended

LAUNCH = "launch"  # the first word of a command line, which nobody reads


@pytest.fixture
def spawner() -> Iterator[Spawner]:
    spawner = Spawner([])
    yield spawner
    spawner.end()


def start(spawner: Spawner, *argv: str, stdin: bytes = b"", options: Sequence[str] = ()) -> tuple[Spawned, int]:
    """The child and a descriptor that gives its output."""
    (their_in, our_in), (our_out, their_out) = os.pipe(), os.pipe()
    os.write(our_in, stdin)
    child = spawner.start([LAUNCH, *options, "--", *argv], (their_in, their_out, their_out))
    for descriptor in (their_in, our_in, their_out):
        os.close(descriptor)
    return child, our_out


def outcome(spawner: Spawner, *argv: str, stdin: bytes = b"") -> tuple[int, str]:
    child, output = start(spawner, *argv, stdin=stdin)
    with os.fdopen(output) as stream:
        said = stream.read()
    return child.wait(timeout=10), said


def test_programs_run_one_after_the_other_with_their_own_streams(spawner: Spawner) -> None:
    assert outcome(spawner, "/bin/cat", stdin=b"hello") == (0, "hello")
    assert outcome(spawner, "/bin/sh", "-c", "echo no >&2; exit 3") == (3, "no\n")
    assert outcome(spawner, "/bin/sh", "-c", "kill -USR1 $$") == (-signal.SIGUSR1, "")


def test_a_program_gets_no_environment_and_no_descriptors_of_ours(spawner: Spawner) -> None:
    os.environ["SECRET"] = "secret"
    try:
        assert outcome(spawner, "/usr/bin/env") == (0, "")
    finally:
        del os.environ["SECRET"]
    listing = "import os; print(sorted(os.listdir('/proc/self/fd')))"
    assert outcome(spawner, sys.executable, "-I", "-S", "-c", listing) == (
        0,
        "['0', '1', '2', '3']\n",
    )  # 3: the listing


def test_what_cannot_be_started_says_so_and_the_next_still_can(spawner: Spawner) -> None:
    code, said = outcome(spawner, "/no/such/program")
    assert code == 113
    assert "/no/such/program" in said
    assert outcome(spawner, "/bin/echo", "hello") == (0, "hello\n")


def test_a_child_that_does_not_end_can_be_killed(spawner: Spawner) -> None:
    child, output = start(spawner, "/bin/sleep", "1000")
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(timeout=0.05)
    child.kill()
    assert child.wait(timeout=10) == -signal.SIGKILL
    child.kill()
    os.close(output)
    assert spawner.waits()


def test_a_spawner_that_was_killed_takes_its_child_with_it(spawner: Spawner) -> None:
    child, output = start(spawner, "/bin/sleep", "1000", options=["--die", "0"])
    os.kill(spawner.pid, signal.SIGKILL)
    assert child.wait(timeout=10) == -signal.SIGKILL
    assert os.read(output, 1) == b""  # nobody holds the other end
    os.close(output)
    assert not spawner.waits()
    with pytest.raises(SandboxError, match="Could not start"):
        start(spawner, "/bin/true")


def test_a_group_that_cannot_be_entered_is_complained_of() -> None:
    with pytest.raises(SandboxError, match=r"--join /no/such/group: No such file"):
        Spawner(["--join", "/no/such/group"])


def test_it_outlives_the_thread_that_made_it() -> None:
    made: list[Spawner] = []
    thread = Thread(target=lambda: made.append(Spawner([])))
    thread.start()
    thread.join()
    time.sleep(0.1)
    assert outcome(made[0], "/bin/echo", "hello") == (0, "hello\n")
    made[0].end()


OWNER = """
import os, sys, time
from gradewright.sandboxes.spawner import Spawner
spawner = Spawner([])
spawner.start(["launch", "--die", "0", "--", "/bin/sleep", sys.argv[1]], (0, 1, 2))
if os.fork() == 0:  # which keeps the socket open
    time.sleep(3)
    os._exit(0)
print(spawner.pid, flush=True)
time.sleep(1000)
"""


def test_it_ends_with_its_owner_even_if_a_fork_of_that_lives_on() -> None:
    word = f"9{os.getpid()}.25"
    with subprocess.Popen([sys.executable, "-c", OWNER, word], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout
        pid = int(owner.stdout.readline())
        owner.kill()
        eventually(lambda: has_ended(pid))
    eventually(lambda: not [each for each in Path("/proc").glob("[0-9]*/cmdline") if word in text(each)])


def text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
