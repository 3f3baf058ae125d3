"""What the functions of this contract pass to one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from gradewright.contracts.coursemology.makefile import Makefile
from gradewright.model.problem import Problem

SUBMISSION, SOLUTION, TESTS = "submission", "solution", "tests"  # folders of a package


class TestType(StrEnum):
    """What a test case is for; the members stand in the order in which names are matched (coursemology 1.5)."""

    __test__ = False  # not a test of ours, whatever pytest thinks of the name

    PUBLIC = "public"
    EVALUATION = "evaluation"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that can be used, in memory."""

    files: Mapping[str, bytes] = field(repr=False)  # by path below the root; all that is run, and nothing else
    makefile: Makefile = field(repr=False)
    canned: Mapping[str, bytes] = field(default_factory=dict, repr=False)  # reports by type, never shown to a run
    digest: str  # "sha256:..." of the files and the canned reports
    any_files: bool = False  # students choose themselves which files they send
    warnings: tuple[Problem, ...] = ()

    def folder(self, name: str) -> dict[str, bytes]:
        """The files of a folder, by their paths below it."""
        prefix = f"{name}/"
        return {path.removeprefix(prefix): data for path, data in self.files.items() if path.startswith(prefix)}

    @property
    def fixed(self) -> dict[str, bytes]:
        """What is the same whoever's work is tested."""
        return {path: data for path, data in self.files.items() if path.partition("/")[0] not in (SUBMISSION, SOLUTION)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursemologySettings:
    """What an assessment and its course say in Coursemology, with the defaults that they have there."""

    package: Package
    use_public: bool = True  # which types count for the grade
    use_private: bool = True
    use_evaluation: bool = False
    maximum_grade: Fraction | None = None  # None: a point for each test case that counts
    show_private: bool = False  # to students
    show_evaluation: bool = False
    show_public_test_output: bool = False
    show_output: bool = False  # stdout and stderr, where a step failed
    published: bool = True  # what the two `show_...` of private and evaluation tests wait for
    test_seconds: float | None = None  # that one test may take; 0: no limit; None: half of a target's processor time
    prepare_once: bool | None = None  # None: if the Makefile leaves no doubt
    environment: Mapping[str, str] = field(default_factory=dict)

    def counts(self, type: TestType) -> bool:
        match type:
            case TestType.PUBLIC:
                return self.use_public
            case TestType.PRIVATE:
                return self.use_private
            case TestType.EVALUATION:
                return self.use_evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """A test case that the author's own run has shown (coursemology 1.5)."""

    __test__ = False

    identifier: str
    name: str  # as staff and students read it
    type: TestType
    target: str  # of the Makefile, in whose report it is
    expression: str = ""
    expected: str = ""
    hint: str = ""
    passed: bool = False  # in the author's own run


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """The test cases of a package, and what is wrong with the run that should show them."""

    cases: tuple[TestCase, ...] = ()
    problems: tuple[Problem, ...] = ()
