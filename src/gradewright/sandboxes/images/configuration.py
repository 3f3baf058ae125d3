"""The configuration document of an image, as far as grading cares, and which machine it was built for."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from typing import Any

from gradewright.errors import AuthorError
from gradewright.model.image import Image
from gradewright.sandboxes.images.blobs import broken

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
ARCHITECTURES = {  # of uname: of images
    "x86_64": "amd64",
    "aarch64": "arm64",
    "armv7l": "arm",
    "i686": "386",
}


def this_architecture() -> str:
    """The architecture of this machine by the name that images use."""
    machine = platform.machine()
    return ARCHITECTURES.get(machine, machine)


def refuse_foreign(image: Image) -> None:
    """Raises `AuthorError` if programs of the image cannot run on this machine."""
    here = this_architecture()
    if image.architecture != here:
        raise AuthorError(
            f"{image.reference}: the image is for {image.architecture}, and this machine is {here}.",
            remedy=f"Build it for this machine: docker build --platform linux/{here} ...",
        )


def image_of(config: Mapping[str, Any], *, reference: str, digest: str) -> Image:
    """The record of an image from its configuration document. Raises `AuthorError` if the document is not one."""
    run = config.get("config") or config.get("Config") or {}
    rootfs = config.get("rootfs") or config.get("RootFS") or {}
    layers = rootfs.get("diff_ids") or rootfs.get("Layers") or []
    if not all(isinstance(layer, str) and DIGEST.fullmatch(layer) for layer in layers):
        raise broken(reference, "its configuration names layers by something that is no SHA-256 digest")
    return Image(
        reference=reference,
        digest=digest,
        architecture=str(config.get("architecture") or config.get("Architecture") or this_architecture()),
        entrypoint=_words(run.get("Entrypoint")),
        cmd=_words(run.get("Cmd")),
        env=tuple((name, value) for name, _, value in (str(line).partition("=") for line in run.get("Env") or ())),
        workdir=str(run.get("WorkingDir") or "/"),
        user=str(run.get("User") or ""),
        diff_ids=tuple(layers),
    )


def _words(value: Any) -> tuple[str, ...] | None:
    if not value:
        return None
    return (str(value),) if isinstance(value, str) else tuple(map(str, value))
