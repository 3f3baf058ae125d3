"""A Python that is started once for a slot, and of which each `python3` of a step is a fork; `native/warm.py` is it.

Its library makes the walls as the launcher does, and is init inside of them; a stand-in in the sandbox's PATH, which is
called as python3, has init fork the interpreter. What was given up for that: docs/decisions/0013.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from gradewright.model.run import HostRoot, Step
from gradewright.sandboxes import cgroups, init, wire
from gradewright.sandboxes.process import complaint_of
from gradewright.sandboxes.spawner import LAUNCHER, Server
from gradewright.sandboxes.stage import READ_ONLY

AT = "/.gradewright-python"  # in a sandbox: the stand-in, init's socket for it, and a link to the real interpreter
HEARD_AT = 101  # the descriptor of that socket
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "PATH": init.DEFAULT_PATH,
    "HOME": "/nonexistent",
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),  # forks have one thread
}
LOG = logging.getLogger(__name__)


def server_for(step: Step) -> tuple[Step, Server]:
    """What starts a step, and the step as it can be had: with a stand-in in its PATH, or without a warm Python."""
    if step.warm_python is None:
        return step, LAUNCHER
    if not _serves(step):
        return replace(step, warm_python=None), LAUNCHER
    words = (_interpreter(), str(wire.NATIVE / "warm.py"), str(_library()), ",".join(step.warm_python))
    path = _with_stand_in(step.env.get("PATH", init.DEFAULT_PATH))
    return replace(step, env={**step.env, "PATH": path}), Server(argv=words, environment=ENVIRONMENT)


def _with_stand_in(path: str) -> str:
    """It comes before the interpreter that it is for, and after all others."""
    places = path.split(":")
    home = str(Path(_interpreter()).parent)
    at = places.index(home) if home in places else len(places)
    return ":".join([*places[:at], AT, *places[at:]])


def _serves(step: Step) -> bool:
    """Not where users are parted: a fork has init's."""
    counted = cgroups.hierarchy() is not None
    return counted and isinstance(step.root, HostRoot) and not (step.terminal or step.capabilities) and _available()


def laying(root: Path) -> Sequence[str]:
    """The launcher's options to lay out `AT` below `root`, and to be heard there."""
    place = f"{root}{AT}"
    return (
        *("--mkdir", place, "--tmpfs", place, "size=64k,mode=0755"),
        *("--symlink", f"{init.INIT_AT}/stand_in", f"{place}/python3"),
        *("--symlink", _interpreter(), f"{place}/interpreter"),
        *("--hear", str(HEARD_AT), f"{place}/socket"),
        *("--restrict", place, str(READ_ONLY)),
    )


@cache
def _interpreter() -> str:
    return shutil.which("python3", path=init.DEFAULT_PATH) or ""


def _library() -> Path:
    return wire.binary("warm.so")


@cache
def _available() -> bool:
    words = [_interpreter(), "-c", f"import ctypes; ctypes.PyDLL({str(_library())!r})"]
    complaint = complaint_of(words, "a warm Python") if words[0] else "no python3 in the system's directories"
    if complaint is not None:
        LOG.warning("Python is not kept warm here, and starts anew each time: %s", complaint.rpartition("\n")[2])
    return complaint is None
