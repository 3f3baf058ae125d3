"""The places in which a machine runs steps at the same time.

A slot is a directory with a lock. The lock dies with its holder, so a directory that is marked dirty and not locked is
what a killed process left, and is swept before it is used again.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from stat import S_ISDIR

from gradewright.errors import MissingError
from gradewright.model.run import UIDS_PER_SLOT, Slot

FIRST_UID = 65_536 * 16  # above what systems give to users, their containers and services
DIRTY = "dirty"  # holds the name of the sandbox while a run is going on

Sweep = Callable[[str, Slot], None]


class Slots:
    """All slots of one machine and user, below `directory`."""

    def __init__(self, directory: Path, sweep: Sweep) -> None:
        """`sweep(sandbox_name, slot)` removes what a killed process left in a slot outside of its directory."""
        self._directory = directory
        self._sweep = sweep

    @contextmanager
    def take(self, sandbox: str) -> Iterator[Slot]:
        """The lowest free slot, clean, held until the end of the block."""
        for number in count():
            with suppress(BlockingIOError), self._locked(number) as slot:
                self._clean(slot)
                dirty = slot.directory / DIRTY
                dirty.write_text(sandbox)
                try:
                    yield slot
                finally:
                    self._empty(slot)
                return

    def insist(self) -> None:
        """Raises `MissingError` if there cannot be slots."""
        with suppress(BlockingIOError), self._locked(0):
            pass

    def sweep(self) -> int:
        """Clean every slot that a killed process left dirty; returns how many there were."""
        swept = 0
        for number in self._numbers():
            with suppress(BlockingIOError), self._locked(number) as slot:
                swept += self._clean(slot)
        return swept

    def _numbers(self) -> list[int]:
        if not self._directory.is_dir():
            return []
        return sorted(int(path.name.removeprefix("slot-")) for path in self._directory.glob("slot-*[0-9]"))

    @contextmanager
    def _locked(self, number: int) -> Iterator[Slot]:
        directory = self._directory / f"slot-{number}"
        try:
            self._directory.mkdir(mode=0o711, parents=True, exist_ok=True)
            state = self._identity()
            directory.mkdir(mode=0o711, exist_ok=True)
            lock = os.open(self._directory / f"slot-{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise MissingError(
                f"Cannot use {self._directory} for running graders: {error.strerror}.",
                remedy="Free space, mend its permissions, or name another directory in GRADEWRIGHT_STATE_DIR.",
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield Slot(number=number, directory=directory, first_uid=FIRST_UID + number * UIDS_PER_SLOT, state=state)
        finally:
            os.close(lock)

    def _identity(self) -> str:
        """What tells this state directory from others, even of the same path in another mount namespace.

        Raises `MissingError` if it is not ours: in a shared place somebody may have laid it as a trap.
        """
        info = self._directory.lstat()
        if not S_ISDIR(info.st_mode) or info.st_uid != os.geteuid() or info.st_mode & 0o022:
            raise MissingError(
                f"{self._directory} is not a directory that only we can write to.",
                remedy="Remove it, or name another directory in GRADEWRIGHT_STATE_DIR.",
            )
        return f"{info.st_dev}:{info.st_ino}:"

    def _clean(self, slot: Slot) -> bool:
        dirty = slot.directory / DIRTY
        if not dirty.exists():
            return False
        self._sweep(dirty.read_text() or "", slot)
        self._empty(slot)
        return True

    def _empty(self, slot: Slot) -> None:
        for entry in slot.directory.iterdir():
            if entry.name != DIRTY:
                shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        (slot.directory / DIRTY).unlink(missing_ok=True)
