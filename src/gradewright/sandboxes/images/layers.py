"""Layers laid over one another into one directory tree, whatever a hostile layer tries.

A layer is a tar file of what it adds and changes; a file `.wh.NAME` in it hides NAME of the layers below, and
`.wh..wh..opq` hides everything below in its directory. Every name is looked up from a descriptor of the directory that
it lies in, and no symbolic link is ever followed, so that nothing outside of the tree can be reached.
"""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeVar, cast

from gradewright.errors import AuthorError
from gradewright.sandboxes.images.blobs import CHUNK, Readable
from gradewright.sandboxes.images.room import too_large

BLOCK = 4096  # bytes: what an entry costs the disk beside its content
WINDOW = 64 * 1024  # bytes that tarfile reads ahead; it copies what is left of them at every read
MAX_DEPTH = 128  # directories within one another
MAX_NAME = 255  # bytes between two slashes
MAX_PATH = 3000  # bytes; with the path of the cache before it, still one that the kernel takes
MAX_HEADER = 1024 * 1024  # bytes of a long name or of extended attributes
MAX_ID = 2**32 - 2  # the largest that the kernel knows as an owner
WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
WHITEOUT_OWN = ".wh..wh."  # notes of old storage drivers to themselves
DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
EXTENSIONS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
DAMAGED = (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError)  # type: ignore[attr-defined]  # but they are there
PLAIN_MODE = 0o1777  # without set-user-id and set-group-id
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


T = TypeVar("T")


class Tree:
    """A directory into which layers are unpacked, lowest first.

    Owners are kept if we are root, else everything is ours. Set-user-id and set-group-id bits, extended attributes
    and devices are left out.
    """

    def __init__(self, directory: Path, limit: int) -> None:
        """At most `limit` bytes are written, counted as the disk counts them."""
        self._directory = directory
        self._limit = limit
        self.size = 0

    def __enter__(self) -> Self:
        self._root = os.open(self._directory, DIRECTORY)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._root)

    def apply(self, layer: Readable, name: str) -> None:
        """Lay one more layer, a stream of tar, over those that are there; `name` is for messages.

        Raises `AuthorError` for what no honest layer holds.
        """
        overlay = _Overlay(self._root, self._charge)
        member = ""
        try:
            stream = cast("IO[bytes]", layer)  # tarfile only reads it
            with tarfile.open(fileobj=stream, mode="r|", bufsize=WINDOW, tarinfo=_Header) as tar:
                while entry := tar.next():
                    member = entry.name
                    overlay.add(entry, tar)
                    tar.members = []  # type: ignore[attr-defined]  # else it remembers them all
            overlay.finish()
        except (_Refused, ValueError, UnicodeError, OverflowError) as error:
            raise AuthorError(f"{name}: {member[:200]!r}: {error}.", remedy="Build the image again.") from error
        finally:
            overlay.close()

    def _charge(self, size: int) -> None:
        self.size += size
        if self.size > self._limit:
            raise too_large(self._limit)


class _Refused(Exception):
    """Something that no honest layer holds."""


