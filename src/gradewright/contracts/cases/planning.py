"""From a submission to the steps that try it: compile once, then one step of the student's for each case.

A student's step sees the student's files, the author's support files and the input of its own case. What is expected,
and the input of other cases, is never in it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from gradewright.contracts.cases.arrival import arrange, without_clashes
from gradewright.contracts.cases.commands import SOURCES, filled
from gradewright.contracts.cases.environment import TEMPORARY, environment
from gradewright.contracts.cases.judging import judge_step
from gradewright.errors import SubmissionRejected
from gradewright.model.run import (
    EXECUTABLE,
    MIB,
    PLAIN,
    Content,
    FileIn,
    FromStep,
    HostFile,
    Limits,
    OutputSpec,
    Role,
    RunPlan,
    Step,
    TreeIn,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from gradewright.contracts.cases.records import Case, Settings
    from gradewright.model.course import Grader
    from gradewright.model.submission import Submission

COMPILE = "compile"
WORK = "/student"
COMPILE_LIMITS = Limits(wall_seconds=60, memory_bytes=1024 * MIB)
EXPECTED_TIMES = 2  # a file may be this much larger than expected and will still be brought out to be compared


def case_step(case: Case) -> str:
    """The name of the step that runs a case."""
    return f"case {case.name}"


def make_plan(grader: Grader, settings: Settings, submission: Submission) -> RunPlan:
    """Raises `SubmissionRejected` if files are missing."""
    sent = without_clashes(arrange(submission, settings.files), settings.support)
    planner = _Planner(grader=grader, settings=settings, sent=sent, sources=_sources(settings, sent))
    return RunPlan(steps=tuple(planner.steps()))


def _sources(settings: Settings, sent: Mapping[str, Path]) -> list[str]:
    names = {*sent, *settings.support}
    found = sorted(name for name in names if any(fnmatchcase(name, pattern) for pattern in settings.sources))
    if not found and SOURCES in (*settings.compile, *settings.run):
        raise SubmissionRejected(f"The submission holds no source file ({', '.join(settings.sources)}).")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planner:
    grader: Grader
    settings: Settings
    sent: Mapping[str, Path]
    sources: list[str]

    def steps(self) -> Iterator[Step]:
        if self.settings.compile:
            yield self._compile()
        for case in self.settings.cases:
            yield self._run(case)
            if case.judge:
                yield judge_step(case, case.judge, self.grader, case_step(case), WORK)

    def _compile(self) -> Step:
        step = self._student(COMPILE, self.settings.compile, replace(COMPILE_LIMITS, **self.settings.compile_limits))
        return replace(
            step,
            files=(*_laid(self.sent), *_laid(self.settings.support)),
            outputs=(OutputSpec(path=WORK, max_bytes=step.limits.disk_bytes, tree=True),),
        )

    def _run(self, case: Case) -> Step:
        step = self._student(
            case_step(case), self.settings.run, replace(self.grader.limits, **case.limits), case.arguments
        )
        compiled = (TreeIn(path=WORK, source=FromStep(COMPILE, WORK)),)
        inputs = tuple(FileIn(path=f"{WORK}/{name}", content=content) for name, content in case.files.items())
        return replace(
            step,
            stdin=case.stdin,
            needs=(COMPILE,) if self.settings.compile else (),
            trees=compiled if self.settings.compile else (),
            files=(
                *(() if self.settings.compile else _laid(without_clashes(self.sent, case.files))),
                *_laid(self.settings.support),
                *inputs,
            ),
            outputs=tuple(
                OutputSpec(path=f"{WORK}/{name}", max_bytes=MIB + EXPECTED_TIMES * len(data))
                for name, data in case.expected_files.items()
            ),
            success=case.exit_codes,
        )

    def _student(self, name: str, command: tuple[str, ...], limits: Limits, arguments: tuple[str, ...] = ()) -> Step:
        words = filled(command, files=self.settings.files, sources=self.sources, limits=limits)
        return Step(
            name=name,
            role=Role.STUDENT,
            root=self.grader.root,
            argv=(*words, *arguments),
            env=environment(self.grader.root, self.settings.environment),
            cwd=WORK,
            scratch=(WORK, TEMPORARY),
            limits=limits,
        )


def _laid(files: Mapping[str, Path]) -> Iterator[FileIn]:
    for name, path in files.items():
        content: Content = HostFile(path)
        yield FileIn(path=f"{WORK}/{name}", content=content, mode=EXECUTABLE if os.access(path, os.X_OK) else PLAIN)
