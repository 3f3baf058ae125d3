"""What tests of several suites are given: a machine, a slot, an engine, and images of a small Debian."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from gradewright import plugins
from gradewright.grading.slots import Slots
from gradewright.interfaces import Sandbox
from gradewright.model.image import Image
from gradewright.model.machine import Machine
from gradewright.model.run import HostRoot, ImageRoot, Root, Slot
from gradewright.sandboxes.images import ImageStore
from support.debian import Debian, debian
from support.docker_engine import docker_engine

CACHE = Path(__file__).parent.parent.parent / ".cache" / "tests"

SANDBOXES = (
    pytest.param("namespaces", marks=pytest.mark.needs("root")),
    "bubblewrap",
    pytest.param("crun", marks=pytest.mark.needs("root", "crun")),
    pytest.param("docker", marks=pytest.mark.needs("docker")),
)


@pytest.fixture(scope="session", autouse=True)
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a running container engine, also in DOCKER_HOST; "" if no test here has said that it needs one."""
    wanted = any("docker" in mark.args for item in request.session.items for mark in item.iter_markers("needs"))
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        address = stack.enter_context(docker_engine(CACHE)) if wanted else ""
        if address:
            patch.setenv("DOCKER_HOST", address)
        yield address


@pytest.fixture(scope="session")
def machine() -> Machine:
    """This machine, with a cache of unpacked images that outlives the tests."""
    return Machine(cache_dir=CACHE / "unpacked")


@pytest.fixture(scope="session")
def debian_images() -> Debian:
    """Where the images of a small Debian with Python lie, as an archive and as an OCI layout."""
    return debian(CACHE)


@pytest.fixture(scope="session")
def debian_image(machine: Machine, debian_images: Debian) -> Image:
    return ImageStore(machine).find(debian_images.layout())


@pytest.fixture(scope="session")
def grader_v1(debian_images: Debian) -> str:
    """The reference of a Coursera grader that prints its verdict: one sixth for each right line of 4 8 15 16 23 42."""
    return debian_images.layout("grader-v1")


@pytest.fixture(scope="session")
def grader_v2(debian_images: Debian) -> str:
    """The same of the second generation: it writes /shared/feedback.json and feedback in HTML."""
    return debian_images.layout("grader-v2")


@pytest.fixture(scope="session", params=SANDBOXES)
def sandbox(request: pytest.FixtureRequest, machine: Machine) -> Sandbox:
    """Each of the sandboxes in turn."""
    found = plugins.sandbox(request.param, machine)
    assert found.unavailable() is None
    return found


@pytest.fixture(scope="session", params=["host", pytest.param("image", marks=pytest.mark.needs("root", "mmdebstrap"))])
def root(request: pytest.FixtureRequest) -> Root:
    """The host's programs, and a small Debian's."""
    return HostRoot() if request.param == "host" else ImageRoot(image=request.getfixturevalue("debian_image"))


@pytest.fixture(scope="session")
def state_directory() -> Iterator[Path]:
    """Where slots may be, for others may pass through it; pytest's own directories are closed to them."""
    with tempfile.TemporaryDirectory(prefix="gradewright-test-") as directory:
        Path(directory).chmod(0o711)
        yield Path(directory, "state")


@pytest.fixture
def slot(sandbox: Sandbox, state_directory: Path) -> Iterator[Slot]:
    with Slots(state_directory, lambda _, slot: sandbox.sweep(slot)).take(sandbox.name) as slot:
        yield slot
