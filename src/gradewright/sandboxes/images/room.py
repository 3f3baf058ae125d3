"""Room on the disk: for what must be written before it can be read, and what is said when there is none."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gradewright.errors import GradewrightError, MissingError


@dataclass(frozen=True, slots=True)
class Room:
    """Where we may write, and how many bytes at a time."""

    directory: Path
    limit: int

    @contextmanager
    def holding(self, chunks: Iterable[bytes]) -> Iterator[IO[bytes]]:
        """A file without a name that holds `chunks`; it vanishes with us however we end.

        Raises `MissingError` if it cannot be written, `GradewrightError` if it would be larger than the limit.
        """
        with writing_to(self.directory):
            self.directory.mkdir(parents=True, exist_ok=True)
            file = tempfile.TemporaryFile(dir=self.directory)  # noqa: SIM115 - closed just below
        with file:
            for chunk in chunks:
                with writing_to(self.directory):
                    file.write(chunk)
                if file.tell() > self.limit:
                    raise too_large(self.limit)
            yield file


def too_large(limit: int) -> GradewrightError:
    return GradewrightError(
        f"The image is larger, unpacked, than the image cache may be ({limit} bytes).",
        remedy="Raise GRADEWRIGHT_CACHE_BYTES, or make the image smaller.",
    )


@contextmanager
def writing_to(directory: Path) -> Iterator[None]:
    """Raises `MissingError` where the operating system refuses to write."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        remedy = "Free some space" if full else "Mend its permissions"
        raise MissingError(
            f"Cannot unpack images into {directory}: {error.strerror}.",
            remedy=f"{remedy}, or name another directory in GRADEWRIGHT_CACHE_DIR.",
        ) from error
