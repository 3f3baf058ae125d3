"""The process in which tests run: it tells at once what became of each of them, over a pipe, one JSON line a message.

{"start": INDEX}                  a test begins
{"limit": SECONDS or null, ...}   the nearest time limit; 0 with "meta" when it passes
{"end": INDEX, "outcome": ...}    a test has ended
{"fixture": NAME, "outcome": ...} setUpClass, tearDownModule and the like went wrong
{"done": true}                    all have ended
"""

import json
import os
import sys
import traceback
import unittest
import warnings
from time import monotonic

from xmlrunner import deadline
from xmlrunner.outcome import ERROR, FAILURE, PASSED, SKIPPED, Outcome, in_words, name_of, timed_out

TYPE_CHECKING = False  # importing `typing` costs time at each start
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional


class Channel:
    def __init__(self, pipe: int) -> None:
        self.pipe = pipe
        self.owner = os.getpid()

    def send(self, message: "Dict[str, Any]") -> None:
        if os.getpid() != self.owner:  # a fork by the code under test came back into the tests: there is one of us only
            os._exit(0)
        data = json.dumps(message).encode() + b"\n"
        while data:
            data = data[os.write(self.pipe, data) :]


def work(tests: "List[unittest.TestCase]", options: "Any", channel: Channel) -> None:
    """Run the tests in this process, and end it."""
    code = 0
    try:
        with warnings.catch_warnings():
            if options.warnings:
                warnings.simplefilter(options.warnings)
            unittest.TestSuite(tests)(StreamedResult(tests, options, channel))
        channel.send({"done": True})
    except BaseException:  # also KeyboardInterrupt: whatever it is, the next process goes on with the next test
        traceback.print_exc()
        code = 1
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


class StreamedResult(unittest.TestResult):
    def __init__(self, tests: "List[unittest.TestCase]", options: "Any", channel: Channel) -> None:
        super().__init__()
        self.buffer = options.buffer
        self.failfast = options.failfast
        self.tb_locals = options.tb_locals
        self.seconds = options.seconds
        self.channel = channel
        self.indices = {id(test): index for index, test in enumerate(tests)}
        self.test: Optional[unittest.TestCase] = None
        self.found: List[Outcome] = []
        self.succeeded = False
        self.began = 0.0
        self.limit: Optional[deadline.Limit] = None
        deadline.announce = self.announce_limit

    def announce_limit(self, left: "Optional[float]") -> None:
        message: Dict[str, Any] = {"limit": left}
        if left == 0:
            message["meta"] = meta_of(self.test)
        self.channel.send(message)

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.test, self.found, self.succeeded = test, [], False
        self.channel.send({"start": self.indices[id(test)]})
        self.began = monotonic()
        if self.seconds:
            self.limit = deadline.Limit(self.seconds)
            self.limit.begin()

    def stopTest(self, test: unittest.TestCase) -> None:
        if self.limit:
            self.limit.end()
            if self.limit.passed and not any(found.type == "TimeoutError" for found in self.found):
                self.found.insert(0, timed_out())
        if not self.found and not self.succeeded:  # something that unittest does not catch, as KeyboardInterrupt
            err = sys.exc_info()
            self.found.append(problem(ERROR, err, "".join(traceback.format_exception(*err))))
        outcome = combined(self.found)
        outcome.seconds = monotonic() - self.began
        outcome.meta = meta_of(test)
        self.channel.send({"end": self.indices[id(test)], "outcome": outcome.as_json()})
        self.test = self.limit = None
        super().stopTest(test)

    def addSuccess(self, test: unittest.TestCase) -> None:
        self.succeeded = True

    def addExpectedFailure(self, test: unittest.TestCase, err: "Any") -> None:
        self.succeeded = True

    def addError(self, test: unittest.TestCase, err: "Any") -> None:
        super().addError(test, err)
        self.add(test, problem(ERROR, err, self.errors[-1][1]))

    def addFailure(self, test: unittest.TestCase, err: "Any") -> None:
        super().addFailure(test, err)
        self.add(test, problem(FAILURE, err, self.failures[-1][1]))

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: "Any") -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            failed = issubclass(err[0], test.failureException)
            found = problem(FAILURE if failed else ERROR, err, (self.failures if failed else self.errors)[-1][1])
            found.message = f"{in_words(subtest._subDescription())} {found.message}"  # type: ignore[attr-defined]
            self.found.append(found)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        self.add(test, Outcome(SKIPPED, message=in_words(reason)))

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        super().addUnexpectedSuccess(test)
        self.add(test, Outcome(FAILURE, "UnexpectedSuccess", "It passed, but is marked as expected to fail."))

    def add(self, test: unittest.TestCase, found: Outcome) -> None:
        if self.test is None and id(test) in self.indices:  # Python 3.12.1 does not start tests that it skips
            self.startTest(test)
        if self.test is not None:
            self.found.append(found)
        else:  # unittest reports a fixture in place of a test
            self.channel.send({"fixture": in_words(test), "outcome": found.as_json()})


def problem(status: str, err: "Any", text: str) -> Outcome:
    if err[0] is None:
        return Outcome(status, message="The test ended without a result.")
    if issubclass(err[0], deadline.TimeUp):
        return timed_out(in_words(text))
    return Outcome(status, name_of(err[0]), in_words(err[1]), in_words(text))


def combined(found: "List[Outcome]") -> Outcome:
    """One outcome for a test: errors count before failures, these before skips; the first of them has the message."""
    if not found:
        return Outcome(PASSED)
    first = min(found, key=lambda outcome: (ERROR, FAILURE, SKIPPED).index(outcome.status))
    first.text = "\n".join(outcome.text for outcome in found if outcome.text)
    return first


def meta_of(test: "Optional[unittest.TestCase]") -> "Optional[Dict[str, str]]":
    """The texts that a test leaves in `self.meta` (coursemology 3.3, 5.1); None if it has none."""
    meta = getattr(test, "meta", None)
    if meta is None:
        return None
    if not isinstance(meta, dict):
        sys.stderr.write(f"{test}: self.meta must be a dict, not {type(meta).__name__}; it is left out.\n")
        return {}
    return {in_words(key): in_words(value) for key, value in meta.items()}
