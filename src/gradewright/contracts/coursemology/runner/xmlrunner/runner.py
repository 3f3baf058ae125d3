"""The runner that packages hand to `unittest.main`."""

import os
import sys
import unittest
from time import monotonic

from xmlrunner.outcome import ERROR, FAILURE, PASSED, SKIPPED, Outcome
from xmlrunner.outputs import Directory, OneFile
from xmlrunner.supervision import Supervisor

TYPE_CHECKING = False  # importing `typing` costs time at each start
if TYPE_CHECKING:
    from typing import Any, Iterator, List, Optional, Union

TEST_SECONDS = "XMLRUNNER_TEST_SECONDS"
OUT_OF_TIME = 137  # as make reports a target that the kernel killed for its computing time (coursemology 2.5)
LETTERS = {PASSED: ".", FAILURE: "F", ERROR: "E", SKIPPED: "s"}
WORDS = {PASSED: "ok", FAILURE: "FAIL", ERROR: "ERROR", SKIPPED: "skipped"}


class XMLTestRunner:
    """Runs tests in a process of their own and writes a report with what `self.meta` of each test holds.

    `output` is a stream or a directory. The report is complete after each test, if `output` is a directory or a file.
    `seconds` for each test, set-up and clean-up included, are taken from the environment: XMLRUNNER_TEST_SECONDS.
    What else packages tell the originals of this class is taken and ignored.
    """

    def __init__(
        self,
        output: "Any" = ".",
        outsuffix: "Optional[str]" = None,
        stream: "Any" = None,
        descriptions: bool = True,
        verbosity: int = 1,
        elapsed_times: bool = True,
        failfast: bool = False,
        buffer: bool = False,
        warnings: "Optional[str]" = None,
        tb_locals: bool = False,
        **ignored: "Any",
    ) -> None:
        self.output = output
        self.outsuffix = outsuffix
        self.stream = stream or sys.stderr
        self.verbosity = verbosity
        self.failfast = failfast
        self.buffer = buffer
        self.warnings = warnings
        self.tb_locals = tb_locals
        self.seconds = seconds_from(os.environ.get(TEST_SECONDS, ""))

    def run(self, suite: "Union[unittest.TestSuite, unittest.TestCase]") -> unittest.TestResult:
        tests = list(flat(suite))
        result = unittest.TestResult()
        is_stream = hasattr(self.output, "write")
        output = OneFile(self.output) if is_stream else Directory(os.fspath(self.output), self.outsuffix)

        def record(index: int, outcome: Outcome) -> None:
            test = tests[index]
            output.add(suite_name(test), test.id().rpartition(".")[2], outcome)
            count(result, test, outcome)
            self.show(test, outcome)

        began = monotonic()
        supervisor = Supervisor(tests, self, record, output.hide)
        try:
            supervisor.run()
        finally:
            output.close()
        result.errors += [(NoTest(), text) for text in supervisor.problems]  # type: ignore[misc]
        self.summarise(result, monotonic() - began)
        if not tests:  # Python 3.12 and later end with an error if nothing ran and nothing was skipped
            result.skipped.append((NoTest(), "there are no tests"))  # type: ignore[arg-type]
        if supervisor.out_of_time:
            sys.exit(OUT_OF_TIME)
        return result

    def show(self, test: unittest.TestCase, outcome: Outcome) -> None:
        if self.verbosity > 1:
            self.say(f"{test} ... {WORDS[outcome.status]}\n")
        elif self.verbosity == 1:
            self.say(LETTERS[outcome.status])

    def summarise(self, result: unittest.TestResult, seconds: float) -> None:
        self.say("\n")
        for word, found in (("ERROR", result.errors), ("FAIL", result.failures)):
            for test, text in found:
                self.say(f"{'=' * 70}\n{word}: {test}\n{'-' * 70}\n{text}\n")
        verdict = "OK" if result.wasSuccessful() else "FAILED"
        self.say("{}\nRan {} tests in {:.3f}s\n\n{}\n".format("-" * 70, result.testsRun, seconds, verdict))

    def say(self, text: str) -> None:
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        self.stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        self.stream.flush()


class NoTest:
    """Stands in a result where there is a test otherwise."""

    def __str__(self) -> str:
        return "outside of the tests"


def seconds_from(text: str) -> "Optional[float]":
    try:
        seconds = float(text or 0)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < 1e9:
        sys.stderr.write(f"{TEST_SECONDS}={text!r} is not a number of seconds and is ignored.\n")
        return None
    return seconds or None


def flat(suite: "Any") -> "Iterator[unittest.TestCase]":
    if isinstance(suite, unittest.TestCase):
        yield suite
    else:
        for part in suite:
            yield from flat(part)


def suite_name(test: unittest.TestCase) -> str:
    """The class, with its module unless that is the program itself (coursemology 3.3)."""
    kind = type(test)
    return kind.__name__ if kind.__module__ == "__main__" else f"{kind.__module__}.{kind.__name__}"


def count(result: unittest.TestResult, test: unittest.TestCase, outcome: Outcome) -> None:
    result.testsRun += 1
    if outcome.status == SKIPPED:
        result.skipped.append((test, outcome.message))
    elif outcome.status != PASSED:
        into: List[Any] = result.failures if outcome.status == FAILURE else result.errors
        into.append((test, outcome.text or outcome.message))
