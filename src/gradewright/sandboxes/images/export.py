"""An image as `docker load` takes it, made while it is being sent."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator

from gradewright.sandboxes.images.blobs import CHUNK
from gradewright.sandboxes.images.source import Stored


def docker_archive(source: Stored, tag: str) -> Iterator[bytes]:
    """The chunks of a tar file. The engine checks the digests of the layers itself."""
    config = f"{source.image.digest.rpartition(':')[2]}.json"
    layers = [f"{digest.rpartition(':')[2]}/layer.tar" for digest in source.image.diff_ids]
    manifest = [{"Config": config, "RepoTags": [tag], "Layers": layers}]
    for name, blob in zip(layers, source.layers(lambda size: None), strict=True):
        yield _header(name, blob.size)
        while data := blob.stream.read(CHUNK):
            yield data
        yield _padding(blob.size)
    for name, content in ((config, source.configuration), ("manifest.json", json.dumps(manifest).encode())):
        yield _header(name, len(content)) + content + _padding(len(content))
    yield bytes(2 * tarfile.BLOCKSIZE)


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf()


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)
