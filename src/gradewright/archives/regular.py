"""Bring out a file that a student's program may have made, whatever it put in its place."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path, PurePosixPath

from gradewright.model.run import FileState, OutputFile

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_SYS_OPENAT2 = 437  # the same on every architecture
_RESOLVE = 0x01 | 0x02 | 0x04 | 0x08  # NO_XDEV, NO_MAGICLINKS, NO_SYMLINKS, BENEATH
_STATES = {
    errno.ENOENT: FileState.MISSING,
    errno.ENOTDIR: FileState.MISSING,
    errno.ELOOP: FileState.NOT_A_FILE,  # a link
    errno.EXDEV: FileState.NOT_A_FILE,  # leads out of the directory or to another file system
    errno.ENXIO: FileState.NOT_A_FILE,  # a socket
}


class _OpenHow(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def read_regular(directory: Path, name: str, max_bytes: int) -> OutputFile:
    """The file `name` below `directory`, if it is a plain file of at most `max_bytes` with no other name.

    No link is followed on the way, nothing outside is reached, and nothing else than a plain file is ever read. Never
    raises for what is found: the state says it. Call it when all processes that could change the directory are dead.
    """
    try:
        with _opened(directory, name) as file:
            return _read(file, name, max_bytes)
    except OSError as error:
        return OutputFile(path=name, state=_STATES.get(error.errno or 0, FileState.UNREADABLE))


def _read(file: int, name: str, max_bytes: int) -> OutputFile:
    status = os.fstat(file)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
        return OutputFile(path=name, state=FileState.NOT_A_FILE)
    if status.st_size > max_bytes:
        return OutputFile(path=name, state=FileState.TOO_LARGE)
    with os.fdopen(file, "rb", closefd=False) as stream:
        data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:
        return OutputFile(path=name, state=FileState.TOO_LARGE)
    return OutputFile(path=name, data=data, mode=status.st_mode & 0o777)


@contextmanager
def _opened(directory: Path, name: str) -> Iterator[int]:
    if "\0" in name:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    top = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        file = _open_beneath(top, name)
    finally:
        os.close(top)
    try:
        yield file
    finally:
        os.close(file)


def _open_beneath(top: int, name: str) -> int:
    try:
        return _openat2(top, name)
    except OSError as error:
        if error.errno not in (
            errno.ENOSYS,
            errno.EPERM,
        ):  # an old kernel, or a container's filter that knows no better
            raise
    return _open_step_by_step(top, name)


def _openat2(top: int, name: str) -> int:
    how = _OpenHow(flags=_FLAGS, resolve=_RESOLVE)
    file: int = _syscall()(_SYS_OPENAT2, top, os.fsencode(name), ctypes.byref(how), ctypes.sizeof(how))
    if file < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return file


@cache
def _syscall() -> Callable[..., int]:
    syscall = ctypes.CDLL(None, use_errno=True).syscall
    syscall.restype = ctypes.c_long
    return syscall


def _open_step_by_step(top: int, name: str) -> int:
    """What openat2 does, one name at a time; sound because nobody changes the directory meanwhile."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
    device = os.fstat(top).st_dev
    current = os.dup(top)
    for part in path.parts:
        try:
            inner = os.open(part, _FLAGS, dir_fd=current)
        finally:
            os.close(current)
        current = inner
        if os.fstat(current).st_dev != device:
            os.close(current)
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
    return current
