"""Many submissions at once: nothing stops the rest, nothing is lost, nothing is graded twice."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from threading import Barrier, Event

import pytest

from gradewright.errors import Cancelled, MissingError, SandboxError, StoreError, SubmissionRejected, UsageError
from gradewright.grading.batch import Finished, Results, grade_all, submissions_in
from gradewright.grading.journal import Journal, open_journal
from gradewright.model.course import Exercise, Grader
from gradewright.model.report import Outcome, Report
from gradewright.model.run import Limits
from gradewright.reports.batch import NOT_GRADED, BatchEntry

GRADER = Grader(contract="cases", digest="sha256:1", directory=Path("/graders/sum"))
EXERCISE = Exercise(id="sum", grader=GRADER)
FULL = Report(outcome=Outcome.GRADED, points=Fraction(1), max_points=Fraction(1))


@dataclass
class Work:
    """A directory of submissions, a grader made of a function, and how often it was asked for each."""

    directory: Path
    journal: Path
    grade: Callable[[Path], Report] = lambda source: FULL
    asked: Counter[str] = field(default_factory=Counter)
    cancelled: Event = field(default_factory=Event)

    def add(self, *names: str) -> None:
        for name in names:
            (self.directory / name).write_text(name)

    def begin(self, journal: Journal, exercise: Exercise = EXERCISE) -> list[Finished]:
        def ask(source: Path) -> Report:
            self.asked[source.name] += 1
            return self.grade(source)

        sources = submissions_in(self.directory)
        return list(grade_all(exercise, sources, ask, journal, jobs=2, cancelled=self.cancelled, pauses=(0, 0)))

    def do(self, exercise: Exercise = EXERCISE, *, fresh: bool = False) -> dict[str, BatchEntry]:
        """Grade all, and read what became of each."""
        with open_journal(self.journal, fresh=fresh) as journal:
            results = Results(journal)
            for finished in self.begin(journal, exercise):
                results.add(finished)
            assert results.outcomes.total() == len(results)
            return {entry.submission: entry for entry in results}


@pytest.fixture
def work(tmp_path: Path) -> Work:
    (tmp_path / "submissions").mkdir()
    return Work(directory=tmp_path / "submissions", journal=tmp_path / "journal.jsonl")


def test_every_submission_is_graded_once(work: Work) -> None:
    work.add(*(f"s{number}" for number in range(20)))
    found = work.do()
    assert [entry.report for entry in found.values()] == [FULL] * 20
    assert set(work.asked.values()) == {1}


def test_they_are_graded_at_the_same_time(work: Work) -> None:
    meeting = Barrier(2, timeout=10)

    def meet(source: Path) -> Report:
        meeting.wait()  # breaks unless another one comes
        return FULL

    work.add("a", "b", "c", "d")
    work.grade = meet
    assert {entry.outcome for entry in work.do().values()} == {"graded"}


def test_hidden_files_and_our_own_are_no_submissions(tmp_path: Path) -> None:
    for name in ("b", "a", ".git", "results.csv"):
        (tmp_path / name).touch()
    assert [path.name for path in submissions_in(tmp_path, besides=[tmp_path / "results.csv"])] == ["a", "b"]


def raising(error: BaseException) -> Callable[[Path], Report]:
    def grade(source: Path) -> Report:
        if source.name == "odd":
            raise error
        return FULL

    return grade


@pytest.mark.parametrize(
    ("error", "outcome", "said"),
    [
        (
            SubmissionRejected("The archive lies.", remedy="Pack it again."),
            "rejected",
            "The archive lies.\nPack it again.",
        ),
        (SandboxError("The sandbox is gone."), NOT_GRADED, "The sandbox is gone."),
        (MissingError("No such image."), NOT_GRADED, "No such image."),
        (KeyError("oops"), NOT_GRADED, "Gradewright itself failed: KeyError"),
    ],
)
def test_one_that_fails_is_a_row_and_stops_nothing(work: Work, error: Exception, outcome: str, said: str) -> None:
    work.add("a", "odd", "z")
    work.grade = raising(error)
    found = work.do()
    assert [entry.outcome for entry in found.values()] == ["graded", outcome, "graded"]
    odd = found["odd"]
    assert said in (odd.report.messages[0] if odd.report else odd.fault)


def test_a_fault_of_ours_is_tried_again(work: Work) -> None:
    def fail_twice(source: Path) -> Report:
        if work.asked[source.name] < 3:
            raise SandboxError("Busy.")
        return FULL

    work.add("a")
    work.grade = fail_twice
    assert work.do()["a"].report == FULL
    assert work.asked["a"] == 3


def test_a_fault_of_ours_is_never_a_grade_and_the_next_run_tries_again(work: Work) -> None:
    work.add("odd", "z")
    work.grade = raising(SandboxError("Busy."))
    assert work.do()["odd"].report is None
    work.grade = raising(SubmissionRejected("No."))
    assert work.do()["odd"].outcome == "rejected"
    assert work.asked == {"odd": 4, "z": 1}


def test_what_vanishes_on_the_way_is_a_row(work: Work) -> None:
    work.add("a")
    with open_journal(work.journal) as journal:
        gone = [work.directory / "gone"]
        (finished,) = grade_all(EXERCISE, gone, work.grade, journal, jobs=1, cancelled=Event())
    assert finished.entry.fault == "It cannot be read: No such file or directory."


def test_a_second_run_reuses_what_is_finished(work: Work) -> None:
    work.add("a", "b")
    first = work.do()
    work.add("c")
    second = work.do()
    assert work.asked == {"a": 1, "b": 1, "c": 1}
    assert second["a"] == first["a"]
    work.do(fresh=True)
    assert work.asked == {"a": 2, "b": 2, "c": 2}


@pytest.mark.parametrize(
    "other",
    [
        replace(EXERCISE, grader=replace(GRADER, digest="sha256:2")),
        replace(EXERCISE, grader=replace(GRADER, limits=Limits(wall_seconds=1))),
        replace(EXERCISE, max_points=Fraction(10)),
        replace(EXERCISE, arguments=("part", "2")),
        replace(EXERCISE, environment={"PART": "2"}),
    ],
)
def test_another_grader_or_other_options_grade_anew(work: Work, other: Exercise) -> None:
    work.add("a")
    work.do()
    work.do(other)
    work.do(EXERCISE)
    assert work.asked["a"] == 2


def change_content(submission: Path) -> None:
    (submission / "main.py").write_text("print(2)")


def add_file(submission: Path) -> None:
    (submission / "more.py").touch()


def rename(submission: Path) -> None:
    (submission / "main.py").rename(submission / "name.py")


def make_executable(submission: Path) -> None:
    (submission / "main.py").chmod(0o755)


def move_link(submission: Path) -> None:
    (submission / "link").unlink()
    (submission / "link").symlink_to("elsewhere")


@pytest.mark.parametrize("change", [change_content, add_file, rename, make_executable, move_link])
def test_a_changed_submission_is_graded_anew(work: Work, change: Callable[[Path], None]) -> None:
    submission = work.directory / "a"
    submission.mkdir()
    (submission / "main.py").write_text("print(1)")
    (submission / "link").symlink_to("somewhere")
    work.do()
    os.utime(submission / "main.py", (1, 1))  # times do not matter
    work.do()
    assert work.asked["a"] == 1
    change(submission)
    work.do()
    assert work.asked["a"] == 2


def test_a_fifo_among_the_files_does_not_hang_us(work: Work) -> None:
    (work.directory / "a").mkdir()
    os.mkfifo(work.directory / "a" / "fifo")
    assert work.do()["a"].outcome == "graded"


def test_stopping_begins_no_more_and_keeps_what_is_done(work: Work) -> None:
    work.add(*(f"s{number:02}" for number in range(20)))

    def stop_at_the_fifth(source: Path) -> Report:
        if work.asked.total() == 5:
            work.cancelled.set()
        if work.cancelled.is_set():
            raise Cancelled("Stopped.")
        return FULL

    work.grade = stop_at_the_fifth
    done = work.do()
    assert 0 < len(done) < 5
    work.cancelled.clear()
    work.grade = lambda source: FULL
    assert len(work.do()) == 20
    assert {name: work.asked[name] for name in done} == dict.fromkeys(done, 1)


def test_a_verdict_that_came_while_stopping_does_not_count(work: Work) -> None:
    def interrupted(source: Path) -> Report:
        work.cancelled.set()  # ^C reached the student's program before us
        return replace(FULL, points=Fraction(0))

    work.add("a")
    work.grade = interrupted
    assert work.do() == {}


def test_a_line_that_was_torn_is_done_again(work: Work) -> None:
    work.add("a", "b")
    work.do()
    whole = work.journal.read_bytes()
    work.journal.write_bytes(whole[:-10])
    assert len(work.do()) == 2
    assert work.asked.total() == 3
    assert len(work.journal.read_text().splitlines()) == 2
    assert [json.loads(line)["submission"] for line in work.journal.read_text().splitlines()]


def test_a_damaged_line_is_done_again(work: Work) -> None:
    work.add("a", "b")
    work.do()
    lines = work.journal.read_text().splitlines()
    work.journal.write_text("\n".join(['{"key": 3}', lines[1], ""]))
    assert len(work.do()) == 2
    assert work.asked.total() == 3


def test_a_result_is_on_disk_before_it_is_told(work: Work) -> None:
    work.add("a", "b", "c")
    with open_journal(work.journal) as journal:
        sources = submissions_in(work.directory)
        for finished in grade_all(EXERCISE, sources, work.grade, journal, jobs=1, cancelled=work.cancelled):
            assert f'"{finished.entry.submission}"' in work.journal.read_text()


def test_a_full_disk_is_told_and_ends_the_work(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    work.add("a", "b", "c", "d", "e", "f")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left on device"):
        work.do()
    assert work.cancelled.is_set()


def test_two_runs_do_not_share_a_journal(work: Work) -> None:
    with open_journal(work.journal), pytest.raises(UsageError, match="Another run"), open_journal(work.journal):
        pass


@pytest.mark.parametrize("content", ["my thesis", "[1]"])
def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path, content: str) -> None:
    precious = tmp_path / "thesis.txt"
    precious.write_text(content)
    with pytest.raises(UsageError, match="not the journal"), open_journal(precious, fresh=True):
        pass
    assert precious.read_text() == content


@pytest.mark.parametrize("place", ["directory", "fifo", "file/below"])
def test_a_journal_that_cannot_be_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "directory").mkdir()
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "file").touch()
    with pytest.raises(UsageError), open_journal(tmp_path / place):
        pass


def test_names_that_are_not_text_are_no_trouble(work: Work) -> None:
    Path(os.fsdecode(os.fsencode(work.directory) + b"/\xff\xfe")).touch()
    assert len(work.do()) == 1
    assert len(work.do()) == 1
    assert work.asked.total() == 1
