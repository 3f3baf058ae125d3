"""What a part's `config` says, as a record."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from gradewright.model.problem import Problem
from gradewright.model.run import MIB

KIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class HarnessSettings:
    filename: str  # below src/
    max_filesize: int = 4 * KIB  # bytes of that file
    oversize_refused: bool = True  # a larger one gets no points, else staff are only warned (queues 1.7)
    time_limit: float = 5.0  # seconds by the clock, for compile and run together
    multiplier: Fraction = Fraction(1)
    minimum: Fraction = Fraction(0)  # of the score, after multiplying
    maximum: Fraction = Fraction(100)
    compile_target: str = "compile"
    run_target: str = "run"
    stderr_kept: bool = True  # in compile.log and run.log, beside stdout
    html: bool = False  # feedback in tests.log is the author's HTML
    max_feedback: int = 64 * KIB  # bytes, of a log or of the feedback of all tests
    zero_feedback_kept: bool = True  # students without points see the feedback of the tests
    memory: int | None = None  # bytes; None: as the contract or its caller says
    processes: int | None = None
    output_limit: int = MIB  # bytes of tests.log
    network: bool = False
    warm_python: tuple[str, ...] | None = None  # modules that are imported already; None: Python starts anew
    strict_log: bool = True  # a malformed line spoils tests.log, else it is passed over
    utf8_only: bool = True  # a file that is no UTF-8 gets no points
    warnings: tuple[Problem, ...] = ()  # what its author should mend, without harm so far
