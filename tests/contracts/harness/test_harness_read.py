"""What becomes of a run: the table of outcomes (queues 1.4)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from gradewright.contracts.harness.feedback import as_posted, cut
from gradewright.contracts.harness.planning import COMPILE_FAILED, NO_MAKE, REFUSED, RUN_FAILED
from gradewright.model.report import Outcome, Report
from gradewright.model.run import EndingKind, FileState, OutputFile, StepResult
from gradewright.testing import ended, exited
from support.harness import DATABASE, HOME, MINIMAL, Read, left


def verdicts(report: Report) -> dict[str, str]:
    return {test.name: test.verdict for test in report.tests}


def test_points_are_added_and_each_line_is_a_test(read: Read) -> None:
    report = read(left(tests=b"2;adds\n0;does not subtract\n1/2;\n"))
    assert report.outcome is Outcome.GRADED
    assert (report.points, report.max_points) == (Fraction("2.5"), 100)
    assert verdicts(report) == {"test 1": "scored", "test 2": "no-points", "test 3": "scored"}
    assert [test.points for test in report.tests] == [2, 0, Fraction(1, 2)]
    assert report.feedback.body == "adds\ndoes not subtract\n"


def test_the_config_multiplies_and_limits(read: Read) -> None:
    config = f"{MINIMAL}grademult = 1/3\nmaximum-score = 3\nminimum-score = -1\n"
    assert read(left(tests=b"5;x\n"), config).points == Fraction("1.67")
    assert read(left(tests=b"50;x\n"), config).points == 3
    assert read(left(tests=b"-50;x\n"), config).points == -1


def test_an_empty_log_is_no_points(read: Read) -> None:
    report = read(left(tests=b""))
    assert (report.outcome, report.points, report.feedback.body) == (Outcome.GRADED, 0, "")


def test_what_does_not_compile_gets_the_words_of_the_compiler(read: Read) -> None:
    report = read(left(code=COMPILE_FAILED, compile=b"hw.py:1: \x1b[31merror\x1b[0m\n", tests=b"9;forged\n"))
    assert (report.outcome, report.points) == (Outcome.GRADED, 0)
    assert verdicts(report) == {"compile": "compile-error"}
    assert "hw.py:1: [31merror" in report.feedback.body


def test_tests_that_fail_to_run_get_no_points_whatever_the_log_says(read: Read) -> None:
    report = read(left(code=RUN_FAILED, compile=b"fine", run=b"Segmentation fault\n", tests=b"9;forged\n"))
    assert report.points == 0
    assert verdicts(report) == {"run": "run-error"}
    assert "Segmentation fault" in report.feedback.body
    assert "fine" not in report.feedback.body


@pytest.mark.parametrize(
    ("logs", "step", "words"),
    [
        ({"compile": b""}, "compile", "being compiled"),
        ({"compile": b"", "run": b""}, "run", "still running"),
    ],
)
def test_a_timeout_says_where_and_the_limit(read: Read, logs: dict[str, bytes], step: str, words: str) -> None:
    outcome = replace(ended(EndingKind.WALL_TIME), outputs=left(**logs).outputs)
    report = read(outcome)
    assert (report.outcome, report.points, verdicts(report)) == (Outcome.GRADED, 0, {step: "wall-time"})
    assert words in report.feedback.body
    assert "5 seconds" in report.feedback.body


def test_too_much_memory_is_said(read: Read) -> None:
    outcome = ended(EndingKind.OUT_OF_MEMORY, detail="used more than 64 MiB of memory")
    report = read(replace(outcome, outputs=left(run=b"").outputs))
    assert verdicts(report) == {"run": "out-of-memory"}
    assert "It used more than 64 MiB of memory." in report.feedback.body


def test_a_killed_shell_is_a_failed_run(read: Read) -> None:
    report = read(replace(ended(EndingKind.SIGNALLED, signal=9), outputs=left(run=b"", tests=b"9;forged\n").outputs))
    assert (report.points, verdicts(report)) == (0, {"run": "run-error"})


@pytest.mark.parametrize("state", [state for state in FileState if state is not FileState.OK])
def test_a_log_that_is_no_plain_file_is_no_grade(read: Read, state: FileState) -> None:
    path = f"{HOME}/out/tests.log"
    outcome = replace(exited(), outputs=(OutputFile(path=path, state=state),))
    report = read(outcome)
    assert report.outcome is Outcome.GRADER_BROKEN
    assert "tests.log" in report.messages[0]


def test_a_log_that_is_missing_is_never_taken_from_before(read: Read) -> None:
    assert "wrote no out/tests.log" in read(left(compile=b"", run=b"")).messages[0]


def test_a_malformed_log_is_the_parts_fault_with_its_line(read: Read) -> None:
    report = read(left(tests=b"1;fine\nnan;not fine\n"))
    assert report.outcome is Outcome.GRADER_BROKEN
    assert "Line 2" in report.messages[0]
    assert report.points == 0


def test_lines_that_were_passed_over_are_told_to_staff(read: Read) -> None:
    report = read(left(tests=b"1;fine\nnan;not fine\n"), f"{MINIMAL}strict-log = no\n")
    assert report.points == 1
    assert "Line 2" in report.staff_notes[0]


@pytest.mark.parametrize(
    ("said", "verdict", "words"),
    [
        (b"size 4097\n", "too-large", "hw.py has 4097 bytes; at most 4096"),
        (b"encoding 7\n", "not-text", "byte 7"),
    ],
)
def test_what_was_refused_gets_no_points_and_the_reason(read: Read, said: bytes, verdict: str, words: str) -> None:
    report = read(exited(), refused=exited(said, code=REFUSED), files={"hw.py": "#" * 4097})
    assert (report.outcome, report.points, verdicts(report)) == (Outcome.GRADED, 0, {"submission": verdict})
    assert words in report.feedback.body
    assert "in config" in report.staff_notes[0]


@pytest.mark.parametrize(
    ("makefile", "words"),
    [
        (exited(code=2, stderr=b"Makefile:3: *** missing separator.  Stop.\n"), "missing separator"),
        (exited(code=NO_MAKE), "install it"),
        (exited(DATABASE.replace(b"run:", b"walk:")), "no target 'run'"),
        (exited(b"# Implicit Rules\n# Files\nrun:\n"), "no target 'compile'"),
        (ended(EndingKind.NOT_STARTED, detail="No such file or directory: /bin/sh"), "/bin/sh"),
        (ended(EndingKind.WALL_TIME, detail="ran longer than 10 seconds"), "ran longer"),
    ],
    ids=["syntax", "no make", "no run", "no target at all", "no shell", "endless"],
)
def test_what_is_wrong_with_the_makefile_never_costs_a_student_points(
    read: Read, makefile: StepResult, words: str
) -> None:
    report = read(left(tests=b"1;x\n"), makefile=makefile)
    assert report.outcome is Outcome.GRADER_BROKEN
    assert words in report.messages[0]


def test_the_first_target_stands_in_for_compile_with_a_note(read: Read) -> None:
    report = read(left(tests=b"1;x\n"), makefile=exited(DATABASE.replace(b"compile", b"build")))
    assert report.points == 1
    assert "'build'" in report.staff_notes[0]


def test_feedback_of_students_programs_is_text(read: Read) -> None:
    body = "<script>alert(1)</script>"
    report = read(left(tests=f"1;{body}\n".encode()))
    assert (report.feedback.html, report.feedback.body) == (False, f"{body}\n")
    assert as_posted(report.feedback.body, html=False) == "&lt;script&gt;alert(1)&lt;/script&gt;<br>\n"


def test_feedback_is_html_where_the_author_says_so_but_logs_never_are(read: Read) -> None:
    config = f"{MINIMAL}feedback-format = html\n"
    report = read(left(tests=b"1;<b>good</b>\n1;more\n"), config)
    assert (report.feedback.html, report.feedback.body) == (True, "<b>good</b><br>\nmore<br>\n")
    failed = read(left(code=COMPILE_FAILED, compile=b"<stdio.h> is missing"), config)
    assert failed.feedback.html
    assert "&lt;stdio.h&gt; is missing" in failed.feedback.body


def test_feedback_may_be_kept_from_those_without_points(read: Read) -> None:
    config = f"{MINIMAL}on-zero-feedback = replace\n"
    assert "secret" not in read(left(tests=b"0;secret\n"), config).feedback.body
    assert "secret" in read(left(tests=b"1;secret\n"), config).feedback.body


def test_long_logs_keep_head_and_tail(read: Read) -> None:
    log = b"first\n" + b"x" * 5000 + b"\nlast"
    body = read(left(code=RUN_FAILED, run=log), f"{MINIMAL}max-feedback = 1K\n").feedback.body
    assert len(body) < 1400
    assert "first" in body
    assert "last" in body
    assert "bytes left out" in body


def test_nothing_is_cut_that_fits() -> None:
    assert cut(b"x" * 10, 10) == b"x" * 10
