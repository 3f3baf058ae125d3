"""Grades sample submissions with a grader of each contract, says what became of each, and checks that it is expected.

Run by `./dev demo`. Exit code 1 if any verdict is another than its grader's expected.json says.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from typing import Any, NamedTuple

import demo_service

from gradewright.autograder import Autograder
from gradewright.cli.streams import EXIT_UNREAD, Unread, secure_streams
from gradewright.errors import GradewrightError
from gradewright.grading.enforcement import degradation
from gradewright.model.course import Exercise
from gradewright.model.report import Outcome, Report, StepSummary
from gradewright.reports.numbers import points, seconds
from gradewright.reports.words import EXPLAINED
from gradewright.settings import load
from gradewright.verdicts import CATALOGUE

HERE = Path(__file__).parent


class Example(NamedTuple):
    """A grader with the submissions to show."""

    name: str
    what: str  # the kind of grader, for a teacher
    grader: Path
    submissions: str  # where the submission of a name lies
    expected: str  # its name in the file of expectations
    samples: dict[str, str]  # submission: what its author was up to
    program: str = ""  # what must be installed to run it


SAMPLES = {
    "right.py": "solves the exercise",
    "partly-right.py": "solves some of it",
    "wrong.py": "is mistaken",
    "endless.py": "never ends",
    "fork-bomb.py": "starts processes without end",
    "forger.py": "prints a verdict of its own",
}
EXAMPLES = (
    Example(
        "fibonacci",
        "a grader of test cases (contract: cases). The comparison happens outside of the sandbox.",
        HERE / "graders" / "fibonacci",
        "graders/fibonacci/submissions/{}",
        "graders/fibonacci/expected.json",
        SAMPLES,
    ),
    Example(
        "coursera-host",
        "a grader program written for Coursera (contract: coursera), run as Coursera runs it.",
        HERE / "graders" / "coursera-host",
        "graders/coursera-host/submissions/{}",
        "graders/coursera-host/expected.json",
        SAMPLES,
    ),
    Example(
        "roman-python",
        "a package of Coursemology (contract: coursemology), with public, private and evaluation tests.",
        HERE / "packages" / "roman-python" / "package",
        "packages/roman-python/submissions/{}",
        "packages/roman-python/expected.json",
        {
            "right.py": "solves the exercise",
            "without-subtraction.py": "solves some of it",
            "endless.py": "never ends in one of its tests",
            "forger.py": "writes a report of its own",
        },
        "make",
    ),
)
HARNESS = HERE / "harness"
STUDENTS = {
    "ada": "solves the exercise",
    "bob": "forgets the empty list",
    "cid": "has a syntax error",
    "dan": "never ends",
}
LINE = "  {:<22}  {:<30}  {:>7}  {:>6}  {}"

NEXT = """
Next:
  One of these in full:     .venv/bin/gradewright grade local examples/graders/fibonacci \\
                              examples/graders/fibonacci/submissions/partly-right.py
  A grader of your own:     .venv/bin/gradewright new my-grader
  The course in a browser:  ./dev serve
  What works here:          .venv/bin/gradewright doctor"""


def main() -> int:
    autograder = Autograder(load())
    rows = [row for example in EXAMPLES if is_there(example.name, example.program) for row in show(autograder, example)]
    surprises = [surprise for row in rows for surprise in differences(row)]
    if is_there("hw1", "make"):
        surprises += show_harness("hw1")
    surprises += demo_service.show()
    print("\n" + fill(isolation(rows[-1].report.steps[-1]), width=100))
    if surprises:
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


def is_there(name: str, program: str) -> bool:
    """Whether the program that an example needs is installed; says so if not."""
    if not program or shutil.which(program):
        return True
    print(f"\n{name}: left out, for it needs {program} (apt-get install {program}).")
    return False


def show(autograder: Autograder, example: Example) -> Iterator[Row]:
    """Print one grader's table, each row as soon as it is known."""
    exercise = Exercise(id=example.name, grader=autograder.open_grader(str(example.grader)))
    expected = json.loads((HERE / example.expected).read_text())
    print(f"\n{example.name}: {example.what}\n")
    print(LINE.format("submission", "what it does", "points", "time", "verdict"))
    for name, intent in example.samples.items():
        began = time.monotonic()
        with autograder.submission(HERE / example.submissions.format(name)) as submission:
            report = autograder.grade(exercise, submission)
        worth = f"{points(report.points)}/{points(report.max_points)}"
        print(LINE.format(name, intent, worth, seconds(time.monotonic() - began), in_words(report)), flush=True)
        yield Row(example.name, name, report, expected[name])


def show_harness(part: str) -> list[str]:
    """Print the table of a part of the queue harness, graded by its own command; returns what is not as expected."""
    trees = ["--resources", str(HARNESS / "resources"), "--submissions", str(HARNESS / "submissions")]
    command = [sys.executable, "-m", "gradewright", "-q", "harness", "--local", *trees, "--part", part, "--dry-run"]
    students = [word for name in STUDENTS for word in ("--student", name)]
    done = subprocess.run([*command, *students, "--format", "json"], check=True, stdout=subprocess.PIPE)
    expected = json.loads((HARNESS / "expected.json").read_text())
    print(f"\n{part}: a part of the queue harness (contract: harness), a Makefile that leaves tests.log.\n")
    print(LINE.format("student", "what it does", "points", "time", "verdict"))
    surprises = []
    for row in json.loads(done.stdout):
        name, worth = row["student"], f"{row['score']:g}/{row['max']:g}"
        verdict = "Right" if row["score"] == row["max"] else first_complaint(row["feedback"])
        print(LINE.format(name, STUDENTS[name], worth, seconds(row["seconds"]), verdict))
        if row["score"] != expected[f"{part}/{name}"]["points"]:
            surprises.append(f"{part}, {name}: points should be {expected[f'{part}/{name}']['points']}, not {worth}")
    return surprises


def first_complaint(feedback: str) -> str:
    return next((line for line in feedback.splitlines() if not line.endswith("is right")), "")


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
    secure_streams()
    try:
        code = main()
        sys.stdout.flush()
        sys.exit(code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Unread:
        sys.exit(EXIT_UNREAD)
    except GradewrightError as error:
        print(f"The demo could not run: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
