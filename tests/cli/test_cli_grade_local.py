"""`gradewright grade local` (coursera 4, 8)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from gradewright.cli.grading_options import prepare
from gradewright.contracts.coursera import CourseraSettings
from support.debian import Debian
from support.fixtures import SANDBOXES

Run = Callable[..., Any]
LINE, DOUBLE = "-" * 80, "=" * 80

RIGHT = "4\n8\n15\n16\n23\n42\n"
HALF = "4\n8\n15\n"
GOOD = '{"fractionalScore": 1, "feedback": "ok"}'


@pytest.fixture
def submission() -> Path:
    directory = Path("submission")
    directory.mkdir()
    (directory / "lost.txt").write_text(HALF)
    return directory


@pytest.fixture
def grader() -> Callable[..., Path]:
    """A grader on the host: a shell script, and what its `grader.toml` says beside the command."""

    def make(script: str, settings: str = "", name: str = "grader") -> Path:
        directory = Path(name)
        directory.mkdir(mode=0o755)
        (directory / "grade").write_text(f"#!/bin/sh\n{script}\n")
        (directory / "grade").chmod(0o755)
        (directory / "grader.toml").write_text(f'contract = "coursera"\ncommand = ["/grader/grade"]\n{settings}\n')
        return directory

    return make


def verdict(text: str = GOOD) -> str:
    return f"printf '%s\\n' '{text}'"


# ---- both generations, on images


def test_a_v1_grader_is_told_its_part_by_arguments_and_prints_its_verdict(
    gradewright: Run, grader_v1: str, submission: Path
) -> None:
    said = gradewright("grade", "local", grader_v1, submission, "partId", "7", "--no-rm")
    assert said.code == 0
    assert "Part 7: 3 of 6 lines are right." in said.out
    assert "INFO:root:0.5 of 1 points (50 %)\n" in said.err


def test_a_v2_grader_is_told_its_part_by_json_and_leaves_files(
    gradewright: Run, grader_v2: str, submission: Path
) -> None:
    Path("out").mkdir()
    said = gradewright("grade", "local", grader_v2, submission, '{"partId": 7}', "--dst-dir", "out")
    assert said.code == 0
    left = json.loads(Path("out/feedback.json").read_text())
    assert (left["fractionalScore"], left["feedback"]) == (0.5, "Part 7: 3 of 6 lines are right.")
    assert Path("out/htmlFeedback.html").read_text() == "<p>Part 7: 3 of 6 lines are right.</p>\n"
    assert "INFO:root:Start of standard error:\nINFO:root:End of standard error\n" in said.err


def test_what_a_learner_will_read_is_shown_where_the_output_does_not_hold_it(
    gradewright: Run, grader_v2: str, submission: Path
) -> None:
    said = gradewright("grade", "local", grader_v2, submission, '{"partId": "p7"}')
    assert "What the learner reads (HTML):\n<p>Part p7: 3 of 6 lines are right.</p>\n" in said.err


@pytest.mark.parametrize("name", SANDBOXES)
def test_graders_of_both_generations_say_the_same_in_every_sandbox(
    gradewright: Run, name: str, grader_v1: str, grader_v2: str, submission: Path
) -> None:
    Path("out").mkdir()
    first = gradewright("grade", "local", "--sandbox", name, "--json", grader_v1, submission, "partId", "7")
    words = ["--sandbox", name, "--json", "--dst-dir", "out"]
    second = gradewright("grade", "local", *words, grader_v2, submission, '{"partId": 7}')
    for said, feedback in ((first, "Part 7: 3 of 6"), (second, "<p>Part 7: 3 of 6")):
        report = json.loads(said.out)
        assert (said.code, report["outcome"], report["points"]) == (0, "graded", 0.5)
        assert report["feedback"]["body"].startswith(feedback)
        assert report["steps"][0]["sandbox"] == name
    assert Path("out/htmlFeedback.html").is_file()


def test_v2_feedback_goes_to_this_directory_if_nobody_says_where(
    gradewright: Run, grader_v2: str, submission: Path
) -> None:
    assert gradewright("grade", "local", grader_v2, submission, "{}", program="coursera_autograder").code == 0
    assert Path("feedback.json").is_file()


@pytest.mark.parametrize("form", ["directory", "file", "zip"])
def test_a_submission_may_be_a_directory_a_file_or_an_archive(gradewright: Run, grader_v1: str, form: str) -> None:
    Path("lost.txt").write_text(RIGHT)
    Path("directory").mkdir()
    Path("directory/lost.txt").write_text(RIGHT)
    with ZipFile("all.zip", "w") as archive:
        archive.write("lost.txt")
    place = {"directory": "directory", "file": "lost.txt", "zip": "all.zip"}[form]
    assert "INFO:root:1 of 1 points (100 %)" in gradewright("grade", "local", grader_v1, place).err


def test_contract_decides_where_the_verdict_is(
    gradewright: Run, grader_v1: str, grader_v2: str, submission: Path
) -> None:
    def exit_code(generation: str, grader: str) -> int:
        code: int = gradewright("grade", "local", "--contract", generation, grader, submission, "{}").code
        return code

    assert [exit_code(generation, grader_v1) for generation in ("v1", "v2", "auto")] == [0, 1, 0]
    assert [exit_code(generation, grader_v2) for generation in ("v1", "v2", "auto")] == [1, 0, 0]


def test_production_env_strips_what_the_image_sets(grader_v1: str) -> None:
    for strip in (False, True):
        _, exercise = prepare(grader_v1, **{**NO_CHOICE, "production_env": strip})
        assert isinstance(exercise.grader.settings, CourseraSettings)
        assert exercise.grader.settings.production_env is strip


def test_arguments_without_an_entrypoint_are_the_authors_mistake(
    gradewright: Run, debian_images: Debian, submission: Path
) -> None:
    said = gradewright("grade", "local", debian_images.layout(), submission, "partId", "7")
    assert said.code == 1
    message = "ENTRYPOINT in Dockerfile must be a list in order to pass in command-line arguments"
    assert f"Error: {message}\n" in said.err


def test_without_arguments_the_command_of_the_image_runs(
    gradewright: Run, debian_images: Debian, submission: Path
) -> None:
    said = gradewright("grade", "local", debian_images.layout(), submission)
    assert said.code == 1
    assert "Stdout is empty" in said.err


NO_CHOICE: dict[str, Any] = {
    "contract": None,
    "production_env": False,
    "points": None,
    "sandbox": None,
    "unconfined": False,
    "require": None,
    "timeout": None,
    "warm_python": None,
    "mem_limit": None,
    "cpus": None,
}


# ---- what the grader sees


def test_the_sandbox_is_that_of_the_spec(gradewright: Run, grader: Callable[..., Path], submission: Path) -> None:
    probe = """
    id -u >&2; id -g >&2; pwd >&2
    tail -n +3 /proc/net/dev | grep -vc ' lo:' >&2
    cat /shared/submission/lost.txt >&2
    touch /shared/submission/x 2>/dev/null && echo wrote to the submission >&2
    touch /grader/x 2>/dev/null && echo wrote to the grader >&2
    grep CapEff /proc/self/status >&2
    touch /tmp/x /shared/x && echo wrote elsewhere >&2
    """
    said = gradewright("grade", "local", grader(probe + verdict()), submission)
    assert said.code == 0
    seen = said.out.split(LINE)[1]
    assert seen == f"\n1000\n1000\n/grader\n0\n{HALF}CapEff:\t0000000000000000\nwrote elsewhere\n"


def test_everything_after_the_submission_goes_to_the_grader(
    gradewright: Run, grader: Callable[..., Path], submission: Path
) -> None:
    echo = grader('printf "%s\\n" "$@" >&2; ' + verdict())
    words = ["partId", "7", "--timeout", "-h", "--", "", "a b", "{}"]
    said = gradewright("grade", "local", "--timeout", "9", echo, submission, *words)
    assert said.out.split(LINE)[1] == "\n" + "".join(f"{word}\n" for word in words)
    assert "INFO:root:Limits: 9 s" in said.err


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ('{"n": 5, "b": true, "none": null, "text": "a b", "x": 1.5}', "b=True\nn=5\ntext=a b\nx=1.5\n"),
        ('["A=1", "B"]', "A=1\n"),
        ("null", ""),
        ("{}", ""),
    ],
)
def test_the_json_document_is_the_environment(
    gradewright: Run, grader: Callable[..., Path], submission: Path, document: str, told: str
) -> None:
    show = grader("env | grep -Ev '^(PATH|HOME|PWD|SHLVL|_|filename|LC_CTYPE|OLDPWD)=' | sort >&2; " + verdict())
    said = gradewright("grade", "local", show, submission, document, "--timeout", "9")
    assert said.out.split(LINE)[1] == f"\n{told}"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ('{"partId": ', "envVar was not a valid JSON document."),
        ('{"a=b": 1}', "'a=b' is not the name of an environment variable."),
        ('{"a": "\\u0000"}', "NUL character"),
    ],
)
def test_a_wrong_environment_is_told_before_anything_runs(
    gradewright: Run, grader: Callable[..., Path], submission: Path, document: str, message: str
) -> None:
    said = gradewright("grade", "local", grader("exit 1"), submission, document)
    assert (said.code, said.out) == (1, "")
    assert message in said.err


def test_the_second_original_takes_nothing_else_as_environment(
    gradewright: Run, grader: Callable[..., Path], submission: Path
) -> None:
    said = gradewright("grade", "local", grader("exit 1"), submission, "not json", program="coursera_autograder")
    assert (said.code, said.err.splitlines()[0]) == (1, "Error: envVar was not a valid JSON document.")
    said = gradewright("grade", "local", "grader", submission, '"text"', program="coursera_autograder")
    assert (said.code, said.err.splitlines()[0]) == (1, "Error: The environment must be a JSON object.")


# ---- what is printed, in which order


MAIN_LINES = ("WARNING:root:The grade command", "INFO:root:Debug", "ERROR:root:")


def test_the_blocks_are_those_of_the_original(gradewright: Run, grader: Callable[..., Path], submission: Path) -> None:
    broken = grader("echo to stderr >&2; printf 'no json'; exit 3")
    said = gradewright("grade", "local", broken, submission)
    assert said.code == 1
    assert said.out == f"{LINE}\nto stderr\n{LINE}\nGrader output:\n{DOUBLE}\nno json{DOUBLE}\n"
    talk = [line for line in said.err.splitlines() if line.startswith(MAIN_LINES)]
    assert talk[:3] == [
        "WARNING:root:The grade command did not exit cleanly within the container. Exit code: 3",
        "INFO:root:Debug log:",
        "ERROR:root:The output was not a valid JSON document.",
    ]


@pytest.mark.parametrize(
    ("flags", "shows_stderr", "shows_stdout"), [([], True, True), (["-q"], False, True), (["-qq"], False, False)]
)
def test_quiet_leaves_out_blocks(
    gradewright: Run,
    grader: Callable[..., Path],
    submission: Path,
    flags: list[str],
    shows_stderr: bool,
    shows_stdout: bool,
) -> None:
    said = gradewright(*flags, "grade", "local", grader("echo to stderr >&2; " + verdict()), submission)
    assert ("to stderr" in said.out, GOOD in said.out) == (shows_stderr, shows_stdout)


def test_invalid_utf_8_is_shown_with_a_replacement(
    gradewright: Run, grader: Callable[..., Path], submission: Path
) -> None:
    said = gradewright("grade", "local", grader("printf 'a\\377b' >&2; " + verdict()), submission)
    assert "a\ufffdb" in said.out


def test_json_prints_the_report_and_nothing_else(
    gradewright: Run, grader: Callable[..., Path], submission: Path
) -> None:
    said = gradewright("grade", "local", "--json", grader("echo log >&2; " + verdict()), submission)
    report = json.loads(said.out)
    assert (report["outcome"], report["points"], report["feedback"]["body"]) == ("graded", 1, "ok")
    assert (report["separation"], report["steps"][0]["stderr"]) == ("shared", "log\n")


# ---- the validation matrix, from end to end; its whole is in tests/contracts/coursera

MATRIX = [  # what the grader prints, the exit code, messages
    ('{"fractionalScore": 0.5, "feedback": "ok"}', 0, []),
    ('{"isCorrect": true, "feedback": null}', 0, []),
    ("", 1, ["The output was not a valid JSON document."]),
    ('{"fractionalScore": NaN, "feedback": "ok"}', 1, ["The output was not a valid JSON document."]),
    ('{"fractionalScore": true, "feedback": "ok"}', 1, ["Field 'fractionalScore' must be a decimal."]),
    ('{"fractionalScore": 1.5, "feedback": "ok"}', 1, ["Field 'fractionalScore' must be <= 1."]),
    ('{"fractionalScore": -1, "feedback": "ok"}', 1, ["Field 'fractionalScore' must be >= 0."]),
    ('{"isCorrect": 1, "feedback": "ok"}', 1, ["Field 'isCorrect' is not a boolean value."]),
    (
        "{}",
        1,
        ["Required field 'fractionalScore' is missing.", "Field 'feedback' not present in parsed output."],
    ),
]


@pytest.mark.parametrize(("printed", "code", "messages"), MATRIX)
@pytest.mark.parametrize("place", ["stdout", "file"])
def test_verdicts_are_validated(
    gradewright: Run,
    grader: Callable[..., Path],
    submission: Path,
    printed: str,
    code: int,
    messages: list[str],
    place: str,
) -> None:
    script = verdict(printed) if printed else "printf ''"
    grading = grader(f"{script} > /shared/feedback.json" if place == "file" else script)
    said = gradewright("grade", "local", grading, submission)
    assert said.code == code
    errors = [line.removeprefix("ERROR:root:") for line in said.err.splitlines() if line.startswith("ERROR:root:")]
    assert errors[: len(messages)] == messages


@pytest.mark.parametrize(
    ("printed", "either"),
    [('{"fractionalScore": 1.5, "feedback": "ok"}', False), ('{"feedback": "ok"}', False), ("", True), ("42", True)],
)
def test_the_file_is_missed_only_where_stdout_holds_no_verdict(
    gradewright: Run, grader: Callable[..., Path], submission: Path, printed: str, either: bool
) -> None:
    said = gradewright("grade", "local", grader(verdict(printed)), submission)
    assert said.code == 1
    assert ("There is no /shared/feedback.json either." in said.err) == either


BROKEN = [  # what the grader does, what is said; all of them in a second or so
    ("sleep 100", "The grader did not complete within the required timeout of 1 seconds."),
    ("while :; do :; done", "The grader did not complete within the required timeout of 1 seconds."),
    ("trap '' TERM INT; sleep 100 & wait; sleep 100", "timeout of 1 seconds."),
    ("yes", "The grader printed more than 1 MiB and was stopped."),
    ("kill -9 $$", "The grader was killed by signal 9 (SIGKILL)."),
    ("exit 137", "Exit code: 137"),
    ("mkfifo /shared/feedback.json", "/shared/feedback.json is not a regular file"),
    ("ln -s /etc/passwd /shared/feedback.json", "/shared/feedback.json is not a regular file"),
    ("head -c 2000000 /dev/zero > /shared/feedback.json", "/shared/feedback.json is larger than 1 MiB"),
    ("echo Traceback >&2; nothing-like-this", "Exit code: 127"),
]


@pytest.mark.parametrize(("script", "message"), BROKEN)
def test_a_broken_grader_is_told_what_to_do(
    gradewright: Run, grader: Callable[..., Path], submission: Path, script: str, message: str
) -> None:
    limits = '[limits]\nwall_seconds = 1\noutput = "1 MiB"\n'
    said = gradewright("-q", "grade", "local", "--json", grader(script, limits), submission)
    report = json.loads(said.out)
    assert (said.code, report["outcome"], report["points"]) == (1, "grader-broken", 0)
    assert message in "\n".join(report["messages"])


NOT_STARTED = [  # the first line of the script, its mode, what is said
    (b"#!/bin/sh\r\n", 0o755, "CRLF"),
    (b"#!/nowhere/sh\n", 0o755, "its first line (#!) names"),
    (b"exit 0\n", 0o755, "a first line such as #!/bin/sh"),
    (b"#!/bin/sh\n", 0o644, "chmod a+rx"),
]


@pytest.mark.parametrize(("script", "mode", "remedy"), NOT_STARTED)
def test_a_grader_that_cannot_be_started_is_told_why(
    gradewright: Run, grader: Callable[..., Path], submission: Path, script: bytes, mode: int, remedy: str
) -> None:
    directory = grader("")
    (directory / "grade").write_bytes(script)
    (directory / "grade").chmod(mode)
    said = gradewright("grade", "local", directory, submission)
    assert said.code == 1
    assert "The grader could not be started" in said.err
    assert remedy in said.err


# ---- rich feedback and what is kept


def test_a_promised_page_of_feedback_must_be_there(
    gradewright: Run, grader: Callable[..., Path], submission: Path
) -> None:
    promise = '{"fractionalScore": 1, "feedback": "", "feedbackType": "TXT"}'
    without = grader(f"{verdict(promise)} > /shared/feedback.json", name="without")
    said = gradewright("grade", "local", without, submission)
    assert said.code == 1
    assert "the grader left no /shared/txtFeedback.txt" in said.err
    with_page = grader(f"echo page > /shared/txtFeedback.txt; {verdict(promise)} > /shared/feedback.json")
    report = json.loads(gradewright("grade", "local", "--json", with_page, submission).out)
    assert report["feedback"] == {"body": "page\n", "html": False}


def test_feedback_of_an_earlier_run_is_never_taken_for_that_of_this_one(
    gradewright: Run, grader: Callable[..., Path], submission: Path
) -> None:
    Path("feedback.json").write_text("old")
    said = gradewright("grade", "local", grader("exit 0"), submission, "{}")
    assert said.code == 1
    assert "WARNING:root:feedback.json is from an earlier run; this one left no such file." in said.err


def test_no_rm_keeps_what_the_run_left(
    gradewright: Run,
    grader: Callable[..., Path],
    submission: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    script = f"echo log >&2; {verdict()} > /shared/feedback.json; echo out"
    said = gradewright("grade", "local", "--no-rm", grader(script), submission)
    [line] = [line for line in said.err.splitlines() if "is kept in" in line]
    kept = Path(line.rpartition(" ")[2].rstrip("."))
    assert (kept / "grade/stdout").read_text() == "out\n"
    assert (kept / "grade/stderr").read_text() == "log\n"
    assert json.loads((kept / "grade/files/shared/feedback.json").read_text())["fractionalScore"] == 1
    assert json.loads((kept / "report.json").read_text())["outcome"] == "graded"


# ---- options


@pytest.mark.parametrize(
    "flags",
    [
        ["--timeout", "0"],
        ["--timeout", "-1"],
        ["--timeout", "nan"],
        ["--timeout", "inf"],
        ["--timeout", "soon"],
        ["--mem-limit", "1000"],
        ["--mem-limit", "-1024"],
        ["--cpus", "0"],
        ["--cpus", "nan"],
        ["--points", "-1"],
        ["--require", "everything"],
        ["--dst-dir", "nowhere"],
        ["--contract"],
        ["--sandbox", "unconfined"],
    ],
)
def test_options_that_make_no_sense_are_usage_errors(
    gradewright: Run, grader: Callable[..., Path], submission: Path, flags: list[str]
) -> None:
    directory = grader(verdict())
    assert gradewright("grade", "local", *flags, directory, submission).code == 64
    assert gradewright("grade", "local", *flags, directory, submission, program="courseraprogramming").code == 2


@pytest.mark.parametrize(
    ("flags", "limits"),
    [
        ([], "1200 s, 4.0 GiB of memory, 1 core(s)"),
        (["--timeout", "300", "--mem-limit", "1024", "--cpus", "2"], "300 s, 1.0 GiB of memory, 2 core(s)"),
    ],
)
def test_the_limits_are_told(
    gradewright: Run, grader: Callable[..., Path], submission: Path, flags: list[str], limits: str
) -> None:
    said = gradewright("grade", "local", *flags, grader(verdict()), submission)
    assert f"INFO:root:Limits: {limits}." in said.err


def test_no_limit_of_memory_means_all_there_is(gradewright: Run, grader: Callable[..., Path], submission: Path) -> None:
    said = gradewright("grade", "local", "--mem-limit", "0", grader(verdict()), submission)
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    assert said.code == 0
    assert f", {total:.1f} GiB of memory" in said.err


def test_a_directory_says_itself_how_it_gives_its_verdict(
    gradewright: Run, grader: Callable[..., Path], submission: Path
) -> None:
    said = gradewright("grade", "local", "--contract", "v1", grader(verdict()), submission)
    assert said.code == 64
    assert "grader.toml" in said.err


def test_points_are_scaled(gradewright: Run, grader_v1: str, submission: Path) -> None:
    said = gradewright("grade", "local", "--points", "1/3", "--json", grader_v1, submission)
    assert json.loads(said.out)["points"] == pytest.approx(1 / 6)


def test_nothing_is_isolated_only_on_explicit_request_and_it_is_said_loudly(
    gradewright: Run, grader: Callable[..., Path], submission: Path, state_directory: Path
) -> None:
    directory = grader(verdict(), name=str(state_directory.parent / "in-the-open"))
    refused = gradewright("grade", "local", "--sandbox", "unconfined", directory, submission)
    assert "has no walls" in refused.err
    flags = ["--sandbox", "unconfined", "--i-know-that-nothing-is-isolated"]
    said = gradewright("grade", "local", *flags, directory, submission)
    assert said.code == 0
    assert "WARNING:root:NOTHING IS ISOLATED" in said.err


def test_a_grader_or_submission_that_is_not_there_is_told(
    gradewright: Run, grader: Callable[..., Path], submission: Path
) -> None:
    assert gradewright("grade", "local", grader(verdict()), "nowhere").code == 64
    assert gradewright("grade", "local", "docker-archive:nowhere.tar", submission).code == 69
    Path("empty").mkdir()
    said = gradewright("grade", "local", "empty", submission)
    assert (said.code, "grader.toml" in said.err) == (69, True)


def test_a_submission_that_cannot_be_taken_in_is_rejected(gradewright: Run, grader: Callable[..., Path]) -> None:
    Path("sent.zip").write_bytes(b"PK\x03\x04 and no more")
    directory = grader(verdict())
    report = json.loads((said := gradewright("grade", "local", "--json", directory, "sent.zip")).out)
    assert (said.code, report["outcome"]) == (1, "rejected")
    assert "Rejected" in gradewright("grade", "local", directory, "sent.zip").out


def test_a_grader_of_another_contract_shows_its_table_of_cases(gradewright: Run) -> None:
    Path("double").mkdir()
    Path("double/grader.toml").write_text(
        'contract = "cases"\nlanguage = "python"\n[[cases]]\nname = "two"\nstdin = "2"\nexpected = "4"\npoints = 1\n'
    )
    Path("right.py").write_text("print(2 * int(input()))\n")
    Path("wrong.py").write_text("print(3 * int(input()))\n")
    right, wrong = (gradewright("grade", "local", "double", name) for name in ("right.py", "wrong.py"))
    assert (right.code, wrong.code) == (0, 0)
    assert "Graded: 1 of 1 points" in right.out
    assert "Graded: 0 of 1 points" in wrong.out


# ---- interrupted


def test_an_interrupted_grading_exits_with_130_and_leaves_nothing(
    grader: Callable[..., Path], submission: Path, state_directory: Path
) -> None:
    endless = grader("echo started >&2; sleep 1000")
    command = [sys.executable, "-m", "gradewright", "-v", "grade", "local", str(endless), str(submission)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert "Limits" in process.stderr.readline()
    _wait_until(lambda: _sleepers() != set())
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err.splitlines()[-1]) == (130, "Interrupted.")
    _wait_until(lambda: _sleepers() == set())
    assert [path for path in state_directory.glob("slot-*/*") if path.name != "dirty"] == []


def _sleepers() -> set[str]:
    """The processes that sleep for 1000 seconds, here and in sandboxes."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if entry.read_bytes() == b"sleep\x001000\x00":
                found.add(entry.parent.name)
        except OSError:  # it ended just now
            continue
    return found


