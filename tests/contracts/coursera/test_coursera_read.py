"""A finished run becomes a report: endings, both generations, rich feedback (coursera 4.2-4.4)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from gradewright.model.report import Feedback, Outcome, Report
from gradewright.model.run import Ending, EndingKind, FileState, OutputFile

Read = Callable[..., Report]

GOOD = b'{"fractionalScore": 1, "feedback": "well done"}'
HALF = b'{"fractionalScore": 0.5, "feedback": "half"}'
FILE = "/shared/feedback.json"
HTML = b'{"fractionalScore": 1, "feedback": "plain", "feedbackType": "HTML"}'
TXT = b'{"fractionalScore": 1, "feedback": "", "feedbackType": "TXT"}'


def exited(code: int) -> Ending:
    return Ending(kind=EndingKind.EXITED, exit_code=code)


ENDINGS = [  # how the grader ended, parts of what is said: which limit, what to do
    (Ending(kind=EndingKind.WALL_TIME), "did not complete within the required timeout of 1200 seconds", "--timeout"),
    (Ending(kind=EndingKind.OUT_OF_MEMORY), "more than its 4096 MiB of memory", "--mem-limit"),
    (Ending(kind=EndingKind.CPU_TIME), "seconds of CPU time", "cpu_seconds"),
    (Ending(kind=EndingKind.OUTPUT_LIMIT), "printed more than 4 MiB", "output below [limits]"),
    (Ending(kind=EndingKind.DISK_LIMIT), "wrote more than 512 MiB", "disk below [limits]"),
    (Ending(kind=EndingKind.SIGNALLED, signal=11), "signal 11 (SIGSEGV)", "exit with code 0"),
    (Ending(kind=EndingKind.SIGNALLED, signal=99), "signal 99", "exit with code 0"),
    (
        Ending(kind=EndingKind.NOT_STARTED, detail="Exec format error: /grader/grade"),
        "could not be started: Exec format error: /grader/grade",
        "built for amd64. Rebuild it for this architecture",
    ),
    (
        Ending(kind=EndingKind.NOT_STARTED, detail="Permission denied: /grader/grade"),
        "could not be started: Permission denied",
        "chmod a+rx /grader/grade",
    ),
    (
        Ending(kind=EndingKind.NOT_STARTED, detail="No such file or directory: /grader/grade"),
        "could not be started: No such file",
        "CRLF",
    ),
    (Ending(kind=EndingKind.NOT_STARTED), "could not be started: /grader/grade", "gradewright sanity"),
    (exited(3), "The grade command did not exit cleanly within the container. Exit code: 3", "exit with code 0"),
    (exited(126), "Exit code: 126", "chmod a+rx"),
    (exited(127), "Exit code: 127", "a program is not there"),
]


@pytest.mark.parametrize(("ending", "what", "remedy"), ENDINGS, ids=lambda value: str(value)[:30])
def test_a_bad_ending_is_the_graders_fault_and_never_a_zero(read: Read, ending: Ending, what: str, remedy: str) -> None:
    report = read(stdout=GOOD, ending=ending)
    assert report.outcome is Outcome.GRADER_BROKEN
    assert what in report.messages[0]
    assert remedy in report.messages[1]


def test_after_a_bad_exit_code_the_output_is_still_validated(read: Read) -> None:
    report = read(stdout=b'{"fractionalScore": 2}', ending=exited(1))
    assert report.messages[0].endswith("Exit code: 1")
    assert report.messages[2:4] == (
        "Field 'fractionalScore' must be <= 1.",
        "Field 'feedback' not present in parsed output.",
    )


def test_the_last_words_of_a_traceback_are_told(read: Read) -> None:
    stderr = b'Traceback (most recent call last):\n  File "g.py", line 1\nZeroDivisionError: division by zero\n'
    assert "ZeroDivisionError: division by zero" in read(stderr=stderr, ending=exited(1)).messages[1]


def test_the_file_wins_over_stdout(read: Read) -> None:
    assert read(stdout=GOOD, files={FILE: HALF}).points == Fraction(1, 2)
    assert read(stdout=b"only a log", files={FILE: HALF}, generation="v2").points == Fraction(1, 2)


def test_the_first_generation_looks_at_stdout_alone(read: Read) -> None:
    assert read(stdout=GOOD, files={FILE: HALF}, generation="v1").points == 1


def test_a_second_generation_grader_that_leaves_no_file_is_told_so(read: Read) -> None:
    messages = read(stdout=b"some log", generation="v2").messages
    assert messages[0] == "The grader left no /shared/feedback.json."
    assert '{"fractionalScore": 0.5' in messages[1]


def test_a_first_generation_grader_run_as_the_second_is_recognised(read: Read) -> None:
    assert "--contract v1" in read(stdout=GOOD, generation="v2").messages[1]


def test_without_a_verdict_anywhere_both_places_are_named(read: Read) -> None:
    messages = "\n".join(read().messages)
    assert "Stdout is empty" in messages
    assert "There is no /shared/feedback.json either." in messages


@pytest.mark.parametrize(
    ("state", "part"),
    [
        (FileState.NOT_A_FILE, "not a regular file"),
        (FileState.TOO_LARGE, "larger than 1 MiB"),
        (FileState.UNREADABLE, "could not be read"),
    ],
)
def test_a_strange_thing_in_place_of_the_file_is_never_read_nor_passed_over(
    read: Read, state: FileState, part: str
) -> None:
    report = read(stdout=GOOD, files={FILE: OutputFile(path=FILE, state=state)})
    assert report.outcome is Outcome.GRADER_BROKEN
    assert report.messages[0].startswith(FILE)
    assert part in report.messages[0]


def test_feedback_is_plain_text(read: Read) -> None:
    assert read(stdout=GOOD).feedback == Feedback(body="well done")


@pytest.mark.parametrize(
    ("verdict", "path", "html"),
    [(HTML, "/shared/htmlFeedback.html", True), (TXT, "/shared/txtFeedback.txt", False)],
)
def test_rich_feedback_takes_the_place_of_the_field(read: Read, verdict: bytes, path: str, html: bool) -> None:
    report = read(files={FILE: verdict, path: b"<b>good</b>"})
    assert (report.outcome, report.feedback) == (Outcome.GRADED, Feedback(body="<b>good</b>", html=html))


def test_rich_feedback_that_is_promised_and_missing_is_the_graders_fault(read: Read) -> None:
    report = read(files={FILE: HTML, "/shared/txtFeedback.txt": b"the other file"})
    assert report.outcome is Outcome.GRADER_BROKEN
    assert "left no /shared/htmlFeedback.html" in report.messages[0]


def test_rich_feedback_that_is_a_link_is_not_read(read: Read) -> None:
    path = "/shared/htmlFeedback.html"
    report = read(files={FILE: HTML, path: OutputFile(path=path, state=FileState.NOT_A_FILE)})
    assert (report.outcome, report.feedback) == (Outcome.GRADER_BROKEN, Feedback())
    assert "not a regular file" in report.messages[0]


@pytest.mark.parametrize("verdict", [HTML, HTML.replace(b'"HTML"', b"7")])
def test_the_first_generation_knows_no_rich_feedback(read: Read, verdict: bytes) -> None:
    report = read(stdout=verdict, generation="v1")
    assert (report.outcome, report.feedback) == (Outcome.GRADED, Feedback(body="plain"))


def test_arguments_lost_in_a_shell_form_entrypoint_are_noted(read: Read) -> None:
    lost = read(stdout=GOOD, image_entrypoint=("/bin/sh", "-c", "/grader/grade"), arguments=("partId", "7"))
    assert "the arguments never reach the grader" in lost.staff_notes[0]
    assert read(stdout=GOOD, arguments=("partId", "7")).staff_notes == ()
