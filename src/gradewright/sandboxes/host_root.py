"""What a step sees of the host's file system: its programs, and of /etc only what programs need to start.

Home directories, /var, /srv, /root and the grader's own files are not there at all. Names come from made-up files
(`host_etc/`), so that accounts of the host are not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from glob import glob
from pathlib import Path

from gradewright.model.run import HostRoot

PROGRAMS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
CONFIGURATION = (
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/fonts",
    "/etc/java*",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/magic",
    "/etc/mime.types",
    "/etc/perl",
    "/etc/pki",
    "/etc/protocols",
    "/etc/python3*",
    "/etc/R",
    "/etc/services",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/timezone",
)
MADE_UP = ("passwd", "group", "hosts", "nsswitch.conf")
HOST_ETC = Path(__file__).parent / "host_etc"


@dataclass(frozen=True, slots=True)
class Shown:
    """A path of the host that is shown read-only at `target`, or a link made there."""

    target: str
    source: Path | None = None
    link: str = ""


def shown(root: HostRoot) -> tuple[Shown, ...]:
    """Everything of the host that a step with this root sees."""
    exposed = tuple(Shown(path, Path(path)) for path in root.expose)
    return _programs() + exposed


@cache
def _programs() -> tuple[Shown, ...]:
    found: list[Shown] = []
    for path in map(Path, PROGRAMS):
        if path.is_symlink():
            found.append(Shown(str(path), link=str(path.readlink())))
        elif path.is_dir():
            found.append(Shown(str(path), path))
    for pattern in CONFIGURATION:
        found += (Shown(name, Path(name).resolve()) for name in sorted(glob(pattern)))
    found += (Shown(f"/etc/{name}", HOST_ETC / name) for name in MADE_UP)
    return tuple(found)