def _wait_until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it never came true")


def test_a_mistyped_directory_is_not_only_a_missing_image(gradewright: Run, submission: Path) -> None:
    said = gradewright("grade", "local", "examples/fibonaci", submission)
    assert said.code == 69
    assert "There is no directory or package examples/fibonaci here, and as an image it cannot be had: " in said.err


def test_a_second_submission_is_not_left_out_in_silence(gradewright: Run) -> None:
    gradewright("new", "sum")
    said = gradewright("grade", "local", "sum", "sum/submissions/right.py", "sum/submissions/wrong.py")
    assert (said.code, said.out) == (64, "")
    assert "Nobody takes what follows the submission: sum/submissions/wrong.py" in said.err
    assert "grade batch" in said.err


def test_options_may_come_last(gradewright: Run) -> None:
    gradewright("new", "sum")
    said = gradewright("grade", "local", "sum", "sum/submissions/right.py", "--json")
    assert (said.code, json.loads(said.out)["points"]) == (0, 6)


@pytest.mark.parametrize("command", ["grade local {} sum/submissions/right.py --json", "sanity --skip-environment {}"])
def test_a_grader_may_be_named_by_its_file(gradewright: Run, command: str) -> None:
    gradewright("new", "sum")
    said = gradewright(*command.format("sum/grader.toml").split())
    assert said.code == 0, said.err


