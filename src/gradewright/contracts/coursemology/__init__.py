"""The packages of Coursemology's code evaluator (spec: coursemology 1 to 3).

A package is a zip or a directory with a Makefile, the templates in submission/, the tests in tests/, and perhaps a
solution/. Its targets run the tests on what a student sent and leave JUnit reports. Tests and student's program share
one process, so a determined student can forge the verdict; reports say so.

    makefile     the targets of a Makefile, read and not run
    package      a zip or directory, checked
    settings     what grader.toml may say
    arrival      what a student sent, as the files of submission/
    planning     the steps: the author's own run, then the student's
    collecting   the reports that a run left
    discovery    which test cases there are, from the author's run
    endings      what the ending of a step means
    scoring      points and correctness
    reading      a finished run becomes a report
"""

from gradewright.contracts.coursemology.contract import Coursemology, settings_of
from gradewright.contracts.coursemology.discovery import discover
from gradewright.contracts.coursemology.package import load_package, looks_like_package
from gradewright.contracts.coursemology.planning import import_plan
from gradewright.contracts.coursemology.records import CoursemologySettings, Discovery, Package, TestCase, TestType

__all__ = [
    "Coursemology",
    "CoursemologySettings",
    "Discovery",
    "Package",
    "TestCase",
    "TestType",
    "discover",
    "import_plan",
    "load_package",
    "looks_like_package",
    "settings_of",
]
