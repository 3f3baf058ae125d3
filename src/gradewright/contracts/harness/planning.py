"""The steps of a run: what does the Makefile define, and then its two targets under one budget of time (queues 1.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gradewright.contracts.harness.identity import in_paths
from gradewright.contracts.harness.records import HarnessSettings
from gradewright.errors import AuthorError
from gradewright.model.run import (
    MIB,
    FileIn,
    FromStep,
    Limits,
    Mount,
    OutputSpec,
    Role,
    RunPlan,
    Step,
    TreeIn,
)

if TYPE_CHECKING:
    from pathlib import Path

    from gradewright.model.course import Exercise
    from gradewright.model.submission import Submission

MAKEFILE, GRADE, REFUSE = "makefile", "grade", "refuse"  # names of steps
COMPILE_LOG, RUN_LOG, TESTS_LOG = "compile.log", "run.log", "tests.log"  # below out/
COMPILE_FAILED, RUN_FAILED, NO_MAKE, REFUSED = 81, 82, 83, 84  # exit codes of our scripts; make's own are 1 and 2
DATABASE = "/tmp/makefile.database"
COMPILES = "/tmp/makefile.compiles"  # not empty if the Makefile defines the compile target
EMPTY = "/tmp/student.empty"  # holds src, bin and out, to be laid for each student
LOG_BYTES = 16 * MIB
TREE_BYTES = 64 * MIB
LEAST_SECONDS = 10.0  # for make to read a Makefile, which is outside of the students' time
NOTHING = ".gradewright-nothing"  # a target of ours; one with a leading dot is never the default goal

# They are given to the shell as words, not as files that a student's program could rewrite while they run.
READ_MAKEFILE = f"""
mkdir -p src bin out {EMPTY}/src {EMPTY}/bin {EMPTY}/out || exit 70
command -v make >/dev/null || exit {NO_MAKE}
: >"src/$FILENAME"
make -rpn -f "$RESOURCE_HOME/Makefile" -C "$SUBMISSION_DIR" RESOURCE_HOME="$RESOURCE_HOME" \\
    --eval='{NOTHING}: ;' {NOTHING} >{DATABASE} || exit
