"""What an operator says about this machine, as far as sandboxes need to know."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    cache_dir: Path  # unpacked images lie below it
    cache_bytes: int = 20 * 1024**3  # unpacked images above this are evicted, the least recently used first
    docker_url: str = ""  # address of the engine; empty: DOCKER_HOST, then the local sockets of Docker and Podman
    docker_timeout: float = 60.0  # seconds to wait for an answer of the engine
    oci_runtime: str = "crun"  # crun, runc, runsc, kata-runtime, or a path
