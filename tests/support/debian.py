"""A small Debian with Python and make, made from its packages on the spot, and graders on it; kept below `.cache/`."""

from __future__ import annotations

import fcntl
import hashlib
import json
import platform
import shutil
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.image_files import ARCHITECTURE, Entry, directory, file, layer, write_blob, write_index

SUITE = platform.freedesktop_os_release()["VERSION_CODENAME"]
SOURCES = Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list")
OPTIONS = (
    "--variant=essential",
    "--include=python3,make",
    *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "info", "locale", "man", "zoneinfo")),
    *(f"--customize-hook=rm -rf $1{path}" for path in ("/var/cache/apt", "/var/log", "/var/lib/dpkg/info")),
)
GRADERS = Path(__file__).parent / "graders"


@dataclass(frozen=True)
class Debian:
    """Where the images lie; each tag is one of them."""

    home: Path

    @property
    def archive(self) -> str:
        """Plain Debian as `docker save` would have written it."""
        return f"docker-archive:{self.home}/debian.tar:gradewright-tests/debian:1"

    def layout(self, tag: str = "debian") -> str:
        """In an OCI layout: debian, grader-v1, grader-v2."""
        return f"oci:{self.home}/layout:{tag}"


def debian(cache: Path) -> Debian:
    """Makes the images if they are not there. Fails if Debian's packages cannot be had."""
    cache.mkdir(parents=True, exist_ok=True)
    home = cache / f"debian-{_key()}"
    with (cache / "debian.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            unfinished = cache / "debian-unfinished"
            for old in cache.glob("debian-*"):
                shutil.rmtree(old)
            _make(unfinished)
            unfinished.rename(home)
    return Debian(home)


def _key() -> str:
    """Of everything that decides what is in the images."""
    makers = (Path(__file__), Path(__file__).with_name("image_files.py"), *sorted(GRADERS.iterdir()))
    return hashlib.sha256(b"".join([SUITE.encode(), *(path.read_bytes() for path in makers)])).hexdigest()[:16]


def _make(home: Path) -> None:
    layout = home / "layout"
    blobs = layout / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    rootfs = home / "rootfs.tar"
    sources = next(path for path in SOURCES if path.is_file())
    subprocess.run(["mmdebstrap", "--quiet", *OPTIONS, SUITE, str(rootfs), str(sources)], check=True)
    with rootfs.open("rb") as stream:
        base = {"digest": f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}", "size": rootfs.stat().st_size}
    rootfs.rename(blobs / base["digest"][7:])
    plain = _image(layout, "debian", [base], {"Cmd": ["/bin/sh"]})
    write_index(layout, [plain, *(_grader(layout, base, version) for version in ("v1", "v2"))])
    _write_archive(home / "debian.tar", layout, plain)


def _grader(layout: Path, base: Mapping[str, Any], version: str) -> dict[str, Any]:
    source = (GRADERS / f"{version}.py").read_bytes()
    entries = [directory("grader"), file("grader/grade.py", source, mode=0o755)]
    config = {"Entrypoint": ["/grader/grade.py"], "WorkingDir": "/grader", "Env": ["LANG=C.UTF-8"]}
    return _image(layout, f"grader-{version}", [base, _blob(layout, *entries)], config)


def _blob(layout: Path, *entries: Entry) -> dict[str, Any]:
    return write_blob(layout, layer(*entries))


def _image(layout: Path, tag: str, layers: Sequence[Mapping[str, Any]], config: Mapping[str, Any]) -> dict[str, Any]:
    rootfs = {"type": "layers", "diff_ids": [layer["digest"] for layer in layers]}
    document = {"architecture": ARCHITECTURE, "os": "linux", "config": config, "rootfs": rootfs}
    manifest = {"schemaVersion": 2, "config": write_blob(layout, _json(document)), "layers": layers}
    annotations = {"org.opencontainers.image.ref.name": tag}
    return {**write_blob(layout, _json(manifest)), "annotations": annotations}


def _write_archive(path: Path, layout: Path, image: Mapping[str, Any]) -> None:
    blobs = layout / "blobs" / "sha256"
    manifest = json.loads((blobs / image["digest"][7:]).read_bytes())
    config = manifest["config"]["digest"][7:]
    names = [layer["digest"][7:] for layer in manifest["layers"]]
    entry = {
        "Config": f"{config}.json",
        "RepoTags": ["gradewright-tests/debian:1"],
        "Layers": [f"{name}/layer.tar" for name in names],
    }
    with tarfile.open(path, "w") as tar:
        for name in names:
            tar.add(blobs / name, f"{name}/layer.tar")
        tar.add(blobs / config, f"{config}.json")
        manifest_file = layout.with_name("manifest.json")
        manifest_file.write_bytes(_json([entry]))
        tar.add(manifest_file, "manifest.json")


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True).encode()
