"""What the lines to an init have in common: reading and writing descriptors, never for longer than asked."""

from __future__ import annotations

import os
import select
import time

from gradewright.errors import SandboxError

CHUNK = 1 << 18


class DescriptorLine:
    """The half of a `watch.Line` that speaks; its heirs know how to kill and to complain."""

    def __init__(self, outgoing: int, incoming: int) -> None:
        self._outgoing, self._incoming = outgoing, incoming
        os.set_blocking(outgoing, False)
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(incoming, select.POLLIN)
        self._writable.register(outgoing, select.POLLOUT)

    def receive(self, timeout: float) -> bytes | None:
        return os.read(self._incoming, CHUNK) if self._readable.poll(timeout * 1000) else None

    def send(self, data: bytes, timeout: float) -> None:
        left = memoryview(data)
        deadline = time.monotonic() + timeout
        while left:
            if not self._writable.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise SandboxError(f"The sandbox does not listen. {self.complaint()}".strip())
            try:
                left = left[os.write(self._outgoing, left) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                self._broken()
                return

    def _broken(self) -> None:
        """Nobody listens. If init said why before it left, the reader will find that; else there is nothing to read."""
        if not self._readable.poll(1000):
            raise SandboxError(f"The sandbox is gone. {self.complaint()}".strip())

    def complaint(self) -> str:
        return ""
