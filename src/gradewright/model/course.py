"""Configuration as loaded and checked: exercises and their graders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from gradewright.model.run import HostRoot, Limits, Root


@dataclass(frozen=True, slots=True, kw_only=True)
class Grader:
    """The author's program or package that judges."""

    contract: str  # name of the contract that it was written for
    title: str = ""  # what people call it
    root: Root = HostRoot()
    directory: Path | None = None  # the author's files, if it has any on this machine
    limits: Limits = Limits()
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
