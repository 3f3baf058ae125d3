"""See that an engine has the image that a step needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from gradewright.errors import SandboxError
from gradewright.model.image import Image
from gradewright.model.run import HostRoot, Root
from gradewright.sandboxes.host_root import shown
from gradewright.sandboxes.images import ImageStore
from gradewright.sandboxes.images.configuration import refuse_foreign
from gradewright.sandboxes.images.export import docker_archive
from gradewright.sandboxes.images.of_links import ImageOfLinks

if TYPE_CHECKING:
    from docker import DockerClient

REPOSITORY = "gradewright"  # in the engine, of images that we put there


def provided(client: DockerClient, store: ImageStore, root: Root) -> Mapping[str, Any]:
    """What the engine says of the image for a root, which it has or is given.

    For the host's programs that is an image of their symbolic links: mount points make themselves, links do not.
    """
    if isinstance(root, HostRoot):
        links = ImageOfLinks({item.target: item.link for item in shown(root) if item.link})
        tag = _tag(links.image)
        return _found(client, links.image) or _load(client, links.image, nullcontext(docker_archive(links, tag)))
    refuse_foreign(root.image)
    return _found(client, root.image) or _load(client, root.image, store.archive(root.image, _tag(root.image)))


def _tag(image: Image) -> str:
    return f"{REPOSITORY}:{image.digest.rpartition(':')[2]}"


def _found(client: DockerClient, image: Image) -> Mapping[str, Any] | None:
    """Engines that keep images as containerd does know it only by the tag, as their ids are of something else."""
    from docker.errors import ImageNotFound

    for name in (image.digest, _tag(image)):
        try:
            found: Mapping[str, Any] = client.api.inspect_image(name)
        except ImageNotFound:
            continue
        if tuple(found["RootFS"].get("Layers") or ()) == image.diff_ids:
            return found
    return None


def _load(client: DockerClient, image: Image, archive: AbstractContextManager[Iterator[bytes]]) -> Mapping[str, Any]:
    with archive as chunks:
        for message in client.api.load_image(chunks):
            if "error" in message:
                raise SandboxError(f"The container engine did not take {image.reference}: {message['error']}.")
    if found := _found(client, image):
        return found
    raise SandboxError(f"The container engine took {image.reference} and does not have it.")
