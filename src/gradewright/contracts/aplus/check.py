"""What an author should mend before students meet it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gradewright.contracts.aplus import settings as settings_of
from gradewright.contracts.aplus.planning import EXERCISE, takes_command, user_of
from gradewright.model.problem import Problem, Severity
from gradewright.model.run import ImageRoot

if TYPE_CHECKING:
    from gradewright.contracts.aplus.settings import AplusSettings
    from gradewright.model.course import Grader
    from gradewright.model.image import Image


def check(grader: Grader) -> Sequence[Problem]:
    settings = settings_of.of(grader)
    found = [*_unknown(settings), *_command(settings)]
    if isinstance(grader.root, ImageRoot):
        found += _image(grader.root.image)
    return found


def _unknown(settings: AplusSettings) -> Iterator[Problem]:
    for key in settings.ignored:
        yield Problem(
            id="unknown-key",
            severity=Severity.WARNING,
            message=f"{key} means nothing here.",
            remedy=f"Known: {', '.join(settings_of.KEYS)}.",
            key=key,
        )


def _command(settings: AplusSettings) -> Iterator[Problem]:
    """Files of the exercise are looked at where they lie in the course."""
    path = PurePosixPath(settings.cmd[0])
    if not path.is_relative_to(EXERCISE):
        return
    file = settings.mount / path.relative_to(EXERCISE)
    if not file.is_file():
        yield Problem(
            id="program-missing",
            message=f"The container runs {path}, and the mounted directory has no such file.",
            remedy="Add it, or mend its name in cmd.",
            key="cmd",
        )
    elif not os.access(file, os.X_OK):
        yield Problem(
            id="program-not-executable",
            message=f"The container runs {path}, which is not executable.",
            remedy=f"chmod a+x {file.name}, and commit that.",
            key="cmd",
        )


def _image(image: Image) -> Iterator[Problem]:
    if not takes_command(image):
        yield Problem(
            id="image-shell-entrypoint",
            message="The ENTRYPOINT is in shell form, so cmd never reaches it.",
            remedy='Write it as a list: ENTRYPOINT ["/gw"].',
            file=image.reference,
            key="image",
        )
    if not user_of(image).isdecimal() and user_of(image) != "root":
        yield Problem(
            id="image-user",
            severity=Severity.WARNING,
            message=f"The image sets USER {image.user} by name, so it runs as root.",
            remedy="Write the number of the user, or leave USER out and run submissions with `capture`.",
            file=image.reference,
            key="image",
        )
    if image.entrypoint is None:
        yield Problem(
            id="image-without-entrypoint",
            severity=Severity.INFO,
            message="The image has no ENTRYPOINT, so nobody calls `grade` if cmd does not.",
            remedy="Images on grading-base have one.",
            file=image.reference,
            key="image",
        )
