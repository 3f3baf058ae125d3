"""Parts of the Makefile harness for Coursera's old queues (spec: queues 1).

A part is a directory with a `config` and a Makefile. `make compile` builds what a student sent, `make run` tries it and
writes out/tests.log, one line a test:

    2;Adds two numbers
    0;Adds negative numbers: expected -3, got 3

Makefile and student's program share one sandbox, so a determined student can forge the log; reports say so.

    identity     what parts and students may be called
    rationals    exact numbers as authors and logs write them
    records      what a config says, as a record
    config       a config file is read
    resources    a part's directory is copied with its links followed
    makefile     what a Makefile defines, in make's own words
    planning     the steps of a run
    tests_log    out/tests.log is read and scored
    feedback     texts for students
    reading      a finished run becomes a report
"""

from gradewright.contracts.harness.config import lines_of
from gradewright.contracts.harness.contract import Harness
from gradewright.contracts.harness.records import HarnessSettings

__all__ = ["Harness", "HarnessSettings", "lines_of"]
