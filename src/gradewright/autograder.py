"""The wiring: the whole system as its faces use it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Event
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gradewright import plugins
from gradewright.archives import open_submission
from gradewright.courses.grader_file import load_grader
from gradewright.errors import MissingError
from gradewright.grading.grade import Conduct, carry_out, grade
from gradewright.grading.memory import Memory
from gradewright.grading.slots import Slots
from gradewright.model.course import Exercise, Grader
from gradewright.model.machine import Machine
from gradewright.model.report import Report
from gradewright.model.run import FinishedRun, HostRoot, ImageRoot, Root, RunPlan, Slot, Step
from gradewright.model.submission import Submission
from gradewright.settings import Settings

if TYPE_CHECKING:
    from gradewright.interfaces import Contract, Sandbox
    from gradewright.model.image import Image
    from gradewright.sandboxes.images import ImageStore

FOR_IMAGES = ("namespaces", "crun", "bubblewrap", "docker")  # in order of preference; `unconfined` only if asked for
NOTHING: Mapping[str, Any] = MappingProxyType({})
FOR_HOST_PROGRAMS = ("namespaces", "bubblewrap", "crun", "docker")


def _unwatched(step: Step) -> None:
    pass


def _never() -> bool:
    return False


def is_bare_package(path: Path) -> bool:
    """Whether a path is a package of Coursemology that comes without a `grader.toml`."""
    if path.is_dir():
        return (path / "Makefile").exists() and not (path / "grader.toml").exists()
    return path.suffix.lower() == ".zip" and path.is_file()


class Autograder:
    """Grades submissions on this machine as its settings say. May be used by several threads at once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.machine = Machine(
            cache_dir=settings.cache_dir,
            cache_bytes=settings.cache_bytes,
            docker_url=settings.docker_url,
            docker_timeout=settings.docker_timeout,
            oci_runtime=settings.oci_runtime,
        )
        self._cancelled = Event()
        self._memory = Memory()
        self._contracts: dict[str, Contract] = {}
        self._sandboxes: dict[str, Sandbox] = {}
        self._slots = Slots(settings.state_dir, self._sweep)
        self._slots.sweep()

    @cached_property
    def images(self) -> ImageStore:
        """Images by reference, and their unpacked file systems."""
        from gradewright.sandboxes.images import ImageStore

        return ImageStore(self.machine)

    def open_grader(self, name: str, *, contract: str | None = None, besides: Collection[Path] = ()) -> Grader:
        """The grader that a user means by `name`.

        A directory with a `grader.toml`; a package of Coursemology, which is a zip or a directory with a Makefile; else
        an image, named by `docker-archive:FILE`, `oci:DIR`, or a tag or id that a running engine knows, for the
        contract `contract` (coursera, unless said otherwise). `besides` names what lies in the directory and does not
        belong to the grader.

        Raises `MissingError` if there is no such thing and `AuthorError` if it is wrong.
        """
        path = Path(name)
        if is_bare_package(path):
            return self._package(path)
        if path.is_dir():
            return load_grader(path, find_image=lambda reference: self.images.find(reference), besides=besides)
        return self.image_grader(self.find_image(name), contract or "coursera")

    def find_image(self, name: str) -> Image:
        """The image that a user means by `name` where a grader is asked for.

        Raises `MissingError`, which also speaks of directories: most who name an image that is not there mistyped one.
        """
        try:
            return self.images.find(name)
        except MissingError as error:
            if name.startswith(("docker-archive:", "oci:")):
                raise
            message = f"There is no directory or package {name} here, and as an image it cannot be had: {error.message}"
            raise MissingError(message, remedy=error.remedy) from error

    def image_grader(self, image: Image, contract: str, table: Mapping[str, Any] = NOTHING) -> Grader:
        """The grader that an image is; `table` is what a `grader.toml` would say to the contract."""
        its = self.contract(contract)
        return Grader(
            contract=contract,
            root=ImageRoot(image=image, writable=True),
            limits=its.limits,
            settings=its.settings(table, Path()),
            digest=image.digest,
        )

    def _package(self, path: Path) -> Grader:
        from gradewright.contracts.coursemology import CoursemologySettings, load_package

        package = load_package(path)
        return Grader(
            contract="coursemology",
            limits=self.contract("coursemology").limits,
            settings=CoursemologySettings(package=package),
            digest=package.digest,
        )

    def contract(self, name: str) -> Contract:
        if name not in self._contracts:
            self._contracts[name] = plugins.contract(name)
        return self._contracts[name]

    def sandbox_for(self, root: Root) -> Sandbox:
        """The sandbox that the settings name, or the first that works here and suits `root`.

        Raises `MissingError` saying what to install if there is none.
        """
        if self.settings.sandbox != "auto":
            return self._usable(self.settings.sandbox)
        reasons = []
        for name in FOR_HOST_PROGRAMS if isinstance(root, HostRoot) else FOR_IMAGES:
            try:
                return self._usable(name)
            except MissingError as error:
                reasons.append(f"  {error}")
        raise MissingError(
            "\n".join(["No sandbox works on this machine.", *reasons]),
            remedy="`gradewright doctor` shows what each of them needs.",
        )

    def _usable(self, name: str) -> Sandbox:
        if name not in self._sandboxes:
            sandbox = plugins.sandbox(name, self.machine)
            if reason := sandbox.unavailable():
                raise MissingError(f"The {name} sandbox cannot be used here: {reason}")
            self._sandboxes[name] = sandbox
        return self._sandboxes[name]

    @contextmanager
    def submission(self, path: Path, *, id: str | None = None) -> Iterator[Submission]:
        """What a student sent, checked and laid out until the end of the block.

        Raises `SubmissionRejected` if it is broken or hostile and `MissingError` if it is not there.
        """
        with self._slots.take("") as slot:
            closed = slot.directory / "submission"
            closed.mkdir(mode=0o700)
            files = closed / "files"
            files.mkdir()
            yield open_submission(path, files, id=id)

    def grade(
        self,
        exercise: Exercise,
        submission: Submission,
        *,
        watcher: Callable[[Step], None] = _unwatched,
        cancelled: Callable[[], bool] = _never,
    ) -> Report:
        """Grade one submission, until `cancelled()` says that nobody wants to know any more.

        Raises `SandboxError` or `Cancelled` if there is no verdict; trying again may help.
        """
        sandbox = self.sandbox_for(exercise.grader.root)
        contract = self.contract(exercise.grader.contract)
        with self._slots.take(sandbox.name) as slot:
            return grade(exercise, submission, contract, sandbox, slot, self._conduct(watcher, cancelled))

    def run_plan(self, plan: RunPlan) -> FinishedRun:
        """Run steps for their own sake, without a verdict. All of them run in the sandbox that suits the first."""
        sandbox = self.sandbox_for(plan.steps[0].root)
        with self._slots.take(sandbox.name) as slot:
            return carry_out(plan, sandbox, slot, self._conduct(_unwatched))

    def cancel(self) -> None:
        """End every step that is running and let none start; whoever waits for a report gets `Cancelled`."""
        self._cancelled.set()

    def _conduct(self, watcher: Callable[[Step], None], cancelled: Callable[[], bool] = _never) -> Conduct:
        return Conduct(
            required=frozenset(self.settings.require),
            watcher=watcher,
            cancelled=lambda: self._cancelled.is_set() or cancelled(),
            memory=self._memory,
        )

    def _sweep(self, sandbox: str, slot: Slot) -> None:
        if sandbox:
            plugins.sandbox(sandbox, self.machine).sweep(slot)
