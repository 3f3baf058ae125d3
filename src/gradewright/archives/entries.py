"""What every form of submission is read into: a stream of entries, not yet trusted."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gradewright.errors import SubmissionRejected

MIB = 1024 * 1024
CHUNK = 64 * 1024  # bytes read at a time
SHOWN = 120  # characters of a name in a message
SMALLER = "Take out what is not asked for (build products, installed packages, version control), and send it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """What a submission may hold."""

    entries: int = 2000  # files and directories together
    depth: int = 32  # names in a path
    name_bytes: int = 255
    path_bytes: int = 1024
    total_bytes: int = 256 * MIB  # of all files, counted while they are unpacked


class Kind(StrEnum):
    """What an entry is; only files and directories are ever taken."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMBOLIC_LINK = "symbolic link"
    HARD_LINK = "hard link"
    FIFO = "named pipe"
    SOCKET = "socket"
    DEVICE = "device"
    SPARSE = "sparse file"
    UNKNOWN = "special entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in a submission, as its sender described it."""

    name: str  # undecodable bytes are lone surrogates
    kind: Kind
    size: int = 0  # as declared; the content may be shorter or longer
    executable: bool = False
    content: Iterable[bytes] = ()  # to be read, if at all, before the next entry is asked for


def kind_of(mode: int) -> Kind:
    """The kind that a `st_mode` names."""
    match stat.S_IFMT(mode):
        case stat.S_IFREG:
            return Kind.FILE
        case stat.S_IFDIR:
            return Kind.DIRECTORY
        case stat.S_IFLNK:
            return Kind.SYMBOLIC_LINK
        case stat.S_IFIFO:
            return Kind.FIFO
        case stat.S_IFSOCK:
            return Kind.SOCKET
        case stat.S_IFCHR | stat.S_IFBLK:
            return Kind.DEVICE
        case _:
            return Kind.UNKNOWN


def quoted(name: str) -> str:
    """A name as it can be shown to anybody: nothing in it can move a cursor or turn text around."""
    return repr(name) if len(name) <= SHOWN else f"{name[:SHOWN]!r}..."


def refused(name: str, why: str, remedy: str) -> SubmissionRejected:
    """The refusal of one entry; `why` continues the sentence that its name begins."""
    return SubmissionRejected(f"The entry {quoted(name)} {why}.", remedy=remedy)


def damaged(form: str, detail: object) -> SubmissionRejected:
    """The refusal of an archive that does not make sense as a zip or tar."""
    return SubmissionRejected(
        f"The {form} archive is damaged: {str(detail).rstrip('.') or 'it cannot be read'}.",
        remedy="Make the archive again, check that it opens on your own computer, and send it once more.",
    )


def too_many(limits: ArchiveLimits) -> SubmissionRejected:
    """The refusal of a submission with too many entries."""
    return SubmissionRejected(f"The submission has more than {limits.entries} files and folders.", remedy=SMALLER)


def too_large(limits: ArchiveLimits) -> SubmissionRejected:
    """The refusal of a submission with too many bytes."""
    size = limits.total_bytes
    shown = f"{size // MIB} MiB" if size % MIB == 0 else f"{size} bytes"
    return SubmissionRejected(f"The submission is larger than {shown} when unpacked.", remedy=SMALLER)
