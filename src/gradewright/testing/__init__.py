"""Doubles for the tests of whoever writes a contract, a sandbox or a course; ours use them too.

doubles      a sandbox that runs nothing, and what contracts read
front_end    a stand-in for A+ that loads exercises, submits to them and receives results; needs the extra `server`
served       a course service on a free port of this machine; needs the extra `server`
"""

from gradewright.testing.doubles import (
    Answer,
    FakeSandbox,
    ended,
    exited,
    run_plan_with,
    slot_in,
    submission_in,
)

__all__ = ["Answer", "FakeSandbox", "ended", "exited", "run_plan_with", "slot_in", "submission_in"]
