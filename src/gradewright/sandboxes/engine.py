"""Where the container engine is, and its troubles in our words. Docker, or Podman behind Docker's interface.

The Docker SDK is slow to import, so it is imported when an engine is first asked for.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gradewright.errors import MissingError, SandboxError

if TYPE_CHECKING:
    from docker import DockerClient

    from gradewright.model.machine import Machine

START = (
    "Start one with `systemctl start docker` (without systemd: `dockerd &`) or `systemctl --user start podman.socket`, "
    "or name where it is in GRADEWRIGHT_DOCKER_URL or DOCKER_HOST."
)


@contextmanager
def engine(machine: Machine) -> Iterator[DockerClient]:
    """A connection to the engine. Raises `MissingError` if none answers, `SandboxError` if it fails at its work."""
    client = _connect(machine)
    try:
        with _plain_errors():
            yield client
    finally:
        client.close()


def _connect(machine: Machine) -> DockerClient:
    try:
        from docker import DockerClient
        from docker.errors import DockerException
    except ImportError as error:
        raise MissingError(
            "The Docker SDK for Python is not installed.",
            remedy="Install it with: pip install 'gradewright[docker]' (in a checkout: ./dev setup).",
        ) from error
    address = machine.docker_url or os.environ.get("DOCKER_HOST") or f"unix://{_local_socket()}"
    try:
        _knock(address)
        if machine.docker_url:
            return DockerClient(base_url=address, timeout=machine.docker_timeout)
        return DockerClient.from_env(timeout=machine.docker_timeout, environment={**os.environ, "DOCKER_HOST": address})
    except PermissionError as error:
        raise MissingError(
            f"You may not use the container engine at {address}.",
            remedy="Ask for membership of the group docker, or run gradewright as root.",
        ) from error
    except (DockerException, OSError, ValueError) as error:
        raise MissingError(f"No container engine answers at {address}: {error}.", remedy=START) from error


def _local_socket() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    of_the_user = [Path(runtime, "podman/podman.sock")] if runtime else []
    places = [Path("/var/run/docker.sock"), *of_the_user, Path("/run/podman/podman.sock")]
    for place in places:
        if place.is_socket():
            return place
    raise MissingError(f"No container engine is running here (looked for {', '.join(map(str, places))}).", remedy=START)


def _knock(address: str) -> None:
    """Raises `OSError` if nobody listens at a local address; the SDK would bury that in four other errors."""
    if address.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(address.removeprefix("unix://"))


@contextmanager
def _plain_errors() -> Iterator[None]:
    from docker.errors import DockerException
    from requests.exceptions import RequestException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (DockerException, RequestException, HTTPError) as error:
        reason = str(getattr(error, "explanation", None) or error)  # without addresses, if the engine gave a reason
        raise SandboxError(f"The container engine failed: {reason.rstrip('.')}.") from error
