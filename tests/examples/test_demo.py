"""`./dev demo`: what a teacher reads in it, and that a surprising verdict is noticed."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from gradewright.model.report import Feedback, Outcome, Report, TestResult

DEMO = Path(__file__).parent.parent.parent / "examples" / "demo.py"
pytestmark = pytest.mark.needs("make")

VERDICTS = {  # submission: points and verdict, for each grader that shows it
    "right.py": ["10/10 Right", "1/1 Right", "5/5 Right"],
    "partly-right.py": ["5/10 Partly right: too much computing time", "0.75/1 Partly right: for 1000003"],
    "wrong.py": ["0/10 Wrong output", "0/1 For 12 it should print"],
    "endless.py": ["0/10 Too much computing time", "0/1 It was still running after", "3/5 Partly right: too slow"],
    "fork-bomb.py": ["0/10 Too much computing time", "0/1 It was still running after"],
    "forger.py": ["0/10 Wrong output", "0/1 For 12 it should print", "0/5 No result"],
    "ada": ["100/100 Right"],
    "cid": ["0/100 The submission could not be compiled."],
    "quiz": ["60/60 Thank you!", "48/60 Thank you!", "rejected Nothing was submitted"],
    "hello": ["100/100 100 / 100 Hello", "10/100 10 / 100 Hello"],
    "secret-number": ["10/10 10 / 10 points"],
}


@pytest.fixture(scope="module")
def shown() -> str:
    done = subprocess.run([sys.executable, DEMO], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", VERDICTS)
def test_each_submission_gets_its_row_from_each_grader(shown: str, name: str) -> None:
    rows = [re.sub(r" +[\d.]+ s +", " ", row) for row in re.findall(rf"^  {name} .*$", shown, flags=re.MULTILINE)]
    assert len(rows) == len(VERDICTS[name])
    for row, verdict in zip(rows, VERDICTS[name], strict=True):
        assert verdict in row


def test_it_says_where_it_ran_and_what_to_do_next(shown: str) -> None:
    assert "sandbox" in shown
    assert "gradewright new" in shown


def test_when_nobody_reads_on_it_ends_without_a_traceback() -> None:
    script = f"{sys.executable} {DEMO} | exec true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.fixture(scope="module")
def demo() -> Iterator[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(DEMO.parent)
        yield runpy.run_path(str(DEMO))


def test_a_surprising_verdict_is_noticed(demo: dict[str, Any]) -> None:
    report = Report(outcome=Outcome.GRADED, points=Fraction(1), max_points=Fraction(2))
    row = demo["Row"]("sums", "forger.py", report, {"outcome": "graded", "points": 0})
    assert list(demo["differences"](row)) == ["sums, forger.py: points should be 0 and is 1.0"]
    assert not list(demo["differences"](row._replace(expected={"outcome": "graded", "points": 1})))


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (Report(outcome=Outcome.REJECTED, messages=("sum.py is missing.",)), "sum.py is missing."),
        (Report(outcome=Outcome.GRADER_BROKEN, messages=("It printed nothing.",)), "It printed nothing."),
        (Report(outcome=Outcome.GRADED, max_points=Fraction(1), feedback=Feedback(body="No.\nNot at all.")), "No."),
        (
            Report(outcome=Outcome.GRADED, max_points=Fraction(1), tests=(TestResult(name="a", verdict="wall-time"),)),
            "Too slow",
        ),
    ],
    ids=["rejected", "broken", "feedback", "verdict"],
)
def test_each_outcome_is_put_in_words(demo: dict[str, Any], report: Report, words: str) -> None:
    assert words in demo["in_words"](report)
