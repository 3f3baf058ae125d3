"""A part of the Makefile harness in a few lines, and what a run of it may leave."""

from __future__ import annotations

from collections.abc import Callable

from gradewright.model.course import Exercise
from gradewright.model.report import Report
from gradewright.model.run import RunPlan, StepResult
from gradewright.testing import exited

HOME = "/submissions/14/submission"  # of `submission_in`
MINIMAL = "[config]\nfilename = hw.py\n"
DATABASE = b"""\
# GNU Make 4.3
.DEFAULT_GOAL := compile
# Implicit Rules

# No implicit rules.
# Files

compile:
#  recipe to execute (from 'Makefile', line 2):
\ttrue

run: compile
# Not a target:
Makefile:
"""

MakeExercise = Callable[..., Exercise]
Plan = Callable[..., RunPlan]
Read = Callable[..., Report]


def left(*, code: int = 0, **logs: bytes) -> StepResult:
    """Both targets were tried and left these logs: compile, run, tests."""
    return exited(code=code, files={f"{HOME}/out/{name}.log": data for name, data in logs.items()})
