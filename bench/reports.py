"""Reading reports: 5,000 test cases as a Python package writes them, beside what a common library needs for less."""

from __future__ import annotations

import defusedxml.ElementTree
from junitparser import JUnitXml

from bench.measure import Ratio, Results, take_turns
from gradewright.contracts.report_readers import read_report

CASES = 5_000
ROUNDS = 15
TRACEBACK = """<failure type="AssertionError" message="1 != 2"><![CDATA[Traceback (most recent call last):
  File "answer.py", line 3, in test_public_01
    self.assertEqual(1, 2)
AssertionError: 1 != 2
]]></failure>"""


def measure() -> Results:
    data = report(CASES)
    if len(read_report(data).cases) != CASES:
        raise AssertionError("the reader lost test cases")
    subjects = {"our reader": lambda: read_report(data), "junitparser, names only": lambda: names(data)}
    samples = take_turns(f"{CASES} cases", subjects, ROUNDS)
    ratio = Ratio(
        name="reading a report of 5,000 cases [ms]", value=samples["our reader"].median, target=150, better="lower"
    )
    return Results(samples=tuple(samples.values()), ratios=(ratio,))


def report(count: int) -> bytes:
    """Every fifth test fails."""
    cases = "".join(
        f'<testcase classname="PublicTestsGrader" name="test_public_{number:04}" time="0.001">\n'
        f'<meta expression="f({number})" expected="&apos;{number}&apos;" hint="Think." output="{number}"/>'
        f"{'' if number % 5 else TRACEBACK}</testcase>\n"
        for number in range(count)
    )
    return f'<testsuites><testsuite name="PublicTestsGrader">{cases}</testsuite></testsuites>'.encode()


def names(data: bytes) -> list[tuple[str | None, bool]]:
    document = JUnitXml.fromroot(defusedxml.ElementTree.fromstring(data))
    return [(case.name, not case.result) for suite in document for case in suite]
