"""What a `grader.toml` of the contract `cases` says, as frozen records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradewright.contracts.cases.comparers import lines
from gradewright.model.report import Visibility
from gradewright.model.run import Content, Inline

if TYPE_CHECKING:
    from pathlib import Path

NOTHING = Inline(b"")
HIDDEN_GROUPS = frozenset({"private", "evaluation"})  # whose details only staff see, unless `visibility` says otherwise

Compare = Callable[[bytes, bytes], str]  # what differs between expected and actual; empty if nothing does
Changes = Mapping[str, Any]  # fields of `Limits` to replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """A program of the author's that decides about a case."""

    command: tuple[str, ...]
    files: Mapping[str, Path]  # they lie where it runs, by these names
    limits: Changes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    name: str = ""
    arguments: tuple[str, ...] = ()
    stdin: Content = NOTHING
    files: Mapping[str, Content] = field(default_factory=dict)  # laid into the student's directory
    expected: bytes | None = None  # on stdout; None: anything
    expected_files: Mapping[str, bytes] = field(default_factory=dict)
    exit_codes: frozenset[int] = frozenset({0})
    method: str = "lines"
    compare: Compare = lines
    judge: Judge | None = None  # if set, it decides in place of `compare`
    points: Fraction = Fraction(1)
    group: str = "public"
    visibility: Visibility | None = None  # None: as the group says
    hint: str = ""
    limits: Changes = field(default_factory=dict)

    @property
    def seen_by(self) -> Visibility:
        return self.visibility or (Visibility.STAFF if self.group in HIDDEN_GROUPS else Visibility.EVERYBODY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    files: tuple[str, ...]  # that a submission must hold; the first is {main}
    support: Mapping[str, Path]  # the author's files, laid over the student's
    sources: tuple[str, ...]  # patterns of the names that {sources} stands for
    compile: tuple[str, ...]  # empty: nothing to compile
    compile_limits: Changes
    run: tuple[str, ...]
    environment: Mapping[str, str]
    cases: tuple[Case, ...]

    @property
    def max_points(self) -> Fraction:
        return sum((case.points for case in self.cases), Fraction(0))
