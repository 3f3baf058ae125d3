"""The one step of a run (coursera 4.1)."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gradewright.contracts.coursera import settings as settings_of
from gradewright.contracts.coursera.settings import CourseraSettings, Generation
from gradewright.errors import AuthorError
from gradewright.model.run import MIB, ImageRoot, Mount, OutputSpec, Role, Root, RunPlan, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradewright.model.course import Exercise
    from gradewright.model.image import Image
    from gradewright.model.submission import Submission

STEP = "grade"
SHARED = "/shared"
SUBMISSION = "/shared/submission"
GRADER_FILES = "/grader"
FEEDBACK = "/shared/feedback.json"
RICH_FEEDBACK = {"HTML": "/shared/htmlFeedback.html", "TXT": "/shared/txtFeedback.txt"}
IDENTITY = ("partId", "userId", "filename")
SHELLS = frozenset({"sh", "bash", "ash", "dash"})


def plan(exercise: Exercise, submission: Submission) -> RunPlan:
    """Raises `AuthorError` if the image and the arguments leave nothing that could be run."""
    grader, settings = exercise.grader, settings_of.of(exercise.grader)
    mounts = [Mount(path=SUBMISSION, source=submission.directory)]
    files = settings.files or (None if isinstance(grader.root, ImageRoot) else grader.directory)
    if files is not None:
        mounts.append(Mount(path=GRADER_FILES, source=files))
    step = Step(
        name=STEP,
        role=Role.JUDGE,
        root=_writable(grader.root),
        argv=_argv(grader.root, settings, _arguments(exercise, submission, settings)),
        env=_environment(exercise, submission, settings),
        cwd=grader.root.image.workdir if isinstance(grader.root, ImageRoot) else GRADER_FILES if files else "/",
        user=settings.user,
        mounts=tuple(mounts),
        scratch=("/tmp", SHARED),
        outputs=() if settings.generation is Generation.V1 else _outputs(),
        limits=grader.limits,
    )
    return RunPlan(steps=(step,))


def takes_arguments(image: Image) -> bool:
    """Whether words added to the ENTRYPOINT reach the program; in shell form they become $0, $1 ... of the shell."""
    entrypoint = image.entrypoint or ()
    through_shell = len(entrypoint) > 2 and entrypoint[-2] == "-c" and PurePosixPath(entrypoint[0]).name in SHELLS
    return bool(entrypoint) and not through_shell


def _writable(root: Root) -> Root:
    """Graders of images compile and write logs beside their own files; what they write is thrown away."""
    return replace(root, writable=True) if isinstance(root, ImageRoot) else root


def _argv(root: Root, settings: CourseraSettings, arguments: tuple[str, ...]) -> tuple[str, ...]:
    if settings.command is not None:
        return settings.command + arguments
    if not isinstance(root, ImageRoot):
        raise AuthorError(
            "The grader has neither an image nor a command, so there is nothing to run.",
            remedy='Add command = ["python3", "/grader/grade.py"] or image = "..." to its grader.toml.',
        )
    return _image_argv(root.image, arguments)


def _image_argv(image: Image, arguments: tuple[str, ...]) -> tuple[str, ...]:
    if arguments and image.entrypoint is None:
        raise AuthorError(
            "ENTRYPOINT in Dockerfile must be a list in order to pass in command-line arguments",
            remedy=f'{image.reference} has no ENTRYPOINT. Add one such as ENTRYPOINT ["/grader/grade"], '
            "or give partId and the rest in the environment.",
        )
    argv = (image.entrypoint or ()) + (arguments or image.cmd or ())
    if not argv:
        raise AuthorError(
            f"The image {image.reference} has neither ENTRYPOINT nor CMD, so there is nothing to run.",
            remedy='Add ENTRYPOINT ["/grader/grade"] to its Dockerfile.',
        )
    return argv


def _arguments(exercise: Exercise, submission: Submission, settings: CourseraSettings) -> tuple[str, ...]:
    """The words that the exercise gives, or for the first generation who and what is graded, as production tells it."""
    if exercise.arguments or settings.generation is not Generation.V1:
        return exercise.arguments
    told = {key: submission.fields[key] for key in IDENTITY if key in submission.fields}
    return tuple(word for pair in told.items() for word in pair)


def _environment(exercise: Exercise, submission: Submission, settings: CourseraSettings) -> Mapping[str, str]:
    """Later wins. Who and what is graded is told here too, so that a grader of either generation finds it."""
    root = exercise.grader.root
    image_env = dict(root.image.env) if isinstance(root, ImageRoot) and not settings.production_env else {}
    sent = {key: submission.fields[key] for key in IDENTITY if key in submission.fields}
    name = {"filename": submission.files[0]} if len(submission.files) == 1 else {}
    words = {key: word for key, word in pairwise(exercise.arguments) if key in IDENTITY}
    return {"HOME": "/", **image_env, **settings.environment, **name, **sent, **words, **exercise.environment}


def _outputs() -> tuple[OutputSpec, ...]:
    return tuple(OutputSpec(path=path, max_bytes=MIB) for path in (FEEDBACK, *RICH_FEEDBACK.values()))
