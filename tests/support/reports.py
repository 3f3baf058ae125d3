"""Reports to render, as graders would make them, and any report at all."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from gradewright.model.report import Feedback, Outcome, Report, Separation, StepSummary, TestResult, Visibility
from gradewright.model.run import Ending, EndingKind, Role, Usage
from gradewright.reports.batch import Batch, BatchEntry

USAGE = Usage(wall_seconds=0.034, cpu_seconds=0.03, memory_bytes=8_500_000, output_bytes=12)

RIGHT = TestResult(name="adds", passed=True, points=Fraction(2), max_points=Fraction(2), verdict="passed", usage=USAGE)
WRONG = TestResult(
    name="adds negative numbers",
    passed=False,
    points=Fraction(1, 2),
    max_points=Fraction(2),
    verdict="wrong-output",
    message="Line 2 of the output differs.",
    expected="-1\n-2\n",
    actual="-1\n2\n",
    diff="  -1\n- -2\n+ 2",
    hint="Mind the sign.",
    usage=USAGE,
)
HIDDEN = TestResult(
    name="large input",
    group="private",
    visibility=Visibility.STAFF,
    passed=None,
    max_points=Fraction(1),
    message="SECRET message",
    expected="SECRET expected",
    actual="SECRET actual",
    diff="SECRET diff",
    hint="SECRET hint",
    usage=USAGE,
)
STEP = StepSummary(
    name="run",
    role=Role.STUDENT,
    ending=Ending(kind=EndingKind.EXITED, exit_code=1),
    usage=USAGE,
    sandbox="bubblewrap",
    enforcement={"memory": "cgroup", "network": "kernel"},
    stdout="SECRET stdout",
    stderr="SECRET stderr",
)
PARTLY_RIGHT = Report(
    outcome=Outcome.GRADED,
    points=Fraction(5, 2),
    max_points=Fraction(5),
    tests=(RIGHT, WRONG, HIDDEN),
    feedback=Feedback(body="Well begun."),
    staff_notes=("SECRET note",),
    grading_data="SECRET",
    separation=Separation.SEPARATED,
    steps=(STEP,),
)
PERFECT = Report(outcome=Outcome.GRADED, points=Fraction(2), max_points=Fraction(2), tests=(RIGHT,))
REJECTED = Report(outcome=Outcome.REJECTED, messages=("The archive holds a link, a -> /etc/passwd.",))
BROKEN = Report(outcome=Outcome.GRADER_BROKEN, messages=("SECRET: grade.py, line 7.",), steps=(STEP,))


def entry(name: str, report: Report | None = PERFECT, **changes: Any) -> BatchEntry:
    return BatchEntry(submission=name, report=report, seconds=0.25, **changes)


def batch(*entries: BatchEntry, unfinished: int = 0) -> Batch:
    return Batch(grader="sum", entries=entries, unfinished=unfinished)


MIXED = batch(
    entry("ada", PERFECT),
    entry("bob.zip", PARTLY_RIGHT),
    entry("eve.zip", REJECTED),
    entry("mallory", BROKEN),
    entry("zoe", None, fault="The sandbox is gone.\nTry again."),
)

HOSTILE = "<script>alert(1)</script>\"'&\x1b[31m\u202e=1+1\0"  # for HTML, terminals and spreadsheets alike

decimals = st.builds(Fraction, st.integers(0, 100_000), st.sampled_from([1, 2, 4, 5, 8, 10, 100, 1000]))
usages = st.builds(
    Usage,
    wall_seconds=st.floats(0, 1e6),
    cpu_seconds=st.none() | st.floats(0, 1e6),
    memory_bytes=st.none() | st.integers(0, 1 << 40),
    output_bytes=st.integers(0, 1 << 40),
)
texts = st.text(max_size=20) | st.just(HOSTILE)
tests = st.builds(
    TestResult,
    name=texts,
    group=texts,
    visibility=st.sampled_from(Visibility),
    when_published=st.none() | st.sampled_from(Visibility),
    passed=st.sampled_from([True, False, None]),
    points=decimals,
    max_points=decimals,
    verdict=texts,
    message=texts,
    expected=texts,
    actual=texts,
    diff=texts,
    hint=texts,
    usage=st.none() | usages,
)
steps = st.builds(
    StepSummary,
    name=texts,
    role=st.sampled_from(Role),
    ending=st.builds(Ending, kind=st.sampled_from(EndingKind), exit_code=st.none() | st.integers(0, 255), detail=texts),
    usage=usages,
    sandbox=texts,
    enforcement=st.dictionaries(st.sampled_from(["memory", "cpu"]), st.sampled_from(["cgroup", "none"])),
    stdout=texts,
    stderr=texts,
)
reports = st.builds(
    Report,
    outcome=st.sampled_from(Outcome),
    points=decimals,
    max_points=decimals,
    tests=st.lists(tests, max_size=3).map(tuple),
    feedback=st.builds(Feedback, body=texts, html=st.booleans()),
    messages=st.lists(texts, max_size=2).map(tuple),
    staff_notes=st.lists(texts, max_size=2).map(tuple),
    separation=st.sampled_from(Separation),
    steps=st.lists(steps, max_size=2).map(tuple),
    grading_data=st.sampled_from(["", '{"submission_tags": "late"}']),
)
entries = st.builds(BatchEntry, submission=texts, report=st.none() | reports, fault=texts, seconds=st.floats(0, 1e6))
batches = st.builds(Batch, grader=texts, entries=st.lists(entries, max_size=3), unfinished=st.integers(0, 9))
