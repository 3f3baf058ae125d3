"""Make instances of a personalised exercise: run the author's generator in a sandbox, once for each (A+ spec 5)."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from gradewright.errors import AuthorError
from gradewright.exercises import personal
from gradewright.exercises.instance_store import InstanceStore
from gradewright.exercises.scalars import open_child, open_table, text
from gradewright.model.run import (
    MIB,
    FileState,
    FinishedRun,
    HostRoot,
    Limits,
    Mount,
    OutputFile,
    OutputSpec,
    Role,
    RunPlan,
    Step,
    StepResult,
)
from gradewright.tables import words

COURSE, INSTANCE = "/course", "/instance"  # where the generator finds the course, and where it writes
LIMITS = Limits(wall_seconds=120, memory_bytes=1024 * MIB, processes=256, disk_bytes=64 * MIB)
ENVIRONMENT = {"HOME": "/tmp", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
MAX_ERROR = 2000  # characters of what the generator said
Run = Callable[[RunPlan], FinishedRun]


def generate(
    run: Run,
    store: InstanceStore,
    config: Mapping[str, Any],
    *,
    instances: int,
    keep_old: bool,
    made: Callable[[int], None],
) -> list[int]:
    """Make so many instances and put them in the course once all are there; returns their numbers.

    `made` hears how many are done. Raises `AuthorError` if the configuration is wrong, or if the generator fails or
    does not write what is listed; then the course is as it was.
    """
    if problems := personal.check(config):
        raise AuthorError("This exercise cannot be generated.", problems)
    if not personal.is_personalised(config):
        remedy = "Set personalized: true, with generated_files and generator."
        raise AuthorError("This exercise is not personalised.", remedy=remedy)
    step = generator(config, store.course_directory)
    with store.fresh() as fresh:
        for number in range(instances):
            fresh.write(number, _files(config, run(RunPlan(steps=(step,))).result(step.name)))
            made(number + 1)
        return fresh.add() if keep_old else fresh.replace()


def generator(config: Mapping[str, Any], course_directory: Path) -> Step:
    """The step that makes one instance."""
    table = open_child(open_table(config), "generator")
    command, directory = table.read("cmd", words, ()), table.read("cwd", text, "")
    return Step(
        name="generate",
        role=Role.JUDGE,
        root=HostRoot(),
        argv=(*command, INSTANCE),
        env=ENVIRONMENT,
        cwd=str(PurePosixPath(COURSE, directory)),
        mounts=(Mount(path=COURSE, source=course_directory.resolve()),),
        scratch=("/tmp", INSTANCE),
        outputs=(OutputSpec(path=INSTANCE, max_bytes=LIMITS.disk_bytes, tree=True),),
        limits=LIMITS,
    )


def _files(config: Mapping[str, Any], result: StepResult) -> Mapping[str, OutputFile]:
    """What the generator wrote, by name."""
    if not result.succeeded():
        said = (result.stderr or result.stdout).decode("utf-8", "replace").strip()[-MAX_ERROR:]
        raise AuthorError(f"The generator failed: it {result.ending}.\n{said}".rstrip(), remedy=_try_by_hand(config))
    files = {output.path.removeprefix(f"{INSTANCE}/"): output for output in result.outputs}
    for listed in personal.listed_files(config):
        if listed.file not in files:
            raise AuthorError(
                f"The generator did not write {listed.file}, which generated_files lists as {listed.key}.",
                remedy="It must write into the directory that is its last argument.",
            )
    for name, output in files.items():
        if output.path != INSTANCE and output.state is not FileState.OK:
            raise AuthorError(f"The generator left {name}, which cannot be kept: it is {output.state}.")
    return {name: output for name, output in files.items() if output.path != INSTANCE}


def _try_by_hand(config: Mapping[str, Any]) -> str:
    command = open_child(open_table(config), "generator").read("cmd", words, ())
    return f"Try it in the course's directory: {shlex.join(command)} DIRECTORY"
