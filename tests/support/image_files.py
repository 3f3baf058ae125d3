"""Images written by hand, entry by entry, honest and hostile, as `docker save` and as an OCI layout have them."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import platform
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ARCHITECTURE = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]

Entry = tuple[tarfile.TarInfo, bytes]


def file(name: str, data: bytes = b"", **fields: Any) -> Entry:
    return _entry(name, tarfile.REGTYPE, data, **fields)


def directory(name: str, **fields: Any) -> Entry:
    return _entry(name, tarfile.DIRTYPE, **{"mode": 0o755, **fields})


def symlink(name: str, target: str) -> Entry:
    return _entry(name, tarfile.SYMTYPE, linkname=target)


def hardlink(name: str, target: str) -> Entry:
    return _entry(name, tarfile.LNKTYPE, linkname=target)


def device(name: str) -> Entry:
    return _entry(name, tarfile.CHRTYPE, devmajor=1, devminor=3)


def fifo(name: str) -> Entry:
    return _entry(name, tarfile.FIFOTYPE)


def sparse(name: str, size: int) -> Entry:
    """A file of that size which takes one block in the archive."""
    marks = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": name,
        "GNU.sparse.realsize": str(size),
    }
    return _entry(name, tarfile.REGTYPE, b"0\n".ljust(512, b"\0"), pax_headers=marks)


def _entry(name: str, kind: bytes, data: bytes = b"", **fields: Any) -> Entry:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.mode, info.mtime = kind, len(data), 0o644, 1_600_000_000
    for key, value in fields.items():
        setattr(info, key, value)
    return info, data


def layer(*entries: Entry) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for info, data in entries:
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """An image before it is written to some place."""

    layers: Sequence[bytes]
    config: Mapping[str, Any] = field(default_factory=dict)  # Entrypoint, Cmd, Env, WorkingDir, User
    architecture: str = ARCHITECTURE

    def configuration(self) -> bytes:
        rootfs = {"type": "layers", "diff_ids": [digest(data) for data in self.layers]}
        return _json({"architecture": self.architecture, "os": "linux", "config": dict(self.config), "rootfs": rootfs})


def recipe(*layers: bytes, **fields: Any) -> Recipe:
    return Recipe(layers=layers, **fields)


def docker_archive(path: Path, *recipes: Recipe, tags: Sequence[str] = ("test:1",), old: bool = True) -> str:
    """What `docker save` writes, before Docker 25 (`old`) or since."""
    files: dict[str, bytes] = {}
    manifest = []
    for recipe, tag in zip(recipes, (*tags, *[""] * len(recipes)), strict=False):
        config = recipe.configuration()
        names = [_old_name(data) if old else _blob_name(data) for data in recipe.layers]
        config_name = f"{digest(config)[7:]}.json" if old else _blob_name(config)
        files |= {config_name: config} | dict(zip(names, recipe.layers, strict=True))
        manifest.append({"Config": config_name, "RepoTags": [tag] if tag else None, "Layers": names})
    write_tar(path, files | {"manifest.json": _json(manifest)})
    return f"docker-archive:{path}"


def oci_layout(path: Path, recipe: Recipe, *, tag: str = "1", packed: Sequence[bytes] | None = None) -> str:
    """An OCI layout; `packed` are the layers as they lie there, by default in gzip."""
    manifest = write_manifest(path, recipe, packed)
    write_index(path, [{**manifest, "annotations": {"org.opencontainers.image.ref.name": tag}}])
    return f"oci:{path}"


def write_manifest(path: Path, recipe: Recipe, packed: Sequence[bytes] | None = None) -> dict[str, Any]:
    """Puts everything of one image into a layout and gives the descriptor of its manifest."""
    packed = [gzip.compress(data, 1) for data in recipe.layers] if packed is None else packed
    manifest = {
        "schemaVersion": 2,
        "config": write_blob(path, recipe.configuration()),
        "layers": [write_blob(path, data) for data in packed],
    }
    return {**write_blob(path, _json(manifest)), "platform": {"os": "linux", "architecture": recipe.architecture}}


def write_blob(path: Path, data: bytes) -> dict[str, Any]:
    blob = path / "blobs" / "sha256" / digest(data)[7:]
    blob.parent.mkdir(parents=True, exist_ok=True)
    blob.write_bytes(data)
    return {"digest": digest(data), "size": len(data)}


def write_index(path: Path, manifests: Iterable[Mapping[str, Any]]) -> None:
    (path / "oci-layout").write_bytes(_json({"imageLayoutVersion": "1.0.0"}))
    (path / "index.json").write_bytes(_json({"schemaVersion": 2, "manifests": list(manifests)}))


def write_tar(path: Path, files: Mapping[str, bytes]) -> None:
    path.write_bytes(layer(*(file(name, data) for name, data in files.items())))


def _old_name(data: bytes) -> str:
    return f"{hashlib.sha256(b'chain' + data).hexdigest()}/layer.tar"


def _blob_name(data: bytes) -> str:
    return f"blobs/sha256/{digest(data)[7:]}"


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
