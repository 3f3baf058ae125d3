"""Packages of a few lines, and reports that their targets may leave."""

from __future__ import annotations

from gradewright.contracts.coursemology.planning import REPORT
from gradewright.model.run import StepResult
from gradewright.testing import exited

CURRENT = "prepare:\ncompile:\npublic:\n\tpublic\nprivate:\n\tprivate\nevaluation:\n\tevaluation\n"
LEGACY = "prepare:\ncompile:\ntest:\n\ttest\n"
WHOLE = {"Makefile": CURRENT, "submission/template.py": "", "tests/autograde.py": ""}


def case(name: str, inside: str = "", suite: str = "S") -> str:
    return f'<testcase classname="{suite}" name="{name}">{inside}</testcase>'


def report_of(*cases: str, suite: str = "S") -> bytes:
    return f'<testsuites><testsuite name="{suite}">{"".join(cases)}</testsuite></testsuites>'.encode()


def left(*cases: str, code: int | None = None) -> StepResult:
    """A target that left a report of these cases; it fails if one of them does."""
    failed = any("<failure" in each or "<error" in each for each in cases)
    return exited(code=2 * failed if code is None else code, files={REPORT: report_of(*cases)})


AUTHOR = {  # what the author's own run shows: a case of each type, and two that are private
    "import public": left(case("test_public_1", '<meta expression="f(1)" expected="1" hint="one"/>')),
    "import private": left(case("test_private_1", '<meta hint="two"/>'), case("test_private_2")),
    "import evaluation": left(case("test_evaluation_1")),
}
FAILED = '<failure type="AssertionError" message="1 != 2"/>'
