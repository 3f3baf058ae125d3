"""What an author should mend in a grader's configuration (coursera 2); files of the image are looked at elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradewright.contracts.coursera import settings as settings_of
from gradewright.contracts.coursera.plan import takes_arguments
from gradewright.model.problem import Problem, Severity
from gradewright.model.run import ImageRoot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradewright.contracts.coursera.settings import CourseraSettings
    from gradewright.model.course import Grader
    from gradewright.model.image import Image

HARMLESS_ENV = frozenset({"PATH", "LANG", "LC_ALL", "HOME"})  # a default stands in, or base images set them


def check(grader: Grader) -> Sequence[Problem]:
    settings = settings_of.of(grader)
    if isinstance(grader.root, ImageRoot):
        return tuple(_image(grader.root.image, settings))
    return tuple(_host(grader, settings))


def _host(grader: Grader, settings: CourseraSettings) -> Iterator[Problem]:
    if settings.command is None:
        yield Problem(
            id="command-missing",
            message="The grader has neither an image nor a command.",
            remedy='Add command = ["python3", "/grader/grade.py"] or image = "...".',
            file="grader.toml",
            key="command",
        )


def _image(image: Image, settings: CourseraSettings) -> Iterator[Problem]:
    if settings.command is None:
        yield from _entrypoint(image)
    if image.user not in ("", "0", "root", str(settings.user), f"{settings.user}:{settings.user}"):
        yield Problem(
            id="image-user",
            severity=Severity.INFO,
            message=f"The image sets USER {image.user}, but graders run as user {settings.user}.",
            remedy="Let everybody read what the grader needs.",
        )
    lost = sorted({name for name, _ in image.env} - HARMLESS_ENV)
    if lost and not settings.production_env:
        yield Problem(
            id="image-env",
            severity=Severity.WARNING,
            message=f"Production strips the image's ENV: {', '.join(lost)}.",
            remedy="Set what you need in the grading script, and try it with production_env = true.",
        )


def _entrypoint(image: Image) -> Iterator[Problem]:
    if image.entrypoint is None and image.cmd is None:
        yield Problem(
            id="nothing-to-run",
            message="The image has neither ENTRYPOINT nor CMD.",
            remedy='Add ENTRYPOINT ["/grader/grade"] to its Dockerfile.',
        )
    elif image.entrypoint is None:
        yield Problem(
            id="image-without-entrypoint",
            severity=Severity.WARNING,
            message="The image has a CMD but no ENTRYPOINT, so it cannot be told by arguments which part to grade.",
            remedy='Add ENTRYPOINT ["/grader/grade"] to its Dockerfile.',
        )
    elif not takes_arguments(image):
        yield Problem(
            id="image-shell-entrypoint",
            severity=Severity.WARNING,
            message="The ENTRYPOINT is in shell form, so arguments such as partId are lost without a word.",
            remedy='Write it as a list: ENTRYPOINT ["/grader/grade"].',
        )
