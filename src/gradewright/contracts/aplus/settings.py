"""What the `container` mapping of an exercise may say (A+ spec 4.2)."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from gradewright.contracts.aplus import quantities
from gradewright.model.run import EXECUTABLE, MIB, PLAIN, Limits
from gradewright.tables import SHARED_KEYS, Table, text, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradewright.model.course import Grader

HOST = "host"  # stands for the programs of this machine where the name of an image is expected
KEYS = (
    *("image", "mount", "cmd", "mounts", "resources"),
    *("enable_network", "require_constant_environment", "privileged"),
)
RESERVED = ("/exercise", "/submission", "/personalized_exercise")
SYSTEM = ("/dev", "/proc", "/sys", "/.gradewright")  # of every sandbox
PROGRAMS = ("/bin", "/etc", "/feedback", "/grading", "/lib", "/lib32", "/lib64", "/libx32", "/root", "/sbin", "/usr")

LIMITS = Limits(  # cores and memory as in the original; it had no limit on anything else
    wall_seconds=600.0,
    memory_bytes=4096 * MIB,
    processes=512,
    output_bytes=16 * MIB,
    disk_bytes=512 * MIB,
    disk_files=65_536,
    cores=2.0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraMount:
    """A file or directory of the course that is shown at `path`."""

    path: str
    source: Path
    mode: int | None = None  # of a file; None: it is a directory


@dataclass(frozen=True, slots=True, kw_only=True)
class AplusSettings:
    image: str = ""  # as the author wrote it: a reference, HOST, or empty if the table does not say
    mount: Path = Path()  # shown read-only at /exercise
    cmd: tuple[str, ...] = ()
    mounts: tuple[ExtraMount, ...] = ()
    cores: float | None = None  # None: what the grader's limits say
    memory_bytes: int | None = None
    network: bool = False
    exclusive: bool = False  # nothing else may run on the machine at the same time, for graders that measure time
    privileged: bool = False  # asks for the rights of root on the machine; nothing here grants that
    ignored: tuple[str, ...] = ()  # keys that mean nothing to us, but perhaps to others


def settings(table: Mapping[str, Any], directory: Path) -> AplusSettings:
    """The settings in a `container` mapping; `directory` is the root of the course.

    Without `image` the settings have none, as in a grader.toml, where the key belongs to every grader. Keys that we do
    not know are kept as `ignored`: containers may have keys of their own for one installation. Raises `AuthorError`
    with every problem found.
    """
    known = {key: value for key, value in table.items() if key in KEYS}
    values = Table(known, KEYS, elsewhere=SHARED_KEYS)
    values.require("mount", "Name the directory of the course that the container shall see as /exercise.")
    values.require("cmd", 'Name what the container shall run, such as "/exercise/run.sh".')
    resources = values.table("resources", ("cpu", "memory"))
    image = values.read("image", _image, "")
    result = AplusSettings(
        image=image,
        mount=values.read("mount", lambda value: _directory(value, directory), directory),
        cmd=values.read("cmd", _command, ()),
        mounts=_mounts(values, directory, on_host=image in (HOST, "")),
        cores=resources.read("cpu", quantities.cores, None),
        memory_bytes=resources.read("memory", quantities.memory, None),
        network=values.read("enable_network", _truth, False),
        exclusive=values.read("require_constant_environment", _truth, False),
        privileged=values.read("privileged", _truth, False),
        ignored=tuple(sorted(str(key) for key in table if key not in KEYS)),
    )
    values.finish(f"The container of the exercise in {directory} cannot be used.")
    return result


def of(grader: Grader) -> AplusSettings:
    assert isinstance(grader.settings, AplusSettings), "a grader of this contract was loaded without its settings"
    return grader.settings


def within(asked: AplusSettings, most: Limits) -> AplusSettings:
    """The settings with no more cores and memory than `most` allows; who asks for nothing has 2 and 4Gi."""
    return replace(
        asked,
        cores=min(asked.cores or LIMITS.cores, most.cores),
        memory_bytes=min(asked.memory_bytes or LIMITS.memory_bytes, most.memory_bytes),
    )


def _image(value: Any) -> str:
    if not text(value).strip():
        raise ValueError(f'must name a container image, or "{HOST}" for the programs of this machine')
    return text(value)


def _command(value: Any) -> tuple[str, ...]:
    """A list of words, or a text that is split as a shell would, with quotes but without variables and patterns."""
    if not isinstance(value, str):
        return words(value)
    try:
        split = shlex.split(value)
    except ValueError as error:
        raise ValueError(f"cannot be split into words: {error}") from None
    return words(split)


def _directory(value: Any, course: Path) -> Path:
    path = _inside(text(value), course)
    if not path.is_dir():
        raise ValueError(f"must name a directory of the course, and there is no {value}")
    return path


def _inside(name: str, course: Path) -> Path:
    path = (course / name).resolve()
    if PurePosixPath(name).is_absolute() or name.startswith("..") or not path.is_relative_to(course.resolve()):
        raise ValueError(f"must be a path inside the course's directory, not {name}")
    return path


def _mounts(values: Table, course: Path, *, on_host: bool) -> tuple[ExtraMount, ...]:
    pairs = values.read("mounts", _pairs, {})
    each = values.child("mounts", pairs, tuple(pairs))
    found: dict[str, ExtraMount] = {}
    for name in pairs:
        mount = each.read(name, partial(_mount, name, course=course, on_host=on_host), None)
        if mount is not None and mount.path in found:
            each.refuse(
                name, f"is mounted at {mount.path}, as something else is.", "Give each a path.", id="same-mount"
            )
        elif mount is not None:
            found[mount.path] = mount
    return tuple(found.values())


def _pairs(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise ValueError('must be a mapping of paths in the course to paths in the container, such as "lib: /library"')
    return value


def _mount(name: str, value: Any, *, course: Path, on_host: bool) -> ExtraMount:
    path = PurePosixPath(text(value))
    if not path.is_absolute() or ".." in path.parts or path == PurePosixPath("/"):
        raise ValueError(f"must be mounted at a whole path from /, not at {value!r}")
    taken = (*RESERVED, *SYSTEM, *(PROGRAMS if on_host else ()))
    if any(path.is_relative_to(each) for each in taken):
        raise ValueError(f"cannot be mounted at {path}, which is reserved")
    source = _inside(name, course)
    if not source.exists():
        raise ValueError("is not there")
    if source.is_dir():
        return ExtraMount(path=str(path), source=source)
    if on_host and path.parent == PurePosixPath("/"):
        raise ValueError(f"is a file; mount it below a directory, such as /files{path}")
    mode = EXECUTABLE if source.stat().st_mode & 0o100 else PLAIN
    return ExtraMount(path=str(path), source=source, mode=mode)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value
