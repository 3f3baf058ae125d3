"""A launcher that stays in a control group and starts in it what it is told to; `native/launch.c` is the other half."""

from __future__ import annotations

import os
import select
import socket
import struct
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from gradewright.errors import AuthorError, GradewrightError, SandboxError
from gradewright.sandboxes import wire

STATUS = struct.Struct("=i")
KILL = b"k"
READY_SECONDS = 60.0
LAUNCH_FAILED = 113  # exit code of the launcher, also where it is part of a warm Python


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The program that is the other half: the launcher, or a warm Python that has it as a library."""

    argv: tuple[str, ...] = ()  # of a warm Python
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def warm(self) -> bool:
        return bool(self.argv)

    def command(self) -> tuple[str, ...]:
        return self.argv or (str(wire.binary("launch")),)


LAUNCHER = Server()


class Spawner:
    """Runs one child at a time. It ends with our process, however that ends, and what it started ends with it."""

    def __init__(self, entrance: Sequence[str], server: Server = LAUNCHER) -> None:
        """`entrance` are the options with which it enters its group.

        Raises `SandboxError` if it cannot, and `AuthorError` if a warm Python cannot import what it was told to.
        """
        self.server = server
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [*server.command(), *entrance, "--serve", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                env=dict(server.environment),
            )
        self._poll = select.poll()
        self._poll.register(self._line, select.POLLIN)
        if self._answer(READY_SECONDS) is None:
            raise self._refusal()

    @property
    def pid(self) -> int:
        return self._process.pid

    def waits(self) -> bool:
        """Whether it lives, and nothing runs."""
        return not self._poll.poll(0)

    def start(self, argv: Sequence[str], descriptors: Sequence[int]) -> Spawned:
        """Start a program with these as its stdin, stdout and stderr, and an empty environment."""
        words = "\0".join(map(os.fspath, argv)) + "\0"
        try:
            socket.send_fds(self._line, [os.fsencode(words)], descriptors)
        except OSError as error:
            raise SandboxError(f"Could not start {argv[0]}: {error.strerror}.") from error
        return Spawned(self)

    def kill_child(self) -> None:
        with suppress(OSError):  # it is gone, and the child with it
            self._line.send(KILL)

    def wait_for_child(self, timeout: float | None) -> int | None:
        """The wait status, SIGKILL's if the spawner itself is gone; None if the child did not end in time."""
        if not self._poll.poll(None if timeout is None else timeout * 1000):
            return None
        status = self._answer(0)
        return 9 if status is None else status

    def _refusal(self) -> GradewrightError:
        """Why it did not get ready; ends it."""
        reason = "it ended"
        try:
            self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            reason = f"after {READY_SECONDS:g} s its modules were not imported"
        complaint = self.end()
        if not self.server.warm or self._process.returncode == LAUNCH_FAILED:
            return SandboxError(f"Could not start processes in a control group. {complaint}".strip())
        remedy = "Name modules that it has, and that only define what they are for."
        return AuthorError(
            f"Python could not be kept warm: {complaint.rpartition(chr(10))[2] or reason}.", remedy=remedy
        )

    def _answer(self, timeout: float) -> int | None:
        try:
            data = self._line.recv(STATUS.size) if self._poll.poll(timeout * 1000) else b""
        except ConnectionResetError:
            data = b""
        return int(STATUS.unpack(data)[0]) if data else None

    def end(self) -> str:
        """End it with all that it started; returns what it complained of."""
        self._line.close()
        self._process.kill()
        self._process.wait()
        assert self._process.stderr
        with self._process.stderr as complaints:
            os.set_blocking(complaints.fileno(), False)  # somebody else may have it open
            return (complaints.read() or b"").decode(errors="replace").strip()


class Spawned:
    """The child of a spawner, as far as `subprocess.Popen` would be asked about it."""

    def __init__(self, spawner: Spawner) -> None:
        self._spawner = spawner
        self._status: int | None = None

    def kill(self) -> None:
        if self._status is None:
            self._spawner.kill_child()

    def wait(self, timeout: float | None = None) -> int:
        """Raises `subprocess.TimeoutExpired`."""
        if self._status is None:
            self._status = self._spawner.wait_for_child(timeout)
        if self._status is None:
            raise subprocess.TimeoutExpired("launch", timeout or 0.0)
        return os.waitstatus_to_exitcode(self._status)
