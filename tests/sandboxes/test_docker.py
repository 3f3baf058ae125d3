"""What is special to Docker; what all sandboxes must do is in `tests/conformance`."""

from __future__ import annotations

import gzip
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.errors import APIError, ImageNotFound

from gradewright import plugins
from gradewright.errors import AuthorError, MissingError
from gradewright.grading.slots import FIRST_UID, Slots
from gradewright.interfaces import Sandbox
from gradewright.model.image import Image
from gradewright.model.machine import Machine
from gradewright.model.run import (
    MIB,
    STUDENT_UID,
    Box,
    EndingKind,
    HostRoot,
    ImageRoot,
    Limits,
    Role,
    Root,
    Slot,
    Step,
    StepResult,
)
from gradewright.sandboxes import wire
from gradewright.sandboxes.images import ImageStore
from support.image_files import docker_archive, file, layer, oci_layout, recipe
from support.terminal import person_at_terminal
from support.waiting import eventually

pytestmark = pytest.mark.needs("docker", "mmdebstrap")


@pytest.fixture(scope="module")
def sandbox(machine: Machine) -> Sandbox:
    return plugins.sandbox("docker", machine)


@pytest.fixture
def client(engine: str) -> Iterator[Any]:
    client = docker.DockerClient(base_url=engine)
    yield client
    client.close()


@pytest.fixture(scope="module")
def our_prefix(sandbox: Sandbox, state_directory: Path) -> str:
    """How the names of our slots begin; other test processes use the same engine."""
    with Slots(state_directory, lambda _, slot: sandbox.sweep(slot)).take("docker") as slot:
        return slot.name.rpartition("-")[0]


@pytest.fixture(autouse=True)
def nothing_is_left(client: Any, our_prefix: str) -> Iterator[None]:
    yield
    assert ours(client.api.containers(all=True), our_prefix) == []
    assert ours(client.api.volumes()["Volumes"] or [], our_prefix) == []


def ours(things: list[Any], prefix: str) -> list[Any]:
    return [thing for thing in things if (thing["Labels"] or {}).get("gradewright.slot", "").startswith(prefix)]


def step(*argv: str, root: Root, **fields: Any) -> Step:
    return Step(name="step", role=Role.STUDENT, argv=argv, root=root, **fields)


def run(sandbox: Sandbox, slot: Slot, *argv: str, root: Root, **fields: Any) -> StepResult:
    return sandbox.run(step(*argv, root=root, **fields), Box(slot=slot))


@pytest.fixture(params=["old archive", "new archive", "compressed archive", "layout"])
def small_image(request: pytest.FixtureRequest, tmp_path: Path, machine: Machine, client: Any) -> Iterator[Image]:
    """An image that no engine has, with one program in it: init, which ends with 110 if nobody talks to it."""
    program = file("program", wire.binary("init").read_bytes(), mode=0o755)
    small = recipe(layer(program, file("for", str(tmp_path).encode())), layer(file("upper")))
    path = tmp_path / "image"
    match request.param:
        case "layout":
            reference = oci_layout(path, small)
        case "compressed archive":
            reference = docker_archive(path, small)
            path.write_bytes(gzip.compress(path.read_bytes()))
        case kind:
            reference = docker_archive(path, small, old=kind == "old archive")
    image = ImageStore(machine).find(reference)
    yield image
    with suppress(ImageNotFound):
        client.images.remove(image.digest, force=True)


def test_an_image_that_the_engine_does_not_have_is_loaded_once(
    sandbox: Sandbox, slot: Slot, client: Any, small_image: Image
) -> None:
    for _ in range(2):
        result = run(sandbox, slot, "/program", root=ImageRoot(image=small_image))
        assert (result.ending.kind, result.ending.exit_code) == (EndingKind.EXITED, 110)
    assert client.images.get(small_image.digest).tags == [f"gradewright:{small_image.digest[7:]}"]


def test_an_image_found_by_its_tag_is_the_same_everywhere(
    sandbox: Sandbox, slot: Slot, client: Any, machine: Machine, debian_image: Image, tmp_path: Path
) -> None:
    run(sandbox, slot, "true", root=ImageRoot(image=debian_image))
    client.images.get(debian_image.digest).tag("gradewright-tests/by-tag", "7")
    store = ImageStore(Machine(cache_dir=tmp_path))
    found = store.find("gradewright-tests/by-tag:7")
    assert (found.digest, found.cmd, found.diff_ids) == (debian_image.digest, debian_image.cmd, debian_image.diff_ids)
    assert store.find(debian_image.digest[:20]).digest == debian_image.digest
    fetched: set[str] = set()
    with (
        store.root(found, lambda what, more: fetched.add(what)) as by_tag,
        ImageStore(machine).root(debian_image) as root,
    ):
        assert tree(by_tag) == tree(root)
    assert fetched == {"fetching", "unpacking"}


