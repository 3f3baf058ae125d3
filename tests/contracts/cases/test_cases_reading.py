"""Every way in which a run can end, and what student and author then hear of it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from fractions import Fraction
from signal import Signals

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.contracts.cases import Cases
from gradewright.model.course import Exercise, Grader
from gradewright.model.report import Outcome, Report, Visibility
from gradewright.model.run import Ending, EndingKind, FileState, Limits, OutputFile, StepResult, Usage
from gradewright.model.submission import Submission
from gradewright.testing import ended, exited, run_plan_with, submission_in
from gradewright.verdicts import CATALOGUE

Read = Callable[..., Report]

ONE = """
run = ["python3", "main.py"]
[[cases]]
name = "one"
points = 3
expected = "42"
"""
JUDGED = """
run = ["python3", "main.py"]
[[cases]]
name = "one"
points = 3
compare = { method = "judge", command = ["judge"] }
"""
COMPILED = """
language = "c"
[[cases]]
name = "one"
expected = "42"
[[cases]]
name = "two"
expected = "43"
points = 2
"""
FILE = """
run = ["python3", "main.py"]
[[cases]]
name = "one"
expected_files = { "out.txt" = "a\\nb\\n" }
"""


def left(state: FileState, data: bytes = b"") -> StepResult:
    """A run that left this where `out.txt` should be."""
    result = exited(files={"/student/out.txt": data})
    (file,) = result.outputs
    return StepResult(step="", ending=result.ending, outputs=(OutputFile(path=file.path, state=state, data=file.data),))


def refused_forks(code: int) -> StepResult:
    return StepResult(step="", ending=exited(code=code).ending, usage=Usage(processes_refused=7))


ENDINGS = [
    # grader, the steps' results, verdict, points, what the student reads
    (ONE, {"case one": exited(b"42\n")}, "passed", 3, ""),
    (ONE, {"case one": exited(b"41\n")}, "wrong-output", 0, 'Line 1 differs: expected "42", got "41".'),
    (ONE, {"case one": exited(b"\xff\n")}, "wrong-output", 0, "not valid UTF-8"),
    (ONE, {"case one": exited(b"", stderr=b"main: no input\n")}, "wrong-output", 0, "main: no input"),
    (ONE, {"case one": exited(b"42\n", code=1)}, "wrong-exit-code", 0, "stopped at an error with exit code 1"),
    (ONE, {"case one": exited(code=1, stderr=b"Traceback\nIndexError: x\n")}, "wrong-exit-code", 0, "IndexError: x"),
    (ONE, {"case one": refused_forks(1)}, "wrong-exit-code", 0, "more than the 64 processes"),
    (ONE, {"case one": ended(EndingKind.SIGNALLED, signal=Signals.SIGSEGV)}, "signalled", 0, "segmentation fault"),
    (ONE, {"case one": ended(EndingKind.SIGNALLED, signal=Signals.SIGFPE)}, "signalled", 0, "by zero"),
    (ONE, {"case one": ended(EndingKind.SIGNALLED, signal=Signals.SIGTERM)}, "signalled", 0, "SIGTERM"),
    (ONE, {"case one": ended(EndingKind.SIGNALLED, signal=77)}, "signalled", 0, "signal 77"),
    (ONE, {"case one": ended(EndingKind.OUT_OF_MEMORY)}, "out-of-memory", 0, "more than the 512 MiB of memory"),
    (ONE, {"case one": ended(EndingKind.WALL_TIME)}, "wall-time", 0, "still running after 10 seconds"),
    (ONE, {"case one": ended(EndingKind.CPU_TIME)}, "cpu-time", 0, "seconds of processor time"),
    (ONE, {"case one": ended(EndingKind.OUTPUT_LIMIT)}, "output-limit", 0, "printed more than the 4 MiB"),
    (ONE, {"case one": ended(EndingKind.DISK_LIMIT)}, "disk-limit", 0, "wrote more than the 64 MiB"),
    (FILE, {"case one": left(FileState.OK, b"a\nb\n")}, "passed", 1, ""),
    (FILE, {"case one": left(FileState.OK, b"a\nc\n")}, "wrong-file", 0, "In the file out.txt: Line 2 differs"),
    (FILE, {"case one": exited()}, "missing-file", 0, "did not write the file out.txt"),
    (FILE, {"case one": left(FileState.NOT_A_FILE)}, "missing-file", 0, "no plain file"),
    (FILE, {"case one": left(FileState.LINK, b"/etc")}, "missing-file", 0, "no plain file"),
    (FILE, {"case one": left(FileState.UNREADABLE)}, "missing-file", 0, "cannot be read"),
    (FILE, {"case one": left(FileState.TOO_LARGE)}, "wrong-file", 0, "much larger than expected"),
    (JUDGED, {"judge one": exited()}, "passed", 3, ""),
    (JUDGED, {"judge one": exited(b"Almost.\n", code=1)}, "wrong-output", 0, "Almost."),
    (JUDGED, {"judge one": exited(b'{"fraction": 0.5, "message": "Half."}')}, "partly-right", Fraction(3, 2), "Half."),
    (JUDGED, {"judge one": exited(b'{"fraction": 1}', code=1)}, "passed", 3, ""),
    (JUDGED, {"judge one": exited(b'{"message": "No."}', code=1)}, "wrong-output", 0, "No."),
    (JUDGED, {"case one": exited(code=2), "judge one": exited()}, "wrong-exit-code", 0, "exit code 2"),
]


@pytest.mark.parametrize(("source", "answers", "verdict", "points", "says"), ENDINGS)
def test_an_ending_gives_its_verdict_and_says_what_to_do(
    read: Read, source: str, answers: dict[str, StepResult], verdict: str, points: Fraction, says: str
) -> None:
    report = read(source, answers)
    (test,) = report.tests
    assert report.outcome is Outcome.GRADED
    assert (test.verdict, report.points, test.passed) == (verdict, points, verdict == "passed")
    assert says in test.message
    assert verdict in CATALOGUE


def test_every_verdict_of_the_catalogue_can_be_reached() -> None:
    elsewhere = {"not-started", "compile-error", "judge-broken"}
    of_the_harness = {"run-error", "too-large", "not-text", "scored", "no-points"}
    of_coursemology = {"test-failed", "test-error", "test-skipped", "no-result"}
    others = of_the_harness | of_coursemology
    assert {verdict for _, _, verdict, _, _ in ENDINGS} | elsewhere == set(CATALOGUE) - others


BROKEN_JUDGES = [
    (exited(code=2, stderr=b"NameError: x\n"), "NameError: x"),
    (ended(EndingKind.WALL_TIME), "wall-time"),
    (ended(EndingKind.SIGNALLED, signal=9), "signal 9"),
    (ended(EndingKind.NOT_STARTED, detail="No such file or directory: judge"), "No such file or directory: judge"),
    (exited(b"{broken"), "cannot be used"),
    (exited(b'{"fraction": 1.5}'), "number from 0 to 1"),
    (exited(b'{"fraction": true}'), "number from 0 to 1"),
    (exited(b'{"fraction": NaN}'), "cannot be used"),
    (exited(b'{"points": 3}'), "'points' is not known"),
    (exited(b'{"message": 3}'), "message must be a text"),
    (exited(b'{"fraction": 1, "fraction": 0}'), "twice"),
    (exited(b'{"message": ' + b"[" * 100_000), "cannot be used"),
]


@pytest.mark.parametrize(("answer", "says"), BROKEN_JUDGES)
def test_a_broken_judge_is_the_fault_of_its_author(read: Read, answer: StepResult, says: str) -> None:
    report = read(JUDGED, {"judge one": answer})
    (test,) = report.tests
    assert (report.outcome, report.points) == (Outcome.GRADER_BROKEN, 0)
    assert (test.verdict, test.passed, test.message) == ("judge-broken", None, "")
    assert "Case one: The judge program failed" in report.messages[0]
    assert says in report.messages[0]


@pytest.mark.parametrize(
    ("command", "detail", "students"),
    [
        ("python3", "No such file or directory: python3", False),
        ("/opt/tool", "Permission denied: /opt/tool", False),
        ("./program", "No such file or directory: ./program", True),
        ("./check.sh", "Permission denied: ./check.sh", False),
        ("python3", "No space left on device: /student/big.bin", True),
    ],
)
def test_whose_fault_it_is_that_a_program_does_not_start(read: Read, command: str, detail: str, students: bool) -> None:
    source = f'run = ["{command}"]\nsupport = "support"\n[[cases]]\nname = "one"\nexpected = "42"\n'
    answers = {"case one": ended(EndingKind.NOT_STARTED, detail=detail)}
    report = read(source, answers, files={"support/check.sh": "exit 0"})
    (test,) = report.tests
    assert test.verdict == "not-started"
    assert report.outcome is (Outcome.GRADED if students else Outcome.GRADER_BROKEN)
    assert detail in (test.message if students else report.messages[0])


def test_what_does_not_compile_gets_nothing_and_the_compilers_words_once(read: Read) -> None:
    report = read(COMPILED, {"compile": exited(code=1, stderr=b"main.c:1: error: expected ';'\n")})
    assert (report.outcome, report.points, report.max_points) == (Outcome.GRADED, 0, 3)
    assert [test.verdict for test in report.tests] == ["compile-error", "compile-error"]
    assert "expected ';'" in report.feedback.body
    assert not any(test.message for test in report.tests)


def test_a_compiler_that_takes_too_long_is_said_to(read: Read) -> None:
    report = read(COMPILED, {"compile": ended(EndingKind.WALL_TIME)})
    assert report.outcome is Outcome.GRADED
    assert "The compiler was still running after 60 seconds" in report.feedback.body


def test_a_compiler_that_fails_silently_is_told_of(read: Read) -> None:
    report = read(COMPILED, {"compile": exited(code=4)})
    assert report.feedback.body == "Your submission does not compile: the compiler ends with exit code 4."


def test_a_submission_too_large_to_compile_is_the_students(read: Read) -> None:
    detail = "No space left on device: /student/big.c"
    report = read(COMPILED, {"compile": ended(EndingKind.NOT_STARTED, detail=detail)})
    assert report.outcome is Outcome.GRADED
    assert detail in report.feedback.body


def test_a_compiler_that_is_not_there_is_not_the_students_fault(read: Read) -> None:
    report = read(COMPILED, {"compile": ended(EndingKind.NOT_STARTED, detail="No such file or directory: gcc")})
    assert report.outcome is Outcome.GRADER_BROKEN
    assert "gcc could not be started" in report.messages[0]


def test_warnings_of_the_compiler_reach_the_student(read: Read) -> None:
    answers = {
        "compile": exited(stderr=b"main.c:2: warning: unused variable\n"),
        "case one": exited(b"42"),
        "case two": exited(b"43"),
    }
    report = read(COMPILED, answers)
    assert report.points == report.max_points == 3
    assert "unused variable" in report.feedback.body


def test_points_are_exact(read: Read) -> None:
    source = 'run = ["x"]\n[defaults]\npoints = 0.1\n[[cases]]\n[[cases]]\n[[cases]]\n'
    report = read(source, {})
    assert report.points == report.max_points == Fraction(3, 10)


def test_a_case_says_what_was_expected_and_what_came(read: Read) -> None:
    report = read(ONE, {"case one": exited(b"4\x1b2 \r\n\xff")})
    (test,) = report.tests
    assert test.expected == "42"
    assert test.actual == "4\\x1b2 \\r\n\\xff"
    assert test.diff.splitlines() == ["@@ -1,1 +1,2 @@", "-42", "+4\\x1b2", "+\\xff"]


def test_a_case_of_a_hidden_group_is_for_staff(read: Read) -> None:
    source = ONE + 'hint = "Think."\ngroup = "private"\n'
    (test,) = read(source, {"case one": exited(b"41")}).tests
    assert (test.visibility, test.group, test.hint) == (Visibility.STAFF, "private", "Think.")
    (test,) = read(source + 'visibility = "everybody"\n', {"case one": exited(b"41")}).tests
    assert test.visibility is Visibility.EVERYBODY


def test_another_exit_code_may_be_asked_for(read: Read) -> None:
    source = 'run = ["x"]\n[[cases]]\nname = "one"\nexit_code = 3\n'
    assert read(source, {"case one": exited(code=3)}).points == 1
    (test,) = read(source, {"case one": exited(code=0)}).tests
    assert test.message == "Your program ended with exit code 0, but 3 was expected."


def test_any_exit_code_may_do(read: Read) -> None:
    source = 'run = ["x"]\n[[cases]]\nname = "one"\nexit_code = "any"\nexpected = "42"\n'
    assert read(source, {"case one": exited(b"42", code=200)}).points == 1


def test_huge_output_is_cut_in_the_report(read: Read) -> None:
    report = read(ONE, {"case one": exited(b"x" * 10**6 + b"\n" + b"y\n" * 10**6)})
    (test,) = report.tests
    assert len(test.actual) < 10_000
    assert "more bytes" in test.actual
    assert len(test.diff) < 20_000
    assert len(test.message) < 1000


def test_the_limits_in_messages_are_those_of_the_case(read: Read) -> None:
    source = ONE + 'limits = { wall_seconds = "2 min", memory = "1 GiB" }\n'
    (test,) = read(source, {"case one": ended(EndingKind.WALL_TIME)}, limits=Limits(wall_seconds=5)).tests
    assert "after 120 seconds" in test.message


EVERYTHING = """
language = "c"
support = "given"
[[cases]]
name = "text"
expected = "1"
compare = "numbers"
[[cases]]
name = "file"
expected_files = { "out.txt" = "[0-9]+" }
compare = "regexp"
exit_code = "any"
[[cases]]
name = "judged"
compare = { method = "judge", command = ["judge"] }
"""
results = st.builds(
    StepResult,
    step=st.just(""),
    ending=st.builds(
        Ending,
        kind=st.sampled_from([kind for kind in EndingKind if kind not in (EndingKind.CANCELLED, EndingKind.SKIPPED)]),
        exit_code=st.sampled_from([0, 1, 255]),
        signal=st.integers(0, 70),
        detail=st.text(max_size=20),
    ),
    stdout=st.binary(max_size=40) | st.sampled_from([b"1", b'{"fraction": 0.3}']),
    stderr=st.binary(max_size=40),
    outputs=st.lists(
        st.builds(OutputFile, path=st.just("/student/out.txt"), state=st.sampled_from(FileState), data=st.binary()),
        max_size=1,
    ).map(tuple),
)


@given(
    answers=st.fixed_dictionaries(
        {"compile": results | st.just(exited())},
        optional=dict.fromkeys(("case text", "case file", "case judged", "judge judged"), results),
    )
)
def test_nothing_that_a_program_does_breaks_the_reading(
    everything: tuple[Exercise, Submission], answers: dict[str, StepResult]
) -> None:
    exercise, submission = everything
    report = Cases().read(exercise, run_plan_with(Cases().plan(exercise, submission), answers))
    assert 0 <= report.points <= report.max_points == 3
    assert {test.verdict for test in report.tests} <= set(CATALOGUE)
    assert (report.outcome is Outcome.GRADER_BROKEN) == bool(report.messages)
    assert [test.passed is None for test in report.tests].count(True) <= len(report.messages)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Exercise, Submission]:
    directory = tmp_path_factory.mktemp("everything")
    submission_in(directory, {"given/given.h": ""})
    settings = Cases().settings(tomllib.loads(EVERYTHING), directory)
    exercise = Exercise(id="e", grader=Grader(contract="cases", directory=directory, settings=settings))
    return exercise, submission_in(directory / "sent", {"main.c": ""})
