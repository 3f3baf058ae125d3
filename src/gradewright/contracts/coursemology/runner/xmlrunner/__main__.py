"""`python -m xmlrunner MODULE...`: as `python -m unittest`, with a report.

The modules are imported in a second process, which also runs the tests. So code that ends its process while it is
imported, or leaves a report of its own making behind, does not pass for a run of the tests.
"""

import argparse
import os
import sys
import unittest

from xmlrunner.report import Report
from xmlrunner.runner import XMLTestRunner

TYPE_CHECKING = False  # importing `typing` costs time at each start
if TYPE_CHECKING:
    from typing import Any, List, Union

STARTED, FINISHED = b"s", b"f"
FAILED = 1


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m xmlrunner",
        usage="%(prog)s [--output-file FILE | --output DIR] [option of unittest]... MODULE[.CLASS[.METHOD]]...",
        description="Run unittest tests and write a JUnit XML report that is complete after each test.",
    )
    parser.add_argument("--output-file", default="report.xml", metavar="FILE", help="the report (default: %(default)s)")
    parser.add_argument("-o", "--output", metavar="DIR", help="write a report for each class into DIR instead")
    parser.add_argument("--outsuffix", metavar="TEXT", help="ends the names of the files in DIR (default: the time)")
    options, rest = parser.parse_known_args()
    if not options.output:
        write_empty(options.output_file)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        run(options, rest, writing)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    os.set_blocking(reading, False)  # what the tests left running may hold the other end open
    try:
        progress = os.read(reading, 100)
    except BlockingIOError:
        progress = b""
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
    if progress == STARTED + FINISHED:
        return code
    if not progress and not options.output:
        write_empty(options.output_file)
    when = "before all tests were run" if progress else "while the modules of the tests were imported"
    sys.stderr.write(f"xmlrunner: the process of the tests ended {when} (exit code {code}).\n")
    return code or FAILED


def write_empty(path: str) -> None:
    with open(path, "wb") as file:
        Report(file)


def run(options: argparse.Namespace, rest: "List[str]", writing: int) -> None:
    """Import and run the tests in this process, and end it."""

    class Runner(XMLTestRunner):
        def __init__(self, **told: "Any") -> None:
            output = options.output or open(options.output_file, "wb")  # noqa: SIM115 - until the process ends
            super().__init__(output=output, outsuffix=options.outsuffix, **told)

        def run(self, suite: "Union[unittest.TestSuite, unittest.TestCase]") -> unittest.TestResult:
            os.write(writing, STARTED)
            try:
                return super().run(suite)
            finally:
                os.write(writing, FINISHED)

    unittest.main(module=None, argv=["python -m xmlrunner", *rest], testRunner=Runner)


sys.exit(main())