def tree(root: Path) -> dict[str, tuple[int, int, int, int]]:
    found = {}
    for path in root.rglob("*"):
        status = path.lstat()
        size = 0 if path.is_dir() else status.st_size
        found[str(path.relative_to(root))] = (status.st_mode, status.st_uid, status.st_gid, size)
    return found


def test_an_image_that_was_removed_meanwhile(
    sandbox: Sandbox, slot: Slot, client: Any, machine: Machine, debian_image: Image
) -> None:
    image = commit(client, sandbox, slot, debian_image, [])
    found = ImageStore(machine).find(image)
    client.images.remove(image)
    with pytest.raises(MissingError, match="no image 'gradewright-tests/changed:1' any more"):
        run(sandbox, slot, "true", root=ImageRoot(image=found))
    with pytest.raises(MissingError, match="There is no image"):
        ImageStore(machine).find(image)


def commit(client: Any, sandbox: Sandbox, slot: Slot, image: Image, changes: list[str]) -> str:
    run(sandbox, slot, "true", root=ImageRoot(image=image))  # so that the engine has it
    container = client.containers.create(image.digest)
    try:
        container.commit("gradewright-tests/changed", "1", changes="\n".join(changes) or None)
    finally:
        container.remove()
    return "gradewright-tests/changed:1"


def test_the_hosts_programs(sandbox: Sandbox, slot: Slot) -> None:
    result = run(sandbox, slot, "sh", "-c", "ls / /root /home; touch /usr/x /x", root=HostRoot())
    shown = result.stdout.decode().split()
    assert {"bin", "usr", "etc", "tmp"} <= set(shown)
    assert not {"root", "home", "var", "srv"} & set(shown)
    assert result.stderr.count(b"Read-only file system") == 2


def test_what_an_image_asks_of_the_engine_is_not_given(
    sandbox: Sandbox, slot: Slot, client: Any, machine: Machine, debian_image: Image
) -> None:
    """Volumes would be writable without limit, and a health check is a program that nobody supervises."""
    changes = ["VOLUME /data /tmp /etc", "EXPOSE 80", "ENTRYPOINT /bin/false"]
    image = ImageStore(machine).find(commit(client, sandbox, slot, debian_image, changes))
    for writable in (False, True):
        script = "test -s /etc/passwd && touch /tmp/mine && ! touch /data/x && ! touch /etc/x"
        result = run(sandbox, slot, "sh", "-c", script, root=ImageRoot(image=image, writable=writable), user=0)
        assert result.succeeded(), result
    client.images.remove(image.digest, force=True)


def test_killed_for_memory_says_the_kernel_whatever_the_program_says(sandbox: Sandbox, slot: Slot) -> None:
    child = "x = bytearray(400 * 2**20)"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{child}'])"
    limits = Limits(memory_bytes=64 * MIB)
    result = run(sandbox, slot, "python3", "-c", script, root=HostRoot(), limits=limits)
    assert result.ending.kind is EndingKind.OUT_OF_MEMORY
    assert result.usage.memory_bytes == 64 * MIB


def test_memory_filled_with_files_until_nothing_can_live(sandbox: Sandbox, slot: Slot) -> None:
    limits = Limits(memory_bytes=16 * MIB, disk_bytes=64 * MIB)
    result = run(sandbox, slot, "dd", "if=/dev/zero", "of=/tmp/full", "bs=1M", root=HostRoot(), limits=limits)
    assert result.ending.kind is EndingKind.OUT_OF_MEMORY


def test_less_memory_than_the_engine_can_limit_to(sandbox: Sandbox, slot: Slot) -> None:
    assert run(sandbox, slot, "true", root=HostRoot(), limits=Limits(memory_bytes=MIB)).succeeded()


