"""Configuration as loaded and checked: exercises and their graders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from gradewright.model.problem import Problem
from gradewright.model.run import HostRoot, Limits, Root


@dataclass(frozen=True, slots=True, kw_only=True)
class Grader:
    """The author's program or package that judges."""

    contract: str  # name of the contract that it was written for
    title: str = ""  # what people call it
    root: Root = HostRoot()
    directory: Path | None = None  # the author's files, if it has any on this machine
    limits: Limits = Limits()
    warm_python: tuple[str, ...] | None = None  # of each step that does not say it itself: see there
    settings: object = None  # what the contract itself made of the author's file; opaque to everybody else
    digest: str = ""  # "sha256:..." of everything that decides its verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """What is asked of students, and how it is judged."""

    id: str
    grader: Grader
    title: str = ""
    max_points: Fraction | None = None  # None: as many as the grader itself gives
    arguments: tuple[str, ...] = ()  # for graders that take words on their command line
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseExercise:
    """An exercise of a course as its files say, once for each language, with includes, tags and defaults worked in."""

    course: str  # key of the course
    key: str
    versions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by language; empty if it is broken
    language: str = "en"  # the one to fall back to
    node: Mapping[str, Any] = field(default_factory=dict)  # its entry in the index, over the defaults of its type
    file: str = ""  # relative to the course's directory
    modified: float = 0.0  # seconds since the epoch: of the newest of its files
    problems: tuple[Problem, ...] = ()  # also of an edit that cannot be used while the version before it goes on

    @property
    def broken(self) -> bool:
        return not self.versions

    def version(self, language: str) -> tuple[str, Mapping[str, Any]]:
        """(language, configuration) in that language, else in the default one, else in any (A+ spec 1.3)."""
        for candidate in (language[:2], self.language, *self.versions):
            if candidate in self.versions:
                return candidate, self.versions[candidate]
        raise KeyError(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course as loaded from its directory. What could not be loaded is among the problems, the rest is there."""

    key: str  # name of its directory
    directory: Path  # root of the course's repository
    name: str = ""
    language: str = "en"
    index: Mapping[str, Any] = field(default_factory=dict)  # as written
    exercises: Mapping[str, CourseExercise] = field(default_factory=dict)  # by key, in the order of the index
    modified: float = 0.0  # seconds since the epoch, of the index
    problems: tuple[Problem, ...] = ()  # of the index; those of exercises are with them

    @property
    def broken(self) -> bool:
        return not self.index
