"""An image of nothing but symbolic links, for what is otherwise put together from directories of the host."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator, Mapping

from gradewright.sandboxes.images.blobs import Advance, Blob, digest_of
from gradewright.sandboxes.images.configuration import image_of, this_architecture


class ImageOfLinks:
    """A `source.Stored` made on the spot; the same links make the same digest."""

    def __init__(self, links: Mapping[str, str]) -> None:
        """`links` are paths and what they point at."""
        self._layer = _layer(links)
        rootfs = {"type": "layers", "diff_ids": [digest_of(self._layer)]}
        config = {"architecture": this_architecture(), "os": "linux", "config": {}, "rootfs": rootfs}
        self.configuration = json.dumps(config).encode()
        self.image = image_of(config, reference="the host's programs", digest=digest_of(self.configuration))

    def layers(self, fetched: Advance) -> Iterator[Blob]:
        (diff_id,) = self.image.diff_ids
        yield Blob(name="links", size=len(self._layer), stream=io.BytesIO(self._layer), diff_id=diff_id)


def _layer(links: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for path, target in sorted(links.items()):
            link = tarfile.TarInfo(path.lstrip("/"))
            link.type, link.linkname = tarfile.SYMTYPE, target
            tar.addfile(link)
    return buffer.getvalue()