def test_a_writable_root_is_watched(sandbox: Sandbox, slot: Slot, debian_image: Image) -> None:
    root = ImageRoot(image=debian_image, writable=True)
    assert run(sandbox, slot, "sh", "-c", "echo 1 > /var/tmp/x && cat /var/tmp/x", root=root).stdout == b"1\n"
    fill = "i=0; while :; do i=$((i+1)); head -c 4000000 /dev/zero > /var/tmp/$i; done"
    limits = Limits(wall_seconds=20, disk_bytes=8 * MIB)
    result = run(sandbox, slot, "sh", "-c", fill, root=root, limits=limits)
    assert result.ending.kind is EndingKind.DISK_LIMIT
    assert result.enforcement["disk"] == "poll"


def test_a_program_that_cannot_be_started(sandbox: Sandbox, slot: Slot, debian_image: Image) -> None:
    result = run(sandbox, slot, "/grader/run", root=ImageRoot(image=debian_image))
    assert (result.ending.kind, result.ending.detail) == (
        EndingKind.NOT_STARTED,
        "No such file or directory: /grader/run",
    )


def test_an_image_for_another_machine(sandbox: Sandbox, slot: Slot, debian_image: Image) -> None:
    foreign = replace(debian_image, architecture="s390x")
    with pytest.raises(AuthorError, match="is for s390x"):
        run(sandbox, slot, "true", root=ImageRoot(image=foreign))


def test_without_an_engine(tmp_path: Path) -> None:
    sandbox = plugins.sandbox("docker", Machine(cache_dir=tmp_path, docker_url=f"unix://{tmp_path}/none.sock"))
    assert "systemctl start docker" in str(sandbox.unavailable())


GRADER = """
import sys
from pathlib import Path
from gradewright import plugins
from gradewright.grading.slots import Slots
from gradewright.model.machine import Machine
from gradewright.model.run import Box, HostRoot, Limits, Role, Step
state, *argv = sys.argv[1:]
terminal = argv[0] == "bash"
sandbox = plugins.sandbox("docker", Machine(cache_dir=Path(state, "cache")))
step = Step(name="s", role=Role.STUDENT, root=HostRoot(), argv=tuple(argv), terminal=terminal)
with Slots(Path(state), lambda _, slot: sandbox.sweep(slot)).take("docker") as slot:
    result = sandbox.run(step, Box(slot=slot))
sys.exit(result.ending.exit_code)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_our_own_end_is_the_end_of_the_container(
    sandbox: Sandbox, client: Any, state_directory: Path, our_prefix: str, how: signal.Signals
) -> None:
    command = [sys.executable, "-c", GRADER, str(state_directory), "sleep", "600"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as grader:
        eventually(lambda: sleeping(client, our_prefix))
        grader.send_signal(how)
    eventually(lambda: not sleeping(client, our_prefix))
    slots = Slots(state_directory, lambda _, slot: sandbox.sweep(slot))
    assert slots.sweep() == (1 if how is signal.SIGKILL else 0)


def sleeping(client: Any, prefix: str) -> bool:
    """Whether the program runs, not only init."""
    with suppress(APIError):  # it ended while we looked
        for container in ours(client.api.containers(), prefix):
            processes = client.api.top(container["Id"])["Processes"] or ()
            return any(process[-1] == "sleep 600" for process in processes)
    return False


def test_a_terminal(state_directory: Path) -> None:
    argv = ("-c", GRADER, str(state_directory), "bash", "--norc", "-i")
    with person_at_terminal(*argv, rows=33, columns=99) as person:
        person.waits_for("$ ")
        person.types("stty size; id -u\n")
        person.waits_for(f"33 99\r\n{FIRST_UID + STUDENT_UID}\r\n")
        person.resizes(44, 111)
        person.waits_for("$ ")
        person.types("sh -c 'echo going; exec sleep 600'\n")
        person.waits_for("going\r\n")
        person.types("\x03")
        person.waits_for("$ ")
        person.types("echo $?; stty size\n")
        person.waits_for("130\r\n44 111\r\n")
        person.types("exit 7\n")
        assert person.waits_for_the_end() == 7
        assert "no job control" not in person.seen


def test_a_terminal_that_is_closed_ends_the_container(client: Any, state_directory: Path, our_prefix: str) -> None:
    with person_at_terminal("-c", GRADER, str(state_directory), "bash", "--norc", "-i") as person:
        person.waits_for("$ ")
        person.types("sh -c 'echo going; exec sleep 600'\n")
        person.waits_for("going\r\n")
    eventually(lambda: not ours(client.api.containers(all=True), our_prefix))
