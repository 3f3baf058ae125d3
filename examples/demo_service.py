"""Serves the example course, submits to it as A+ would, prints what came back, and checks that it is expected.

Part of `./dev demo`. The course's files are those of `courses/everything`; the stand-in for A+ is `FrontEnd`, which
authors of courses may use in tests of their own.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, NamedTuple

from gradewright.testing.front_end import FrontEnd, Sent, SentState
from gradewright.testing.served import serving

COURSES = Path(__file__).parent / "courses"
COURSE = "everything"
LINE = "  {:<14}  {:<38}  {:>7}  {:>6}  {}"
Fields = Mapping[str, str | list[str]]
Files = Mapping[str, tuple[str, bytes]]
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Sample(NamedTuple):
    """Something to submit."""

    exercise: str
    intent: str  # what the student was up to
    points: int  # that it should get
    fields: Fields = NOTHING
    files: Files = NOTHING
    uid: str = "1"
    state: SentState = SentState.READY


QUIZ: Fields = {
    "capital": "helsinki",
    "primes": ["two", "seven"],
    "season": "winter",
    "product": "42",
    "pi": "3.14",
    "greeting": "Hello, world!",
    "letters": "abc",
    "alternatives": "abd",
    "water": "true",
    "stone": "false",
    "swan": ["swim", "fly"],
    "pike": "swim",
    "mood": "easy",
}
SUM = b"import sys\nprint(sum(int(word) for word in sys.stdin.read().split()))\n"
SAMPLES = (
    Sample("quiz", "answers a form, all of it right", 60, QUIZ),
    Sample("quiz", "answers it with two mistakes", 48, {**QUIZ, "capital": "oulu", "primes": ["two", "four", "seven"]}),
    Sample("quiz", "leaves out what is required", 0, {"season": "winter"}, state=SentState.REJECTED),
    Sample("values", "sends a form of the course's own", 10, {"colour": "blue", "reason": "I like it"}),
    Sample("hello", "sends a program for a run.sh", 100, files={"program": ("a.py", b"print('Hello, world!')\n")}),
    Sample("hello", "sends one that greets nobody", 10, files={"program": ("a.py", b"print('Hello')\n")}),
    Sample("essay", "sends a text", 20, {"essay.txt": "Five words are quite enough", "sources/list.txt": ""}),
    Sample("sum", "sends a program for test cases", 50, files={"program": ("sum.py", SUM)}),
    Sample("secret-number", "adds up the numbers of student 2", 10, {"answer.txt": "618"}, uid="2"),
)


def show() -> list[str]:
    """Print one line for each sample; returns what is not as expected."""
    print("\neverything: a course as A+ has them, served over HTTP; a stand-in for A+ submits and waits for results.\n")
    print(LINE.format("exercise", "what the student does", "points", "time", "feedback"))
    with (
        FrontEnd() as front_end,
        TemporaryDirectory(prefix="gradewright-demo-") as directory,
        serving(Path(directory), courses=COURSES) as served,
    ):
        return [line for sample in SAMPLES for line in differences(sample, submit(front_end, served.url, sample))]


def submit(front_end: FrontEnd, address: str, sample: Sample) -> Sent:
    began = time.monotonic()
    sent = front_end.submit(f"{address}/{COURSE}/{sample.exercise}", sample.fields, sample.files, uid=sample.uid)
    if sent.state is SentState.WAITING:
        sent = front_end.wait_for(sent.id)
    worth = f"{sent.points}/{sent.max_points}" if sent.state is SentState.READY else sent.state.name.lower()
    took = f"{time.monotonic() - began:.2f} s"
    print(LINE.format(sample.exercise, sample.intent, worth, took, in_words(sent)), flush=True)
    return sent


def in_words(sent: Sent) -> str:
    """The beginning of what the student reads."""
    html = sent.feedback or (sent.page.html if sent.page else "")
    alert = re.search(r'class="alert[^>]*>(.*?)</div>', html, re.DOTALL)  # what a page says first
    said = alert[1] if alert else html.partition("</h3>")[2] or html  # else what stands below its title
    text = " ".join(unescape(re.sub(r"<[^>]*>", " ", said)).split())
    return text if len(text) < 60 else f"{text[:57]}..."


def differences(sample: Sample, sent: Sent) -> Iterator[str]:
    if (sent.state, sent.points) != (sample.state, sample.points):
        yield (
            f"{sample.exercise}, {sample.intent}: should be {sample.state.name} with {sample.points} points "
            f"and is {sent.state.name} with {sent.points}"
        )


if __name__ == "__main__":
    sys.exit("\n".join(show()))