# ---- a Python that has started


MINE = "open('/proc/self/cmdline', 'rb').read()"
WHO = f"import sys; print('fork' if b'warm' b'.py' in {MINE} else 'new', 'json' in sys.modules)"
TELLING = f"""printf '{{"fractionalScore": 1, "feedback": "%s"}}' "$(python3 -c "{WHO}")\""""


@pytest.mark.needs("root")
@pytest.mark.parametrize(
    ("settings", "words", "feedback"),
    [
        ("", [], "new False"),
        ("", ["--warm-python", "on"], "fork False"),
        ("", ["--warm-python", "json,os.path"], "fork True"),
        ("warm_python = true", [], "fork False"),
        ('warm_python = ["json"]', [], "fork True"),
        ('warm_python = ["json"]', ["--warm-python", "off"], "new False"),
        ("warm_python = true", ["--sandbox", "bubblewrap"], "new False"),
    ],
)
def test_python_is_kept_warm_where_author_or_user_ask_for_it(
    gradewright: Run, grader: Callable[..., Path], submission: Path, settings: str, words: list[str], feedback: str
) -> None:
    said = gradewright("grade", "local", *words, "--json", grader(TELLING, settings), submission)
    assert said.code == 0, said.err
    assert json.loads(said.out)["feedback"]["body"] == feedback


@pytest.mark.needs("root")
def test_a_module_that_python_has_not_is_named(gradewright: Run, grader: Callable[..., Path], submission: Path) -> None:
    said = gradewright("grade", "local", grader(TELLING, 'warm_python = ["no.such"]'), submission)
    assert said.code == 1
    assert "no.such cannot be imported: ModuleNotFoundError: No module named 'no'." in said.err
    assert "Traceback" not in said.err


def test_what_names_no_module_is_refused(gradewright: Run, grader: Callable[..., Path], submission: Path) -> None:
    said = gradewright("grade", "local", "--warm-python", "a/b", grader(TELLING), submission)
    assert said.code == 64
    assert "--warm-python must be on, off, or the names of modules to import, such as numpy, and is 'a/b'." in said.err
