"""Where the container engine is, and its troubles in our words. Docker, or Podman behind Docker's interface.

The Docker SDK is slow to import, so it is imported when an engine is first asked for.
"""

from __future__ import annotations

import os
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
        from docker.errors import DockerException, TLSParameterError
    except ImportError as error:
        raise MissingError(
            "The Docker SDK for Python is not installed.", remedy="Install it with: pip install 'gradewright[docker]'"
        ) from error
    try:
        if not machine.docker_url and os.environ.get("DOCKER_HOST"):
            return DockerClient.from_env(timeout=machine.docker_timeout)
        return DockerClient(base_url=_address(machine), timeout=machine.docker_timeout)
    except (DockerException, TLSParameterError, ValueError) as error:
        raise MissingError(
            f"No container engine answers at {_shown(machine)}: {_reason(error)}.", remedy=START
        ) from error


def _address(machine: Machine) -> str:
    if machine.docker_url:
        return machine.docker_url
    sockets = _local_sockets()
    for socket in sockets:
        if socket.is_socket():
            return f"unix://{socket}"
    raise MissingError(
        f"No container engine is running here (looked for {', '.join(map(str, sockets))}).", remedy=START
    )


def _local_sockets() -> list[Path]:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    of_the_user = [Path(runtime, "podman/podman.sock")] if runtime else []
    return [Path("/var/run/docker.sock"), *of_the_user, Path("/run/podman/podman.sock")]


def _shown(machine: Machine) -> str:
    return machine.docker_url or os.environ.get("DOCKER_HOST") or _address(machine)


def _reason(error: BaseException) -> str:
    """The innermost cause: the SDK wraps "permission denied" four times."""
    text = str(error)
    if "Permission denied" in text:
        return "permission denied (only root and members of the group docker may use it)"
    if "No such file" in text or "Connection refused" in text:
        return "nothing listens there"
    return text.rstrip(".")


@contextmanager
def _plain_errors() -> Iterator[None]:
    from docker.errors import DockerException
    from requests.exceptions import RequestException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (DockerException, RequestException, HTTPError) as error:
        raise SandboxError(f"The container engine failed: {_reason(error)}.") from error
