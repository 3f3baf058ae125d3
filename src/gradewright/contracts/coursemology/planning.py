"""From a package and a submission to the steps that try it (coursemology 2.1 to 2.3).

Every plan begins with the author's own run, on the solution or else on the template, which shows what test cases there
are; the engine runs it once for all submissions, since its steps are `reusable`. The submission then goes the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from gradewright.contracts.coursemology.arrival import arrange
from gradewright.contracts.coursemology.records import SOLUTION, SUBMISSION, CoursemologySettings
from gradewright.model.run import (
    MIB,
    Content,
    FileIn,
    FromStep,
    HostFile,
    ImageRoot,
    Inline,
    Limits,
    Mount,
    OutputSpec,
    Role,
    Root,
    RunPlan,
    Step,
    TreeIn,
)

if TYPE_CHECKING:
    from gradewright.model.course import Grader
    from gradewright.model.submission import Submission

HOME = "/home/coursemology"
ROOT = f"{HOME}/package"
REPORT = f"{ROOT}/report.xml"
PREPARE, COMPILE = "prepare", "compile"
IMPORT = "import "  # begins the names of the steps of the author's own run

RUNNER = Path(__file__).parent / "runner"  # the modules xmlrunner and timeout_decorator
RUNNER_AT = "/gradewright/python"
TEST_SECONDS = "XMLRUNNER_TEST_SECONDS"
USER_BASE = "/tmp/gradewright"  # of Python: where packages of its user are, by version
PYTHONS = range(6, 16)  # minor versions of Python 3

# Course maximum of processor time, memory of a container, and how much it may print are Coursemology's; processes and
# disk, which have no limit there, are ours.
LIMITS = Limits(
    wall_seconds=300,
    cpu_seconds=30,
    memory_bytes=1536 * MIB,
    processes=256,
    output_bytes=20 * MIB,
    disk_bytes=256 * MIB,
)
FILE_MODE = 0o664  # of every file of a package and of a submission (coursemology 2.1)
REPORT_BYTES = 16 * MIB  # to be brought out; the reader says how much of it is read

DEFAULTS = {  # what the images of Coursemology set; an image's own values win
    "PYTHON": "python3",
    "GTEST_DIR": "/usr/src/googletest/googletest",
    "CXX_STD": "c++17",
    "NODEJS": "node",
    "NODE_PATH": "/usr/share/nodejs:/usr/lib/node_modules",
}
FIXED = {
    "HOME": HOME,
    "USER": "coursemology",
    "LANG": "C.UTF-8",
    "GTEST_OUTPUT": "xml:./report.xml",
}

# Files arrive one after the other, which make would take for their ages: all get the same but the submission.
SAME_AGE = 'find . -path ./submission -prune -o -exec touch -h -d @1000000000 {} + && exec "$0" "$@"'
ALL_SAME_AGE = 'find . -exec touch -h -d @1000000000 {} + && exec "$0" "$@"'


def make_plan(grader: Grader, settings: CoursemologySettings, submission: Submission) -> RunPlan:
    """Raises `SubmissionRejected` if the submission cannot be graded as sent."""
    planner = _Planner(grader=grader, settings=settings)
    sent = {name: HostFile(path) for name, path in arrange(submission, settings.package).items()}
    steps = (*planner.author(), *planner.steps("", Role.STUDENT, sent, key=""))
    return RunPlan(steps=tuple({step.name: step for step in steps}.values()))


def import_plan(grader: Grader, settings: CoursemologySettings) -> RunPlan:
    """The author's own run alone."""
    return RunPlan(steps=tuple(_Planner(grader=grader, settings=settings).author()))


