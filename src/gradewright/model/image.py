"""A container image as its author built it: identity and the part of its configuration that matters to grading."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image that was found.

    `digest` is the digest of its configuration ("sha256:..."), which is also the engine's image id; so two sandboxes
    agree on what "the same image" is.
    """

    reference: str  # as the author named it: a tag or id, "docker-archive:FILE[:TAG]" or "oci:DIR[:TAG]"
    digest: str
    architecture: str  # as images name it: amd64, arm64, ...
    entrypoint: tuple[str, ...] | None = None  # None: the image has none
    cmd: tuple[str, ...] | None = None
    env: tuple[tuple[str, str], ...] = ()
    workdir: str = "/"
    user: str = ""  # as the image says, "" means root
    diff_ids: tuple[str, ...] = ()  # digests of the uncompressed layers, lowest first
