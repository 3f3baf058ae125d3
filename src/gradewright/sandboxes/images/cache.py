"""Unpacked images by digest: made once, locked while in use, the least recently used thrown away.

    <digest>/root      the tree
    <digest>/bytes     how much of the disk it takes
    <digest>.lock      shared by all who use the tree, held alone by who makes or removes it; last used at its time
    <digest>.partial/  a tree that is being made or removed; never used, and left over if nobody holds the lock

Locks die with their holder and a tree comes and goes in one rename, so that a process may be killed at any time.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from gradewright.sandboxes.images.room import writing_to

ROOT = "root"
BYTES = "bytes"
LOCK = ".lock"
PARTIAL = ".partial"

Make = Callable[[Path, int], int]  # fill an empty directory with at most so many bytes; how many it became


class Cache:
    def __init__(self, directory: Path, limit: int) -> None:
        """`limit` is in bytes; trees in use are kept even above it."""
        self._directory = directory
        self._limit = limit

    @contextmanager
    def entry(self, digest: str, make: Make) -> Iterator[Path]:
        """The tree of that digest, made if it is not there, kept until the end of the block.

        Raises `MissingError` if the cache cannot be written.
        """
        name = digest.rpartition(":")[2]
        with self._lock(name) as lock:
            self._share(name, lock, make)
            now = time.time_ns()  # finer than what the kernel would set
            os.utime(lock, ns=(now, now))
            yield self._directory / name / ROOT

    def _share(self, name: str, lock: int, make: Make) -> None:
        """End with a shared lock and the tree in its place."""
        while True:
            fcntl.flock(lock, fcntl.LOCK_SH)
            if (self._directory / name).is_dir():
                return
            fcntl.flock(lock, fcntl.LOCK_EX)  # not in one stroke: another may have made it, or removed it, in between
            if not (self._directory / name).is_dir():
                self._make(name, make)

    def _make(self, name: str, make: Make) -> None:
        partial = self._directory / f"{name}{PARTIAL}"
        with self._explained():
            self._sweep()
            shutil.rmtree(partial, ignore_errors=True)
            try:
                (partial / ROOT).mkdir(parents=True)
                size = make(partial / ROOT, self._limit)
                (partial / BYTES).write_text(str(size))
                _flush(partial)
                partial.rename(self._directory / name)
            except BaseException:
                shutil.rmtree(partial, ignore_errors=True)
                raise
            self._evict(keep=name)

    def _evict(self, keep: str) -> None:
        entries = [path.parent for path in self._directory.glob(f"*/{BYTES}") if path.parent.suffix != PARTIAL]
        total = sum(map(_size, entries))
        for entry in sorted(entries, key=_last_use):
            if total <= self._limit:
                return
            if entry.name != keep:
                size = _size(entry)
                total -= size * self._remove(entry.name)

    def _remove(self, name: str) -> bool:
        """Remove a tree unless somebody uses it, or has just removed it."""
        with self._lock(name) as lock:
            if not _try_alone(lock) or not (self._directory / name).is_dir():
                return False
            partial = self._directory / f"{name}{PARTIAL}"
            shutil.rmtree(partial, ignore_errors=True)
            (self._directory / name).rename(partial)
            shutil.rmtree(partial)
            return True

    def _sweep(self) -> None:
        """Remove what killed processes left."""
        for partial in self._directory.glob(f"*{PARTIAL}"):
            with self._lock(partial.name.removesuffix(PARTIAL)) as lock:
                if _try_alone(lock):
                    shutil.rmtree(partial, ignore_errors=True)

    @contextmanager
    def _lock(self, name: str) -> Iterator[int]:
        with self._explained():
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)  # graders hold what students must not read
            lock = os.open(self._directory / f"{name}{LOCK}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            yield lock
        finally:
            os.close(lock)

    def _explained(self) -> AbstractContextManager[None]:
        return writing_to(self._directory)


def _try_alone(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _size(entry: Path) -> int:
    try:
        return int((entry / BYTES).read_text())
    except FileNotFoundError:  # somebody has just removed it
        return 0


def _last_use(entry: Path) -> float:
    lock = entry.with_name(entry.name + LOCK)
    return lock.stat().st_mtime if lock.exists() else 0.0


def _flush(directory: Path) -> None:
    """Write a tree out, for after a power cut the rename must not have outlived what it names."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        ctypes.CDLL(None, use_errno=True).syncfs(descriptor)
    finally:
        os.close(descriptor)
