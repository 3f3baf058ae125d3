"""Containers of an engine: the line to their init is a connection that carries stdin, stdout and stderr in one."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from gradewright.sandboxes.line import CHUNK, DescriptorLine

if TYPE_CHECKING:
    from docker import DockerClient

HEADER = struct.Struct(">BxxxI")  # which stream, and how many bytes of it follow
STDOUT = 1
COMPLAINT_BYTES = 4096


class AttachedLine(DescriptorLine):
    """A `watch.Line` to a container."""

    def __init__(self, client: DockerClient, container: str, descriptor: int) -> None:
        super().__init__(descriptor, descriptor)
        self._client = client
        self._container = container
        self._received = bytearray()
        self._complaint = b""

    def receive(self, timeout: float) -> bytes | None:
        if not self._readable.poll(timeout * 1000):
            return None
        try:
            data = os.read(self._incoming, CHUNK)
        except ConnectionResetError:
            data = b""
        self._received += data
        return self._stdout() or (None if data else b"")

    def _stdout(self) -> bytes:
        """What has come whole of init's stdout; the rest is put aside."""
        found = bytearray()
        while len(self._received) >= HEADER.size:
            stream, length = HEADER.unpack_from(self._received)
            end = HEADER.size + length
            if len(self._received) < end:
                break
            payload = self._received[HEADER.size : end]
            if stream == STDOUT:
                found += payload
            else:
                self._complaint = (self._complaint + payload)[:COMPLAINT_BYTES]
            del self._received[:end]
        return bytes(found)

    def destroy(self) -> None:
        from docker.errors import APIError

        with suppress(APIError):  # it has ended by itself
            self._client.api.kill(self._container)

    def complaint(self) -> str:
        return self._complaint.decode(errors="replace").strip()


@contextmanager
def attached(client: DockerClient, container: str) -> Iterator[int]:
    """The descriptor of a connection to a container that has not been started, so that nothing it says is missed."""
    params = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
    stream: Any = client.api.attach_socket(container, params=params)
    connection = stream._sock  # the stream alone closes nothing but itself
    try:
        connection.setblocking(True)
        yield connection.fileno()
    finally:
        stream.close()
        connection.close()
