"""What a hostile program meets, beside a sandbox of `support/fixtures.py`."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from gradewright import plugins
from gradewright.grading.slots import Slots
from gradewright.interfaces import Sandbox
from gradewright.model.machine import Machine
from gradewright.model.run import Box, HostRoot, ImageRoot, Role, Root, Step, StepResult
from gradewright.sandboxes.namespaces import Namespaces
from support.fixtures import SANDBOXES


class Warm(Namespaces):
    """Each python3 is a fork of one that waits."""

    def run(self, step: Step, box: Box) -> StepResult:
        argv = tuple(word for word in step.argv if word not in {"-S", "-B"})  # with options it would start anew
        return super().run(replace(step, argv=argv, warm_python=()), box)


@pytest.fixture(scope="session", params=[*SANDBOXES, pytest.param("warm", marks=pytest.mark.needs("root"))])
def sandbox(request: pytest.FixtureRequest, machine: Machine) -> Sandbox:
    return Warm(machine) if request.param == "warm" else plugins.sandbox(request.param, machine)


@pytest.fixture(scope="session")
def root(request: pytest.FixtureRequest, sandbox: Sandbox) -> Root:
    """The host's own programs for sandboxes of plain namespaces, those of an image for the others."""
    if sandbox.name in {"namespaces", "bubblewrap"}:
        return HostRoot()
    return ImageRoot(image=request.getfixturevalue("debian_image"))


@pytest.fixture(scope="session")
def circumstances(sandbox: Sandbox, root: Root, state_directory: Path) -> frozenset[str]:
    """The sandbox's name, and "degraded" where limits are only watched."""
    step = Step(name="probe", role=Role.STUDENT, root=root, argv=("true",))
    with Slots(state_directory, lambda _, slot: sandbox.sweep(slot)).take(sandbox.name) as slot:
        result = sandbox.run(step, Box(slot=slot))
    weak = {"degraded"} if result.enforcement["memory"] not in ("cgroup", "kernel") else set()
    return frozenset({sandbox.name, *weak})


@pytest.fixture(scope="session")
def open_directory() -> Iterator[Path]:
    """A directory of the host that no permission hides; only walls can."""
    with tempfile.TemporaryDirectory(prefix="gradewright-test-") as directory:
        Path(directory).chmod(0o755)
        yield Path(directory)


@pytest.fixture(scope="session")
def inputs(open_directory: Path) -> Path:
    directory = open_directory / "inputs"
    directory.mkdir()
    (directory / "secret.txt").write_text("for this program only\n")
    (directory / "secret.txt").chmod(0o666)
    return directory


@pytest.fixture(scope="session")
def outside(open_directory: Path) -> Iterator[bytes]:
    """Things of the host that everybody on it may use, as JSON for the programs; see `programs/README.md`."""
    file = open_directory / "of-the-host.txt"
    file.write_text("of the host\n")
    name = f"gradewright-{os.getpid()}"
    with ExitStack() as sockets:
        ipv4 = sockets.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = ipv4.getsockname()[1]
        if socket.has_dualstack_ipv6():
            sockets.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6))
        abstract = sockets.enter_context(socket.socket(socket.AF_UNIX))
        abstract.bind(f"\0{name}")
        abstract.listen()
        yield json.dumps({"file": str(file), "port": port, "socket": name}).encode()
