"""`gradewright grade batch`, as a teacher meets it."""

from __future__ import annotations

import csv
import json
import os
import pty
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gradewright.autograder import Autograder
from gradewright.cli.main import run
from gradewright.errors import SandboxError
from gradewright.model.course import Exercise
from gradewright.model.report import Report
from gradewright.model.submission import Submission

GRADER = """
contract = "cases"
run = ["/bin/sh", "main.sh"]

[[cases]]
name = "says hello"
expected = "hello"
points = 2
hint = "Mind the spelling."
"""
RIGHT, WRONG, SLOW = "echo hello", "echo hullo", "sleep 0.3; echo hello"
ONE_STEP_BROKEN = """
contract = "coursera"
command = ["/bin/sh", "-c", "echo nonsense"]
"""


class Desk:
    """A teacher's directory, and what the last command said."""

    def __init__(self, path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self.submissions = path / "submissions"
        self.grader = path / "grader"
        self.journal = path / "journal.jsonl"
        self._capfd = capfd
        self.out = self.err = ""
        self.submissions.mkdir()
        self.grader.mkdir()
        (self.grader / "grader.toml").write_text(GRADER)

    def submit(self, **programs: str) -> None:
        for name, program in programs.items():
            (self.submissions / name).mkdir()
            (self.submissions / name / "main.sh").write_text(program)

    def words(self, *options: str | Path) -> list[str]:
        return ["grade", "batch", str(self.grader), str(self.submissions), *map(str, options)]

    def batch(self, *options: str | Path) -> int:
        code = run(self.words(*options))
        self.out, self.err = self._capfd.readouterr()
        return code

    def start(self, *options: str | Path) -> subprocess.Popen[str]:
        """The same in a process of its own, with a journal that can be watched."""
        command = [sys.executable, "-m", "gradewright", *self.words("--journal", self.journal, *options)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finished(self) -> int:
        return self.journal.read_bytes().count(b"\n") if self.journal.exists() else 0


@pytest.fixture
def desk(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Desk(tmp_path, capfd)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)


def test_a_table_of_all_submissions(desk: Desk) -> None:
    desk.submit(ada=RIGHT, bob=WRONG)
    assert desk.batch() == 0
    lines = [line.split()[:5] for line in desk.out.splitlines()]
    assert lines[1] == ["ada", "graded", "2/2", "100", "%"]
    assert lines[2] == ["bob", "graded", "0/2", "0", "%"]
    assert "2 submissions: 2 graded. Mean 50 %, median 50 %." in desk.out
    assert "ada: 2 of 2 points (100 %)" in desk.err
    assert "Graded 2 in" in desk.err


def test_files_and_archives_are_submissions_too(desk: Desk) -> None:
    (desk.submissions / "main.sh").write_text(RIGHT)
    with zipfile.ZipFile(desk.submissions / "eve.zip", "w") as archive:
        archive.writestr("main.sh", RIGHT)
    assert desk.batch("--json") == 0
    found = {item["submission"]: item["report"]["points"] for item in json.loads(desk.out)["submissions"]}
    assert found == {"eve.zip": 2, "main.sh": 2}


def test_every_format_at_once(desk: Desk) -> None:
    desk.submit(ada=RIGHT, bob=WRONG)
    names = ("r.csv", "r.json", "r.html", "r.txt")
    assert desk.batch(*(word for name in names for word in ("-o", desk.path / name))) == 0
    assert desk.out == ""
    with (desk.path / "r.csv").open(newline="") as file:
        assert [(row["submission"], row["points"]) for row in csv.DictReader(file)] == [("ada", "2"), ("bob", "0")]
    assert json.loads((desk.path / "r.json").read_text())["summary"]["mean_percent"] == 50
    assert "Mind the spelling." in (desk.path / "r.html").read_text()
    assert (desk.path / "r.txt").read_text().startswith("submission")
    assert "2 submissions: 2 graded." in desk.err


def test_its_own_output_beside_the_submissions_is_no_submission(desk: Desk) -> None:
    desk.submit(ada=RIGHT)
    result = desk.submissions / "results.csv"
    for _ in range(2):
        assert desk.batch("-o", result) == 0
        assert "1 submission: 1 graded." in desk.err


def test_broken_submissions_are_rows(desk: Desk) -> None:
    desk.submit(ada=RIGHT)
    (desk.submissions / "broken.zip").write_bytes(b"PK\x03\x04 not really")
    (desk.submissions / "leak").mkdir()
    (desk.submissions / "leak" / "main.sh").symlink_to("/etc/shadow")
    (desk.submissions / "nowhere").symlink_to("gone")
    assert desk.batch("--json") == 2
    outcomes = {item["submission"]: item["outcome"] for item in json.loads(desk.out)["submissions"]}
    assert outcomes["ada"] == "graded"
    assert outcomes["broken.zip"] == outcomes["leak"] == "rejected"
    assert outcomes["nowhere"] == "not-graded"


def test_a_broken_grader_is_told_once_and_is_nobodys_zero(desk: Desk) -> None:
    desk.submit(ada=RIGHT, bob=RIGHT, cid=RIGHT)
    (desk.grader / "grader.toml").write_text(ONE_STEP_BROKEN)
    assert desk.batch() == 1
    assert desk.err.count("The grader broke on") == 1
    assert "3 submissions: 3 grader broken." in desk.out
    assert "0 %" not in desk.out


def test_a_fault_of_ours_is_no_grade(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Autograder, exercise: Exercise, submission: Submission) -> Report:
        raise SandboxError("The sandbox is gone.")

    monkeypatch.setattr(Autograder, "grade", fail)
    monkeypatch.setattr("gradewright.grading.batch.grade_all.__kwdefaults__", {"pauses": (0,)})
    desk.submit(ada=RIGHT)
    assert desk.batch() == 2
    assert "ada         not graded" in desk.out
    assert "The sandbox is gone." in desk.out
    assert "run the same command to try again" in desk.err
    monkeypatch.undo()


def test_the_same_command_again_takes_what_is_there(desk: Desk) -> None:
    desk.submit(ada=RIGHT, bob=WRONG)
    desk.batch("-q")
    first = desk.out
    assert desk.batch() == 0
    assert desk.out == first
    assert desk.err.endswith("Took 2 from an earlier run; --fresh grades everything anew.\n")
    desk.batch("--fresh")
    assert "Graded 2 in" in desk.err


def test_submissions_and_results_may_lie_in_the_graders_directory(desk: Desk) -> None:
    desk.submissions.rmdir()
    desk.submissions = desk.grader / "submissions"
    desk.submissions.mkdir()
    desk.submit(ada=RIGHT)
    assert desk.batch("-o", desk.grader / "results.csv", "--journal", desk.grader / "done") == 0
    desk.submit(bob=WRONG)
    assert desk.batch("-o", desk.grader / "results.csv", "--journal", desk.grader / "done") == 0
    assert "Graded 1 in" in desk.err
    assert "Took 1 from an earlier run" in desk.err


@pytest.mark.parametrize(("contract", "warned"), [(ONE_STEP_BROKEN, True), (GRADER, False)])
def test_submissions_that_others_may_read_are_told(desk: Desk, contract: str, warned: bool) -> None:
    (desk.grader / "grader.toml").write_text(contract)
    desk.submit(ada=RIGHT)
    desk.batch()
    assert "it may read all others" not in desk.err
    desk.submissions = desk.submissions.rename(desk.grader / "submissions")
    desk.batch()
    assert ("it may read all others. Keep what students sent elsewhere." in desk.err) == warned


def test_a_mended_grader_grades_anew(desk: Desk) -> None:
    desk.submit(bob=WRONG)
    desk.batch()
    (desk.grader / "grader.toml").write_text(GRADER.replace('"hello"', '"hullo"'))
    desk.batch()
    assert "2/2" in desk.out


def test_points_limits_and_sandbox_can_be_chosen(desk: Desk) -> None:
    desk.submit(ada=RIGHT, slow="sleep 60; echo hello")
    assert desk.batch("--points", "10", "--timeout", "0.5", "--sandbox", "bubblewrap", "--json") == 0
    ada, slow = (item["report"] for item in json.loads(desk.out)["submissions"])
    assert (ada["points"], slow["points"], slow["max_points"]) == (10, 0, 10)
    assert slow["tests"][0]["verdict"] == "wall-time"
    assert ada["steps"][0]["sandbox"] == "bubblewrap"


def test_after_kill_9_the_same_command_goes_on(desk: Desk) -> None:
    desk.submit(**{f"s{number}": SLOW for number in range(6)})
    process = desk.start("--jobs", "1")
    until(lambda: desk.finished() >= 2)
    process.kill()
    process.communicate()
    done = desk.finished()
    with desk.journal.open("ab") as journal:
        journal.write(b'{"key": "torn')
    again = desk.start("--jobs", "2")
    out, err = again.communicate(timeout=60)
    assert again.returncode == 0
    assert "6 submissions: 6 graded. Mean 100 %" in out
    assert f"Took {done} from an earlier run" in err
    assert f"Graded {6 - done} in" in err


def test_ctrl_c_keeps_what_is_there_and_says_how_to_go_on(desk: Desk) -> None:
    desk.submit(**{f"s{number}": SLOW for number in range(40)})
    process = desk.start("--jobs", "2", "-o", desk.path / "r.json")
    until(lambda: desk.finished() >= 2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    document = json.loads((desk.path / "r.json").read_text())
    done = document["summary"]["count"]
    assert 2 <= done < 40
    assert document["unfinished"] == 40 - done
    assert {item["outcome"] for item in document["submissions"]} == {"graded"}
    assert f"Interrupted with {40 - done} to go: run the same command to go on." in err
    assert "Traceback" not in err


def test_ctrl_c_in_a_terminal_hits_students_programs_too_and_is_no_verdict(desk: Desk) -> None:
    desk.submit(**{f"s{number}": "sleep 61.7" for number in range(4)})
    words = [sys.executable, "-m", "gradewright", *desk.words("--journal", desk.journal, "--json")]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0, text=True)
    until(lambda: any(b"61.7" in _command_line(path) for path in Path("/proc").glob("[0-9]*")))
    os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["submissions"] == []


def _command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def test_a_terminal_gets_a_bar_with_rate_and_time_left(desk: Desk) -> None:
    desk.submit(ada=RIGHT, bob=RIGHT)
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "gradewright", *desk.words()]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    seen = b""
    while chunk := _read(ours):
        seen += chunk
    process.communicate(timeout=60)
    os.close(ours)
    for part in (b"2/2", b"a second", b"left", b"Graded 2 in"):
        assert part in seen
    assert process.returncode == 0


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side is closed
        return b""


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--jobs", "0"], 64, "0 is not in the range 1<=x<=1000"),
        (["--points", "many"], 64, "'many' is not a number of points"),
        (["--points", "-1"], 64, "-1 is less than nothing"),
        (["--require", "luck"], 64, "there is no limit luck"),
        (["--sandbox", "castle"], 69, "no sandbox named 'castle'"),
        (["-o", "results"], 64, "The name of results does not tell its format"),
        (["-o", "/dev/null", "--format", "csv"], 64, "/dev/null is not a file"),
        (["-o", "missing/results.csv"], 64, "missing is not a directory that we may write to"),
        (["--journal", "/dev/null"], 64, "/dev/null is not a file"),
    ],
)
def test_a_wrong_option_is_told_before_any_work(desk: Desk, options: list[str], code: int, said: str) -> None:
    desk.submit(ada=RIGHT)
    assert desk.batch(*options) == code
    assert said in " ".join(desk.err.split())
    assert desk.out == ""
    assert Path("/dev/null").is_char_device()


def test_nothing_to_grade_is_told(desk: Desk) -> None:
    assert desk.batch() == 64
    assert f"There is nothing to grade in {desk.submissions}." in desk.err


def test_a_grader_that_is_none_is_told(desk: Desk) -> None:
    desk.submit(ada=RIGHT)
    (desk.grader / "grader.toml").unlink()
    assert desk.batch() == 69
    assert "holds no grader.toml" in desk.err