class _Overlay:
    """One layer on its way into the tree."""

    def __init__(self, root: int, charge: Callable[[int], None]) -> None:
        self._root = root
        self._charge = charge
        self._fresh: set[str] = set()  # what this layer itself brought, which its whiteouts do not hide
        self._times: dict[str, float] = {}  # of directories, set when nothing changes in them any more
        self._entered: str | None = ""  # the directory last looked up: what comes next mostly lies there too
        self._descriptor = os.dup(root)  # of it

    def close(self) -> None:
        os.close(self._descriptor)

    def add(self, entry: tarfile.TarInfo, tar: tarfile.TarFile) -> None:
        path = _clean(entry.name)
        directory, _, name = path.rpartition("/")
        if name.startswith(WHITEOUT):
            self._hide(directory, name)
            return
        self._charge(BLOCK)
        parent = self._enter(directory)
        if entry.isdir():
            self._make_directory(entry, path, parent, name)
        elif not name:
            raise _Refused("the root of the image must be a directory")
        elif entry.isreg():
            self._make_file(entry, tar, parent, name)
        elif entry.issym():
            self._make_symlink(entry, parent, name)
        elif entry.islnk():
            self._make_link(_clean(entry.linkname), path, parent, name)
        else:
            self._remove(parent, name)  # devices and FIFOs are left out, but still cover what was there
        self._remember(path)

    def finish(self) -> None:
        for path, time in self._times.items():
            with suppress(_Refused):  # it has become something else since
                os.utime(self._enter(path), (time, time))

    def _make_directory(self, entry: tarfile.TarInfo, path: str, parent: int, name: str) -> None:
        if name and not _is_directory(parent, name):
            self._remove(parent, name)
        directory = self._enter(path)
        _own(directory, entry, least=0o700)
        self._times[path] = entry.mtime

    def _make_file(self, entry: tarfile.TarInfo, tar: tarfile.TarFile, parent: int, name: str) -> None:
        source = tar.extractfile(entry)
        if source is None or entry.issparse() or entry.size < 0:
            raise _Refused("a file in a layer must be whole, without holes")
        self._charge(entry.size)

        def create() -> int:
            return os.open(name, NEW_FILE, 0o600, dir_fd=parent)

        with os.fdopen(self._anew(create, parent, name), "wb") as file:
            shutil.copyfileobj(source, file, CHUNK)
            file.flush()
            _own(file.fileno(), entry, least=0o400)
            os.utime(file.fileno(), (entry.mtime, entry.mtime))

    def _make_symlink(self, entry: tarfile.TarInfo, parent: int, name: str) -> None:
        if not 0 < len(os.fsencode(entry.linkname)) <= MAX_PATH:
            raise _Refused("a symbolic link must point somewhere, in few words")
        self._anew(lambda: os.symlink(entry.linkname, name, dir_fd=parent), parent, name)
        if os.geteuid() == 0:
            os.chown(name, entry.uid, entry.gid, dir_fd=parent, follow_symlinks=False)
        os.utime(name, (entry.mtime, entry.mtime), dir_fd=parent, follow_symlinks=False)

    def _make_link(self, target: str, path: str, parent: int, name: str) -> None:
        directory, _, target_name = target.rpartition("/")
        source = self._walk(directory)

        def link() -> None:
            os.link(target_name, name, src_dir_fd=source, dst_dir_fd=parent, follow_symlinks=False)

        try:
            if target != path:
                self._anew(link, parent, name)
        except (FileNotFoundError, PermissionError) as error:
            raise _Refused(f"it is a hard link to {target!r}, which is not a file of the image") from error
        finally:
            os.close(source)

    def _anew(self, create: Callable[[], T], parent: int, name: str) -> T:
        """Create something in the place of whatever was there."""
        try:
            return create()
        except FileExistsError:
            self._remove(parent, name)
            return create()

    def _hide(self, directory: str, name: str) -> None:
        parent = self._enter(directory)
        if name == OPAQUE:
            self._hide_children(parent, directory)
        elif not name.startswith(WHITEOUT_OWN):
            victim = name.removeprefix(WHITEOUT)
            if victim in ("", ".", ".."):
                raise _Refused("this whiteout hides nothing that could be there")
            self._hide_lower(parent, victim, f"{directory}/{victim}".lstrip("/"))

    def _hide_children(self, directory: int, path: str) -> None:
        for name in os.listdir(directory):
            self._hide_lower(directory, name, f"{path}/{name}".lstrip("/"))

    def _hide_lower(self, parent: int, name: str, path: str) -> None:
        """Remove what the layers below brought, and keep what this one did, also inside of it."""
        if path not in self._fresh:
            self._remove(parent, name)
        elif _is_directory(parent, name):
            directory = os.open(name, DIRECTORY, dir_fd=parent)
            try:
                self._hide_children(directory, path)
            finally:
                os.close(directory)

    def _remove(self, parent: int, name: str) -> None:
        try:
            os.unlink(name, dir_fd=parent)
        except FileNotFoundError:
            pass
        except IsADirectoryError:
            shutil.rmtree(name, dir_fd=parent)
            self._entered = None  # it may have been in there

    def _remember(self, path: str) -> None:
        while path and path not in self._fresh:
            self._fresh.add(path)
            path = path.rpartition("/")[0]

    def _enter(self, path: str) -> int:
        """A descriptor of a directory, good until the next call; directories on the way are made if missing."""
        if path != self._entered:
            directory = self._walk(path)
            os.close(self._descriptor)
            self._entered, self._descriptor = path, directory
        return self._descriptor

    def _walk(self, path: str) -> int:
        directory = os.dup(self._root)
        walked = ""
        for name in path.split("/") if path else ():
            walked = f"{walked}/{name}".lstrip("/")
            try:
                child = self._step(directory, name, walked)
            finally:
                os.close(directory)
            directory = child
        return directory

    def _step(self, parent: int, name: str, path: str) -> int:
        try:
            return os.open(name, DIRECTORY, dir_fd=parent)
        except NotADirectoryError:
            if path in self._fresh:
                raise _Refused(f"{path!r} of the same layer is not a directory") from None
            os.unlink(name, dir_fd=parent)
        except FileNotFoundError:
            pass
        os.mkdir(name, dir_fd=parent)
        directory = os.open(name, DIRECTORY, dir_fd=parent)
        os.fchmod(directory, 0o755)
        return directory


class _Header(tarfile.TarInfo):
    """A broken header is an error and not, as tarfile has it, the end of the archive; a giant one is refused."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(archive)
        except DAMAGED as error:
            raise tarfile.ReadError(str(error)) from error

    def _proc_member(self, archive: tarfile.TarFile) -> Self:
        """What tarfile calls for each header, extensions included, before it believes the size."""
        if self.size > MAX_HEADER and self.type in EXTENSIONS:
            raise tarfile.ReadError("unreasonable header")
        header: Self = super()._proc_member(archive)  # type: ignore[misc]  # a hook for subclasses, but without types
        if self.size < 0 or header.size < 0 or max(header.uid, header.gid) > MAX_ID:
            raise tarfile.ReadError("unreasonable header")
        return header


def _clean(name: str) -> str:
    """The path below the root, without dots and doubled slashes."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts:
        raise _Refused("the name leads out of the image")
    longest = max((len(os.fsencode(part)) for part in parts), default=0)
    if len(parts) > MAX_DEPTH or longest > MAX_NAME or len(os.fsencode(name)) > MAX_PATH:
        raise _Refused("the name is too long")
    return "/".join(parts)


def _own(descriptor: int, entry: tarfile.TarInfo, *, least: int) -> None:
    """Give owner and mode; without the rights of root we need to be able to read and remove it ourselves."""
    if os.geteuid() == 0:
        os.fchown(descriptor, entry.uid, entry.gid)
        least = 0
    os.fchmod(descriptor, entry.mode & PLAIN_MODE | least)


def _is_directory(parent: int, name: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False
