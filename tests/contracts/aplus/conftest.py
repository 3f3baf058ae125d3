"""What graders of A+ run on: the host's programs, and an image like those on grading-base."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradewright.contracts.aplus import Aplus
from gradewright.contracts.aplus.planning import COMMANDS_HERE
from gradewright.grading.grade import grade
from gradewright.interfaces import Sandbox
from gradewright.model.image import Image
from gradewright.model.machine import Machine
from gradewright.model.run import HostRoot, ImageRoot, Root, Slot
from gradewright.sandboxes.images import ImageStore
from support.aplus import GradeWith
from support.debian import Debian
from support.fixtures import CACHE
from support.image_files import ARCHITECTURE, directory, file, layer, write_blob, write_index


@pytest.fixture(scope="session")
def grading_image(machine: Machine, debian_images: Debian) -> Iterator[Image]:
    """Debian with `/gw` and the commands where grading-base has them."""
    with tempfile.TemporaryDirectory(dir=CACHE) as home:
        _write_layout(Path(home), debian_images.home / "layout")
        yield ImageStore(machine).find(f"oci:{home}:grading")


def _write_layout(home: Path, base: Path) -> None:
    blobs = home / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    lowest = _lowest_layer(base)
    os.link(base / "blobs" / "sha256" / lowest["digest"][7:], blobs / lowest["digest"][7:])
    layers = [lowest, write_blob(home, _commands())]
    config = {
        "Entrypoint": ["/gw"],
        "WorkingDir": "/submission",
        "Env": ["LANG=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin"],
    }
    rootfs = {"type": "layers", "diff_ids": [each["digest"] for each in layers]}
    document = {"architecture": ARCHITECTURE, "os": "linux", "config": config, "rootfs": rootfs}
    manifest = {"schemaVersion": 2, "config": write_blob(home, _json(document)), "layers": layers}
    named = {"annotations": {"org.opencontainers.image.ref.name": "grading"}}
    write_index(home, [{**write_blob(home, _json(manifest)), **named}])


def _lowest_layer(layout: Path) -> dict[str, Any]:
    index = json.loads((layout / "index.json").read_text())
    manifest = json.loads((layout / "blobs" / "sha256" / index["manifests"][0]["digest"][7:]).read_text())
    found = manifest["layers"][0]
    assert isinstance(found, dict)
    return found


def _commands() -> bytes:
    gw = (COMMANDS_HERE / "bin" / "gw").read_bytes()
    entries = [directory("feedback", mode=0o770), directory("submission"), file("gw", gw, mode=0o755)]
    for kind, mode in (("bin", 0o755), ("lib", 0o644)):
        for path in sorted((COMMANDS_HERE / kind).iterdir()):
            if path.is_file():
                entries.append(file(f"usr/local/{kind}/{path.name}", path.read_bytes(), mode=mode))
    return layer(*entries)


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


@pytest.fixture(scope="session", params=["host", pytest.param("image", marks=pytest.mark.needs("root", "mmdebstrap"))])
def root(request: pytest.FixtureRequest) -> Root:
    if request.param == "host":
        return HostRoot()
    return ImageRoot(image=request.getfixturevalue("grading_image"), writable=True)


@pytest.fixture
def grade_with(sandbox: Sandbox, slot: Slot) -> GradeWith:
    return lambda exercise, submission: grade(exercise, submission, Aplus(), sandbox, slot)
