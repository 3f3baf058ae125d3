"""Images in a directory in the layout of the OCI image specification."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gradewright.errors import AuthorError
from gradewright.sandboxes.images.blobs import Advance, Blob, broken, parsed, small
from gradewright.sandboxes.images.configuration import DIGEST, image_of, this_architecture
from gradewright.sandboxes.images.source import named, only, readable

MAX_NESTING = 4  # of indexes
NAME_KEYS = ("org.opencontainers.image.ref.name", "io.containerd.image.name")

Descriptor = dict[str, Any]


class LayoutImage:
    """One of the images in a layout: of that tag, and of several builds the one for this machine."""

    def __init__(self, directory: Path, reference: str, tag: str) -> None:
        self._directory = directory
        self._reference = reference
        manifest = self._manifest(tag)
        self._layers = self._descriptors(manifest.get("layers"))
        (config,) = self._descriptors([manifest.get("config")])
        self.configuration = self._content(config)
        self.image = image_of(self._document(config), reference=reference, digest=config["digest"])
        if len(self._layers) != len(self.image.diff_ids):
            raise broken(reference, "its manifest and its configuration name different numbers of layers")

    def layers(self, fetched: Advance) -> Iterator[Blob]:
        for layer, diff_id in zip(self._layers, self.image.diff_ids, strict=True):
            path = self._blob(layer)
            with readable(path) as stream:
                size = path.stat().st_size
                yield Blob(name=str(path), size=size, stream=stream, digest=layer["digest"], diff_id=diff_id)

    def _manifest(self, tag: str) -> dict[str, Any]:
        """From index to index down to the manifest of one image."""
        entries = named(self._reference, tag, self._descriptors(self._index().get("manifests")), _names)
        for _ in range(MAX_NESTING):
            document = self._document(only(self._reference, _for_this_machine(entries), _names))
            if "manifests" not in document:
                return document
            entries = self._descriptors(document["manifests"])
        raise broken(self._reference, f"its indexes are nested more than {MAX_NESTING} deep")

    def _index(self) -> dict[str, Any]:
        path = self._directory / "index.json"
        if not path.is_file():
            raise AuthorError(
                f"{self._reference}: {self._directory} is not an OCI layout: it has no index.json.",
                remedy="`skopeo copy docker-archive:FILE oci:DIRECTORY` makes one; or name docker-archive:FILE itself.",
            )
        with readable(path) as stream:
            return parsed(small(stream, str(path)), str(path), dict)

    def _document(self, descriptor: Descriptor) -> dict[str, Any]:
        return parsed(self._content(descriptor), str(self._blob(descriptor)), dict)

    def _content(self, descriptor: Descriptor) -> bytes:
        path = self._blob(descriptor)
        with readable(path) as stream:
            return small(stream, str(path), descriptor["digest"])

    def _blob(self, descriptor: Descriptor) -> Path:
        path = self._directory.joinpath("blobs", *str(descriptor["digest"]).split(":"))
        if not path.is_file():
            raise broken(self._reference, f"the blob {descriptor['digest']} is missing")
        return path

    def _descriptors(self, value: Any) -> list[Descriptor]:
        entries = value if isinstance(value, list) else []
        for entry in entries:
            if not isinstance(entry, dict) or not DIGEST.fullmatch(str(entry.get("digest"))):
                raise broken(self._reference, "one of its descriptors has no SHA-256 digest")
        return entries


def _for_this_machine(entries: Sequence[Descriptor]) -> Sequence[Descriptor]:
    """Of several builds those for this machine; if there are none, one that `root` will refuse by its name."""
    builds = [entry for entry in entries if _platform(entry) != "unknown"]  # attestations lie beside the builds
    fitting = [entry for entry in builds if _platform(entry) == this_architecture()]
    if fitting or not all(map(_platform, builds)):
        return fitting or builds
    return builds[:1]


def _platform(entry: Descriptor) -> str:
    platform = entry.get("platform")
    return str(platform.get("architecture", "")) if isinstance(platform, dict) else ""


def _names(entry: Descriptor) -> list[str]:
    annotations = entry.get("annotations")
    return [str(annotations[key]) for key in NAME_KEYS if key in annotations] if isinstance(annotations, dict) else []