def prepared_once(settings: CoursemologySettings) -> bool:
    """Whether `prepare` is the same for all submissions, which it then does not get to see."""
    if settings.prepare_once is not None:
        return settings.prepare_once
    return settings.package.makefile.prepares_nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planner:
    grader: Grader
    settings: CoursemologySettings

    def author(self) -> Iterator[Step]:
        package = self.settings.package
        files = package.folder(SOLUTION) or package.folder(SUBMISSION)
        yield from self.steps(IMPORT, Role.JUDGE, {name: Inline(data) for name, data in files.items()}, key=self._key())

    def _key(self) -> str:
        deciding = (self.settings.package.digest, self.grader.root, self.grader.limits, self._environment())
        return f"coursemology {sha256(repr(deciding).encode()).hexdigest()}"

    def steps(self, prefix: str, role: Role, files: Mapping[str, Content], *, key: str) -> Iterator[Step]:
        """One run of the package on these files. With a `key`, each step is the same for all runs with that key."""
        once = prepared_once(self.settings)
        prepare = PREPARE if once else f"{prefix}{PREPARE}"
        fixed = {name: Inline(data) for name, data in self.settings.package.fixed.items()}
        submitted = {f"{SUBMISSION}/{name}": content for name, content in files.items()}
        first = self._make(prepare, PREPARE, Role.JUDGE, key=self._key() if once else key)
        laid = _laid(fixed if once else {**fixed, **submitted})
        yield replace(first, files=(*first.files, *laid), outputs=(self._tree(),))
        compile = self._make(f"{prefix}{COMPILE}", COMPILE, role, key=key, after=prepare)
        laid = _laid(submitted) if once else ()
        yield replace(compile, files=(*compile.files, *laid), outputs=(self._tree(),))
        for target in self.settings.package.makefile.tests:
            test = self._make(f"{prefix}{target}", target, role, key=key, after=compile.name)
            yield replace(test, outputs=(OutputSpec(path=REPORT, max_bytes=REPORT_BYTES),))

    def _make(self, name: str, target: str, role: Role, *, key: str, after: str = "") -> Step:
        return Step(
            name=name,
            role=role,
            root=_writable(self.grader.root),
            argv=self._command(target),
            env=self._environment(),
            cwd=ROOT,
            mounts=(Mount(path=RUNNER_AT, source=RUNNER),) if self._uses_runner() else (),
            scratch=(_home(self.grader.root), "/tmp"),
            trees=(TreeIn(path=ROOT, source=FromStep(after, ROOT)),) if after else (),
            files=_USER_SITES if self._uses_runner() else (),
            limits=limits_of(target, self.grader.limits),
            needs=(after,) if after else (),
            reusable=f"{key} {name}" if key else "",
        )

    def _command(self, target: str) -> tuple[str, ...]:
        if target == PREPARE or not self.settings.package.makefile.builds_files:
            return ("make", target)
        return ("sh", "-c", SAME_AGE if target == COMPILE else ALL_SAME_AGE, "make", target)

    def _environment(self) -> Mapping[str, str]:
        root = self.grader.root
        of_image = dict(root.image.env) if isinstance(root, ImageRoot) else {}
        runner = self._environment_of_runner() if self._uses_runner() else {}
        return {**DEFAULTS, **of_image, **FIXED, **runner, **self.settings.environment}

    def _environment_of_runner(self) -> Mapping[str, str]:
        seconds = seconds_of_a_test(self.settings, self.grader.limits)
        limit = {TEST_SECONDS: f"{seconds:g}"} if seconds else {}
        return {"PYTHONUSERBASE": USER_BASE, "PYTHONPATH": RUNNER_AT, **limit}

    def _uses_runner(self) -> bool:
        names = self.settings.package.files
        own = any({"xmlrunner", "xmlrunner.py"} & set(name.split("/")) for name in names)
        return not own and any(name.endswith(".py") for name in names)

    def _tree(self) -> OutputSpec:
        return OutputSpec(path=ROOT, max_bytes=self.grader.limits.disk_bytes, tree=True, links=True)


def limits_of(target: str, limits: Limits) -> Limits:
    """Processor time is limited for tests only; where its author raised it, the wall clock follows (coursemology 2.3).

    What an author says of the wall clock goes before.
    """
    wall = limits.wall_seconds
    if wall == LIMITS.wall_seconds:
        wall = max(wall, 4 * (limits.cpu_seconds or 0))
    cpu = None if target in (PREPARE, COMPILE) else limits.cpu_seconds
    return replace(limits, wall_seconds=wall, cpu_seconds=cpu)


def seconds_of_a_test(settings: CoursemologySettings, limits: Limits) -> float:
    """How long one test may take by the clock, 0 for no limit.

    Half of what its target has: one that never ends then leaves as much to all the others together.
    """
    if settings.test_seconds is not None:
        return settings.test_seconds
    return (limits.cpu_seconds or limits.wall_seconds) / 2


def _laid(files: Mapping[str, Content]) -> tuple[FileIn, ...]:
    """No file is executable, whatever its author's machine or zip says (coursemology 2.1)."""
    return tuple(FileIn(path=f"{ROOT}/{name}", content=content, mode=FILE_MODE) for name, content in files.items())


def _home(root: Root) -> str:
    """What is fresh and writable: an image may have something of its own at home, such as libraries."""
    return ROOT if isinstance(root, ImageRoot) else HOME


def _writable(root: Root) -> Root:
    return replace(root, writable=True) if isinstance(root, ImageRoot) else root


# Makefiles set PYTHONPATH to something of their own, so each Python is also told where it looks by itself.
_USER_SITES = tuple(
    FileIn(
        path=f"{USER_BASE}/lib/python3.{minor}/site-packages/gradewright.pth", content=Inline(f"{RUNNER_AT}\n".encode())
    )
    for minor in PYTHONS
)
