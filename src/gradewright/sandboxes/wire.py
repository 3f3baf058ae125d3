"""The frames that init understands and answers with; `native/init.c` is the other half."""

from __future__ import annotations

import platform
import stat
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

from gradewright.errors import MissingError
from gradewright.model.run import FileState, OutputFile, OutputSpec, PlacedFile

NATIVE = Path(__file__).parent / "native"
MAX_FRAME = 1 << 30
FILE_STATES = (
    *(FileState.OK, FileState.MISSING, FileState.NOT_A_FILE, FileState.TOO_LARGE, FileState.UNREADABLE),
    *(FileState.LINK, FileState.DIRECTORY),
)
FILE_TYPES = {FileState.OK: stat.S_IFREG, FileState.LINK: stat.S_IFLNK, FileState.DIRECTORY: stat.S_IFDIR}
KILL, QUIT, GO = (struct.pack("<cI", letter, 0) for letter in (b"k", b"q", b"x"))


class Reason(IntEnum):
    """Why init ended the program."""

    BY_ITSELF = 0
    TOLD_TO = 1
    CPU_POLL = 2
    MEMORY_POLL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What init says about the end of the program."""

    wait_status: int
    reason: Reason
    wall_seconds: float
    cpu_seconds: float  # of all processes that were waited for
    peak_bytes: int  # of the largest process, or of all together where init watched them


@dataclass(frozen=True, slots=True, kw_only=True)
class Scratch:
    """A file system in memory whose size and number of files init limits itself."""

    path: str
    size: int  # bytes
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What init does before, around and after the program."""

    argv: Sequence[str]
    env: Iterable[tuple[str, str]]
    cwd: str
    stdin: bytes = b""
    scratch: Sequence[Scratch] = ()
    rlimits: Iterable[tuple[int, int]] = ()
    seccomp: bytes = b""
    outputs: Sequence[OutputSpec] = ()
    watched_cpu_seconds: float = 0.0  # 0: somebody else counts
    watched_memory_bytes: int = 0
    mailbox: str = ""  # the environment variable that shall hold its address; empty: there is none
    capabilities: int = 0  # that the program keeps, as bits

    def encode(self) -> bytes:
        return b"".join(_record(key, value) for key, value in self._records())

    def _records(self) -> Iterator[tuple[bytes, bytes]]:
        for scratch in self.scratch:
            yield b"M", struct.pack("<QQ", scratch.size, scratch.files) + scratch.path.encode()
        for word in self.argv:
            yield b"A", _word(word)
        for name, value in self.env:
            yield b"E", _word(f"{name}={value}")
        yield b"C", _word(self.cwd)
        for resource, limit in self.rlimits:
            yield b"R", struct.pack("<IQ", resource, limit)
        yield b"S", self.seccomp
        for output in self.outputs:
            key = b"O" if not output.tree else b"L" if output.links else b"T"
            yield key, struct.pack("<Q", output.max_bytes) + output.path.encode()
        if self.mailbox:
            yield b"B", _word(self.mailbox)
        yield b"K", struct.pack("<Q", self.capabilities)
        yield b"P", struct.pack("<QQ", round(self.watched_cpu_seconds * 1e6), self.watched_memory_bytes)
        yield b"D", self.stdin


def _word(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def _record(key: bytes, value: bytes) -> bytes:
    return struct.pack("<cI", key, len(value)) + value


def opening(configuration: Configuration, files: Sequence[PlacedFile]) -> Iterator[bytes]:
    """Everything to send to init before the program runs, frame by frame."""
    yield _record(b"c", configuration.encode())
    for file in files:
        path = _word(file.path)
        mode = FILE_TYPES[file.state] | file.mode
        yield _record(b"f", struct.pack("<II", mode, len(path)) + path + file.data)
    yield GO


def message(caller: bytes, data: bytes) -> bytes:
    """The frame that tells a caller of the mailbox something; with no data it hangs up."""
    return _record(b"m", caller + data)


class FrameReader:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The frames that `data` completes, as (type, payload). Raises `ValueError` if that cannot be init speaking."""
        self._buffer += data
        while len(self._buffer) >= 5:
            letter, length = struct.unpack_from("<cI", self._buffer)
            if letter not in b"roesFznmX!" or length > MAX_FRAME:
                raise ValueError(f"not a frame of init: {bytes(self._buffer[:40])!r}")
            if len(self._buffer) < 5 + length:
                return
            payload = bytes(self._buffer[5 : 5 + length])
            del self._buffer[: 5 + length]
            yield letter, payload


def decode_ended(payload: bytes) -> Ended:
    wait_status, reason, wall_ns, cpu_us, peak_bytes = struct.unpack("<IIQQQ", payload)
    return Ended(
        wait_status=wait_status,
        reason=Reason(reason),
        wall_seconds=wall_ns / 1e9,
        cpu_seconds=cpu_us / 1e6,
        peak_bytes=peak_bytes,
    )


def decode_file(payload: bytes) -> OutputFile:
    state, mode, length = struct.unpack_from("<BII", payload)
    path = payload[9 : 9 + length].decode(errors="surrogateescape")
    return OutputFile(path=path, state=FILE_STATES[state], data=payload[9 + length :], mode=mode)


def decode_error(payload: bytes) -> tuple[int, str]:
    """The errno and what was being tried."""
    return struct.unpack_from("<I", payload)[0], payload[4:].decode(errors="replace")


@cache
def binary(name: str) -> Path:
    """The helper `name` for this machine's processor. Raises `MissingError` if there is none."""
    path = NATIVE / platform.machine() / name
    if not path.is_file():
        raise MissingError(
            f"There is no {name} for {platform.machine()} processors.",
            remedy=f"Build it with a C compiler and musl: make -C {NATIVE}",
        )
    return path


@cache
def seccomp_filter(*, counted: bool) -> bytes:
    """The filter for this machine; without control groups (`counted` false) also memory that nobody owns is refused."""
    return binary("seccomp.bpf" if counted else "seccomp-uncounted.bpf").read_bytes()
