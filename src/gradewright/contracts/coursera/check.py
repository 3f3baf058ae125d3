"""What an author should mend in a grader's configuration (coursera 2); files of the image are looked at elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradewright.contracts.coursera import settings as settings_of
from gradewright.contracts.coursera.plan import takes_arguments
from gradewright.contracts.coursera.settings import CourseraSettings
from gradewright.model.course import Grader
from gradewright.model.image import Image
from gradewright.model.problem import Problem, Severity
from gradewright.model.run import ImageRoot

HARMLESS_ENV = frozenset({"PATH", "LANG", "LC_ALL", "HOME"})  # a default stands in, or base images set them
CHECKS = {
    check.id: check
    for check in (
        Problem(
            id="command-missing",
            message="The grader has neither an image nor a command.",
            remedy='Add command = ["python3", "/grader/grade.py"] or image = "...".',
            file="grader.toml",
            key="command",
        ),
        Problem(
            id="nothing-to-run",
            message="The image has neither ENTRYPOINT nor CMD.",
            remedy='Add ENTRYPOINT ["/grader/grade"] to its Dockerfile.',
        ),
        Problem(
            id="image-without-entrypoint",
            severity=Severity.WARNING,
            message="The image has a CMD but no ENTRYPOINT, so it cannot be told by arguments which part to grade.",
            remedy='Add ENTRYPOINT ["/grader/grade"] to its Dockerfile.',
        ),
        Problem(
            id="image-shell-entrypoint",
            severity=Severity.WARNING,
            message="The ENTRYPOINT is in shell form, so arguments such as partId are lost without a word.",
            remedy='Write it as a list: ENTRYPOINT ["/grader/grade"].',
        ),
        Problem(
            id="image-user",
            severity=Severity.INFO,
            message="The image sets USER {value}, but graders run as user {user}.",
            remedy="Let everybody read what the grader needs.",
        ),
        Problem(
            id="image-env",
            severity=Severity.WARNING,
            message="Production strips the image's ENV: {value}.",
            remedy="Set what you need in the grading script, and try it with --production-env.",
        ),
    )
}


def check(grader: Grader) -> Sequence[Problem]:
    settings = settings_of.of(grader)
    if isinstance(grader.root, ImageRoot):
        return tuple(_image(grader.root.image, settings))
    return () if settings.command else (CHECKS["command-missing"],)


def _image(image: Image, settings: CourseraSettings) -> Iterator[Problem]:
    if settings.command is None:
        yield from _entrypoint(image)
    if image.user not in ("", "0", "root", str(settings.user), f"{settings.user}:{settings.user}"):
        yield _about(image, "image-user", value=image.user, user=str(settings.user))
    lost = sorted({name for name, _ in image.env} - HARMLESS_ENV)
    if lost and not settings.production_env:
        yield _about(image, "image-env", value=", ".join(lost))


def _entrypoint(image: Image) -> Iterator[Problem]:
    if image.entrypoint is None and image.cmd is None:
        yield _about(image, "nothing-to-run")
    elif image.entrypoint is None:
        yield _about(image, "image-without-entrypoint")
    elif not takes_arguments(image):
        yield _about(image, "image-shell-entrypoint")


def _about(image: Image, check: str, **words: str) -> Problem:
    found = CHECKS[check]
    return replace(found, file=image.reference, message=found.message.format(**words))
