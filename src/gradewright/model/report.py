"""The verdict on one submission, as data; how it looks is the business of `feedback` and of the faces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from gradewright.model.run import Ending, Role, Usage


class Outcome(StrEnum):
    """Whether there is a grade, and if not, whose fault that is."""

    GRADED = "graded"  # also with 0 points, also when a limit was hit
    REJECTED = "rejected"  # the submission cannot be graded: a file is missing, an archive lies
    GRADER_BROKEN = "grader-broken"  # the grader broke its contract: the author must mend it


class Separation(StrEnum):
    """Whether the student's program could reach the judge."""

    SHARED = "shared"  # one process or sandbox for both: a determined student can forge the verdict
    SEPARATED = "separated"


class Visibility(StrEnum):
    """What a student may see of a test; staff see everything."""

    EVERYBODY = "everybody"
    QUESTION = "question"  # what is asked and whether it passed, but not what came out
    STAFF = "staff"  # name, verdict and points only
    HIDDEN = "hidden"  # nothing, not even that there is such a test; its points count all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    __test__ = False  # not a test of ours, whatever pytest thinks of the name

    name: str
    group: str = "public"
    visibility: Visibility = Visibility.EVERYBODY
    when_published: Visibility | None = None  # instead of `visibility`, once grades are published; None: no other
    passed: bool | None = None  # None: could not be judged
    points: Fraction = Fraction(0)
    max_points: Fraction = Fraction(0)
    verdict: str = ""  # a word of the catalogue in `docs/reference/verdicts.md`: "wrong-output", "wall-time", ...
    message: str = ""  # for the student
    expected: str = ""
    actual: str = ""
    diff: str = ""
    hint: str = ""  # shown when the test did not pass
    usage: Usage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What the grader itself says to the student."""

    body: str = ""
    html: bool = False  # the body is HTML from the author; sanitise before showing it on a page of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSummary:
    """What staff want to know of one step of the run."""

    name: str
    role: Role
    ending: Ending
    usage: Usage
    sandbox: str = ""
    enforcement: Mapping[str, str] = field(default_factory=dict)
    stdout: str = ""  # decoded with U+FFFD where it was not UTF-8, cut to a sensible length
    stderr: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    outcome: Outcome
    points: Fraction = Fraction(0)
    max_points: Fraction = Fraction(0)
    tests: tuple[TestResult, ...] = ()
    feedback: Feedback = Feedback()
    messages: tuple[str, ...] = ()  # why it is REJECTED or GRADER_BROKEN and what to do, for whom the outcome names
    staff_notes: tuple[str, ...] = ()  # warnings and oddities that students need not see
    grading_data: str = ""  # JSON text for the front end, as the grader gave it (A+ spec 4.4)
    separation: Separation = Separation.SHARED  # filled in by the engine, and so are the steps
    steps: tuple[StepSummary, ...] = ()