if grep -q "^$1 *:" {DATABASE}; then echo yes >{COMPILES}; fi
exec cat {DATABASE}
"""
RUN_TARGETS = f"""
compile=$1 run=$2 stderr=$3
target() {{
    log=out/$1; shift
    case $stderr in merge) errors=$log;; *) errors=/dev/null;; esac
    make -s -f "$RESOURCE_HOME/Makefile" -C "$SUBMISSION_DIR" RESOURCE_HOME="$RESOURCE_HOME" "$@" \\
        >>"$log" 2>>"$errors" </dev/null
}}
[ -s {COMPILES} ] || compile=
target {COMPILE_LOG} $compile || exit {COMPILE_FAILED}
target {RUN_LOG} "$run" || exit {RUN_FAILED}
"""
REFUSE_FILE = f'echo "$1"; exit {REFUSED}'


def make_plan(exercise: Exercise, settings: HarnessSettings, submission: Submission) -> RunPlan:
    """Raises `AuthorError` if the grader has no directory."""
    resources = exercise.grader.directory
    if resources is None:
        raise AuthorError("A part of the harness needs its directory with config and Makefile.")
    home = student_directory(exercise.id, submission.id)
    if reason := _reason_to_refuse(submission, settings):
        return RunPlan(steps=(_refusing(exercise, reason),))
    grade = replace(
        _base(exercise, settings, resources, home, submission.id),
        name=GRADE,
        argv=_shell(RUN_TARGETS, settings.compile_target, settings.run_target, _stderr(settings)),
        trees=(
            TreeIn(path=home, source=FromStep(MAKEFILE, EMPTY)),
            TreeIn(path=f"{home}/src", source=submission.directory),
        ),
        files=(FileIn(path=COMPILES, content=FromStep(MAKEFILE, COMPILES)),),
        outputs=_outputs(home, settings),
        needs=(MAKEFILE,),
    )
    return RunPlan(steps=(_reading_the_makefile(exercise, settings, resources), grade))


def student_directory(part: str, student: str) -> str:
    """Where bin, out and src of a student are in the sandbox."""
    return f"/submissions/{in_paths(part)}/{in_paths(student)}"


def _base(exercise: Exercise, settings: HarnessSettings, resources: Path, home: str, student: str) -> Step:
    """What both steps have in common."""
    resource_home = f"/resources/{in_paths(exercise.id)}"
    return Step(
        name="",
        role=Role.JUDGE,
        root=exercise.grader.root,
        argv=(),
        env={
            "LC_ALL": "C.UTF-8",
            "HOME": "/tmp",
            **exercise.environment,
            "SUBMISSION_DIR": home,
            "SRC_DIR": f"{home}/src",
            "BIN_DIR": f"{home}/bin",
            "OUT_DIR": f"{home}/out",
            "RESOURCE_HOME": resource_home,
            "PART_ID": exercise.id,
            "STUDENT_ID": student,
            "FILENAME": settings.filename,
            "TIME_LIMIT": f"{settings.time_limit:g}",
            "TESTS_LOG": f"{home}/out/{TESTS_LOG}",
        },
        cwd=home,
        mounts=(Mount(path=resource_home, source=resources),),
        scratch=("/tmp", home),
        limits=_limits(exercise.grader.limits, settings),
        network=settings.network,
        warm_python=settings.warm_python,
    )


def _reading_the_makefile(exercise: Exercise, settings: HarnessSettings, resources: Path) -> Step:
    """The same for every student, so that it runs once for a part; no program of a student is there yet."""
    grader = exercise.grader
    base = _base(exercise, settings, resources, student_directory(exercise.id, "student"), "student")
    return replace(
        base,
        name=MAKEFILE,
        argv=_shell(READ_MAKEFILE, settings.compile_target),
        outputs=(OutputSpec(path=COMPILES), OutputSpec(path=EMPTY, tree=True, links=True)),
        limits=replace(base.limits, wall_seconds=max(base.limits.wall_seconds, LEAST_SECONDS)),
        reusable=f"harness {exercise.id} {grader.digest} {grader.root}" if grader.digest else "",
    )


def _refusing(exercise: Exercise, reason: str) -> Step:
    return Step(name=REFUSE, role=Role.JUDGE, root=exercise.grader.root, argv=_shell(REFUSE_FILE, reason))


def _reason_to_refuse(submission: Submission, settings: HarnessSettings) -> str:
    """Why the student's file gets no points without being tried; empty if it may be tried."""
    if settings.filename not in submission.files:
        return ""  # what is missing is the Makefile's business
    if settings.oversize_refused and is_oversized(submission, settings):
        return f"size {_file(submission, settings).stat().st_size}"
    if settings.utf8_only:
        try:
            _file(submission, settings).read_bytes().decode()
        except UnicodeDecodeError as error:
            return f"encoding {error.start}"
    return ""


def is_oversized(submission: Submission, settings: HarnessSettings) -> bool:
    """Whether the student's file is larger than a queue takes."""
    return settings.filename in submission.files and (
        _file(submission, settings).stat().st_size > settings.max_filesize
    )


def _file(submission: Submission, settings: HarnessSettings) -> Path:
    return submission.directory / settings.filename


def _shell(script: str, *words: str) -> tuple[str, ...]:
    return ("/bin/sh", "-c", script, "harness", *words)


def _stderr(settings: HarnessSettings) -> str:
    return "merge" if settings.stderr_kept else "discard"


def _limits(limits: Limits, settings: HarnessSettings) -> Limits:
    return replace(
        limits,
        wall_seconds=settings.time_limit,
        memory_bytes=settings.memory or limits.memory_bytes,
        processes=settings.processes or limits.processes,
    )


def _outputs(home: str, settings: HarnessSettings) -> tuple[OutputSpec, ...]:
    """The logs, each for itself so that none is lost with the rest, and what else a part keeps for its author."""
    return (
        OutputSpec(path=f"{home}/out/{COMPILE_LOG}", max_bytes=LOG_BYTES),
        OutputSpec(path=f"{home}/out/{RUN_LOG}", max_bytes=LOG_BYTES),
        OutputSpec(path=f"{home}/out/{TESTS_LOG}", max_bytes=settings.output_limit),
        OutputSpec(path=f"{home}/out", max_bytes=TREE_BYTES, tree=True),
        OutputSpec(path=f"{home}/bin", max_bytes=TREE_BYTES, tree=True),
    )
