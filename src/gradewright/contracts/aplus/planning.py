"""The one step of a run: the container with its mounts, its rights and its mailbox (A+ spec 4.2, 4.3)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from gradewright.contracts.aplus import settings as settings_of
from gradewright.model.run import (
    UIDS_PER_SLOT,
    Capability,
    FileIn,
    HostFile,
    ImageRoot,
    Limits,
    Mailbox,
    Mount,
    OutputSpec,
    Role,
    Root,
    RunPlan,
    Step,
    TreeIn,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradewright.contracts.aplus.settings import AplusSettings
    from gradewright.model.course import Exercise
    from gradewright.model.image import Image
    from gradewright.model.submission import Submission

STEP = "container"
EXERCISE = "/exercise"
INSTANCE = "/personalized_exercise"
SUBMISSION = "/submission"
USER = "/submission/user"
FEEDBACK = "/feedback"
COMMANDS = "/grading"  # where grading-base's commands are on the host's programs
COMMANDS_HERE = Path(__file__).parent / "commands"
HOST_PATH = f"{COMMANDS}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SUPERUSER = frozenset(Capability)
MAILBOX = Mailbox(address="REC", path="/container-post", proof="SID", field="sid", naturals=("points", "max_points"))
LOGS = (f"{FEEDBACK}/grading-script-errors", f"{FEEDBACK}/errors")  # for staff, where there was no result to hold them
LOG_BYTES = 64 * 1024


def plan(exercise: Exercise, submission: Submission) -> RunPlan:
    """A container that runs as root inside, as images of A+ expect, and can do nothing outside."""
    grader, settings = exercise.grader, settings_of.of(exercise.grader)
    user = _user(grader.root)
    step = Step(
        name=STEP,
        role=Role.JUDGE,
        root=replace(grader.root, writable=True) if isinstance(grader.root, ImageRoot) else grader.root,
        argv=_argv(grader.root, settings),
        env={**_environment(grader.root), **exercise.environment},
        cwd=_workdir(grader.root),
        user=user,
        capabilities=frozenset() if user else SUPERUSER,
        mailbox=MAILBOX,
        mounts=_mounts(grader.root, settings, submission),
        scratch=_scratch(grader.root, settings),
        trees=(TreeIn(path=USER, source=submission.directory),),
        files=tuple(
            FileIn(path=each.path, content=HostFile(each.source), mode=each.mode)
            for each in settings.mounts
            if each.mode is not None
        ),
        outputs=tuple(OutputSpec(path=path, max_bytes=LOG_BYTES) for path in LOGS),
        limits=_limits(grader.limits, settings),
        network=settings.network,
    )
    return RunPlan(steps=(step,))


def _argv(root: Root, settings: AplusSettings) -> tuple[str, ...]:
    """As Docker makes it: the command follows the ENTRYPOINT, which is /gw in images on grading-base."""
    entry = (root.image.entrypoint or ()) if isinstance(root, ImageRoot) else (f"{COMMANDS}/bin/gw",)
    return entry + settings.cmd


def _environment(root: Root) -> Mapping[str, str]:
    if isinstance(root, ImageRoot):
        return {"HOME": "/root", **dict(root.image.env)}
    return {"HOME": "/root", "PATH": HOST_PATH, "LANG": "C.UTF-8"}


def _workdir(root: Root) -> str:
    return root.image.workdir if isinstance(root, ImageRoot) and root.image.workdir != "/" else USER


def _user(root: Root) -> int:
    """Root, unless the image names another id; a name means nothing outside of the image."""
    asked = user_of(root.image) if isinstance(root, ImageRoot) else "0"
    return int(asked) if asked.isdecimal() and int(asked) < UIDS_PER_SLOT else 0


def _mounts(root: Root, settings: AplusSettings, submission: Submission) -> tuple[Mount, ...]:
    mounts = [Mount(path=EXERCISE, source=settings.mount)]
    mounts += [Mount(path=each.path, source=each.source) for each in settings.mounts if each.mode is None]
    if submission.instance is not None:
        mounts.append(Mount(path=INSTANCE, source=submission.instance))
    if not isinstance(root, ImageRoot):
        mounts.append(Mount(path=COMMANDS, source=COMMANDS_HERE))
    return tuple(mounts)


def _scratch(root: Root, settings: AplusSettings) -> tuple[str, ...]:
    """An image has its own /feedback, which it keeps closed to students; on the host, `gw` closes it."""
    here = ("/tmp", SUBMISSION, USER)
    if isinstance(root, ImageRoot):
        return here
    files = {str(PurePosixPath(each.path).parent) for each in settings.mounts if each.mode is not None}
    return (*here, FEEDBACK, "/root", *sorted(files - {"/tmp"}))


def _limits(limits: Limits, settings: AplusSettings) -> Limits:
    return replace(
        limits,
        cores=settings.cores or limits.cores,
        memory_bytes=settings.memory_bytes or limits.memory_bytes,
    )


def user_of(image: Image) -> str:
    """The user that an image asks for, as a number or a name."""
    return image.user.partition(":")[0] or "0"


def takes_command(image: Image) -> bool:
    """Whether the command reaches the image's ENTRYPOINT as words."""
    entry = image.entrypoint or ()
    return not (len(entry) > 1 and entry[1] == "-c")
