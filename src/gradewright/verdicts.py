"""The words for what became of a test, each with a short text for tables and an explanation for whoever asks.

They are the values of `TestResult.verdict`; `docs/reference/verdicts.md` shows them to people.
"""

from __future__ import annotations

from typing import NamedTuple


class Verdict(NamedTuple):
    short: str
    explanation: str


CATALOGUE = {
    "passed": Verdict("Passed", "The program did what the case asks for."),
    "partly-right": Verdict("Partly right", "The judge program of the case gave some of the points."),
    "wrong-output": Verdict("Wrong output", "The program ended well, but what it printed is not what was expected."),
    "wrong-file": Verdict("Wrong file", "The program ended well, but a file that it wrote is not as expected."),
    "missing-file": Verdict("Missing file", "The program ended well, but did not leave a file that it should write."),
    "wrong-exit-code": Verdict(
        "Wrong exit code",
        "The program ended by itself with another exit code than expected; mostly it stopped at an error.",
    ),
    "signalled": Verdict(
        "Crashed", "The program was ended by a signal, such as a segmentation fault, a division by zero or an abort."
    ),
    "out-of-memory": Verdict("Out of memory", "The program and its children needed more memory than is allowed."),
    "cpu-time": Verdict("Too much computing time", "The program used more processor time than is allowed."),
    "wall-time": Verdict("Too slow", "The program was still running when its time was over."),
    "output-limit": Verdict("Too much output", "The program printed more than is allowed and was stopped."),
    "disk-limit": Verdict("Too much on disk", "The program wrote more to its files than is allowed."),
    "not-started": Verdict("Not started", "The program could not be started: it is missing or cannot be executed."),
    "compile-error": Verdict("Does not compile", "There is no program to run, because the submission did not compile."),
    "run-error": Verdict("Tests failed to run", "The tests of the exercise ended with an error before they were done."),
    "too-large": Verdict("File too large", "The file is larger than the exercise accepts, so it was not tried."),
    "not-text": Verdict("Not a text", "The file is not a text in UTF-8, so it was not tried."),
    "scored": Verdict("Points", "The grader gave points for this test."),
    "no-points": Verdict("No points", "The grader gave no points for this test, or took some away."),
    "test-failed": Verdict("Test failed", "The test ran, and what it asserts of the program is not true."),
    "test-error": Verdict("Error in the test", "The test ended with an error before it could decide."),
    "test-skipped": Verdict("Test skipped", "The test decided not to run, which counts as not passed."),
    "no-result": Verdict("No result", "The tests ended before this one had a result."),
    "judge-broken": Verdict(
        "Not judged", "The judge program of the case failed. This is the fault of its author and never of the student."
    ),
}
