"""Grades the sample submissions of two graders, says what became of each, and checks it against what is expected.

Run by `./dev demo`. Exit code 1 if any verdict is another than its grader's expected.json says.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from typing import Any, NamedTuple

from gradewright.autograder import Autograder
from gradewright.errors import GradewrightError
from gradewright.grading.enforcement import degradation
from gradewright.model.course import Exercise
from gradewright.model.report import Outcome, Report, StepSummary
from gradewright.reports.numbers import points, seconds
from gradewright.reports.words import EXPLAINED
from gradewright.settings import load
from gradewright.verdicts import CATALOGUE

GRADERS = Path(__file__).parent / "graders"
SAMPLES = {  # submission: what its author was up to
    "right.py": "solves the exercise",
    "partly-right.py": "solves some of it",
    "wrong.py": "is mistaken",
    "endless.py": "never ends",
    "fork-bomb.py": "starts processes without end",
    "forger.py": "prints a verdict of its own",
}
SHOWN = {
    "fibonacci": "a grader of test cases (contract: cases). The comparison happens outside of the sandbox.",
    "coursera-host": "a grader program written for Coursera (contract: coursera), run as Coursera runs it.",
}
LINE = "  {:<15}  {:<28}  {:>7}  {:>6}  {}"

NEXT = """
Next:
  One of these in full:  .venv/bin/gradewright grade local examples/graders/fibonacci \\
                           examples/graders/fibonacci/submissions/partly-right.py
  A grader of your own:  .venv/bin/gradewright new my-grader
  What works here:       .venv/bin/gradewright doctor"""


def main() -> int:
    autograder = Autograder(load())
    rows = [row for name in SHOWN for row in show(autograder, GRADERS / name)]
    print("\n" + fill(isolation(rows[-1].report.steps[-1]), width=100))
    if surprises := [surprise for row in rows for surprise in differences(row)]:
        print("\nNot as expected:", *surprises, sep="\n  ")
        return 1
    print("\nEvery verdict is the expected one.")
    print(NEXT)
    return 0


class Row(NamedTuple):
    grader: str
    submission: str
    report: Report
    expected: dict[str, Any]


def show(autograder: Autograder, directory: Path) -> Iterator[Row]:
    """Print one grader's table, each row as soon as it is known."""
    exercise = Exercise(id=directory.name, grader=autograder.open_grader(str(directory)))
    expected = json.loads((directory / "expected.json").read_text())
    print(f"\n{directory.name}: {SHOWN[directory.name]}\n")
    print(LINE.format("submission", "what it does", "points", "time", "verdict"))
    for name, intent in SAMPLES.items():
        began = time.monotonic()
        with autograder.submission(directory / "submissions" / name) as submission:
            report = autograder.grade(exercise, submission)
        worth = f"{points(report.points)}/{points(report.max_points)}"
        print(LINE.format(name, intent, worth, seconds(time.monotonic() - began), in_words(report)), flush=True)
        yield Row(directory.name, name, report, expected[name])


def isolation(step: StepSummary) -> str:
    """Where it ran, and how firmly."""
    weakness = degradation(step.sandbox, step.enforcement)
    return weakness or f"It ran in the {step.sandbox} sandbox, where the kernel enforces every limit."


def in_words(report: Report) -> str:
    """The verdict as a teacher would say it."""
    if report.outcome is not Outcome.GRADED:
        return " ".join([EXPLAINED[report.outcome], *report.messages[:1]])
    if report.points == report.max_points:
        return "Right"
    failed = dict.fromkeys(CATALOGUE[test.verdict].short for test in report.tests if not test.passed)
    reason = ", ".join(failed) or report.feedback.body.strip().partition("\n")[0]
    return f"Partly right: {reason[:1].lower()}{reason[1:]}" if report.points else reason


def differences(row: Row) -> Iterator[str]:
    """Where a report is not what the grader's author expects."""
    found = {
        "outcome": row.report.outcome.value,
        "points": float(row.report.points),
        "verdicts": {test.name: test.verdict for test in row.report.tests},
    }
    for key, value in row.expected.items():
        if found.get(key) != value:
            yield f"{row.grader}, {row.submission}: {key} should be {value} and is {found.get(key)}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except GradewrightError as error:
        print(f"The demo could not run: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
