"""`gradewright harness`, as a user meets it; the rows of the checklist of queues 5 that concern local mode."""

from __future__ import annotations

import csv
import errno
import fcntl
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradewright.testing import submission_in
from support.terminal import person_at_terminal

pytestmark = pytest.mark.needs("make")

Make = Callable[..., Path]
Harness = Callable[..., Any]  # of the words of a command line to what was said
MAKEFILE = """\
compile:
\tcp src/hw.txt bin/built
run:
\tcat bin/built >$(TESTS_LOG)
"""


@pytest.fixture
def part(tmp_path: Path) -> Make:
    """Makes a part, of which the student's file is its own tests.log unless the Makefile says otherwise."""

    def make(name: str = "14", *, makefile: str = MAKEFILE, config: str = "filename = hw.txt\n", **files: str) -> Path:
        directory = tmp_path / "resources" / name
        submission_in(directory, {"config": f"[config]\n{config}", "Makefile": makefile, **files})
        return directory

    return make


@pytest.fixture
def student(tmp_path: Path) -> Make:
    """Makes a submission."""

    def make(name: str = "ada", *, part: str = "14", text: str | bytes = "1;fine\n", file: str = "hw.txt") -> Path:
        directory = tmp_path / "submissions" / part / name
        submission_in(directory / "src", {file: text})
        return directory

    return make


@pytest.fixture
def harness(gradewright: Harness, tmp_path: Path) -> Harness:
    """`gradewright harness --local`, with resources in place."""

    def run(*words: object) -> Any:
        return gradewright("harness", "--local", "--resources", tmp_path / "resources", *words)

    return run


def records(said: Any) -> dict[str, dict[str, Any]]:
    return {f"{each['part']}/{each['student']}": each for each in json.loads(said.out)}


def tree(directory: Path) -> set[str]:
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*")}


# ---- the command line ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["--local", "--queue", "q"],
        ["--local", "--session", "s"],
        ["--local", "--api-key", "k"],
        ["--local", "--length"],
        [],
        ["--session", "s"],
        ["--queue", "q"],
        ["--length", "--queue", "q"],
        ["--local", "-N", "0"],
        ["--local", "-N", "many"],
        ["--local", "--jobs", "0"],
        ["--local", "--format", "xml"],
        ["--local", "--no-such-option"],
        ["--local", "--sandbox", "unconfined"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_exits_with_2(gradewright: Harness, words: list[str]) -> None:
    said = gradewright("harness", *words)
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("Usage: gradewright harness")


def test_a_queue_is_not_part_of_this_version_and_no_key_is_shown(gradewright: Harness) -> None:
    said = gradewright("harness", "--session", "s", "--queue", "q", "--api-key", "hush", "-v")
    assert said.code == 69
    assert "not part of this version" in said.err
    assert "hush" not in said.err + said.out


def test_help_tells_the_defaults(gradewright: Harness) -> None:
    said = gradewright("harness", "-h")
    assert said.code == 0
    words = " ".join(said.out.split())
    for default in ("[default: submissions]", "[default: ~/resources]", "[default: 10; x>=0.1]"):
        assert default in words


def test_the_usual_directories_are_used(
    gradewright: Harness, part: Make, student: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part(), student()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "Score: 1.00" in gradewright("harness", "--local").out


def test_the_process_id_is_there_meanwhile(harness: Harness, part: Make, student: Make, tmp_path: Path) -> None:
    part(), student()
    assert harness("--pid", tmp_path / "pid").code == 0
    assert not (tmp_path / "pid").exists()
    said = harness("--pid", tmp_path / "nowhere" / "pid")
    assert (said.code, said.out) == (1, "")
    assert "nowhere/pid cannot be written" in said.err


# ---- what is printed -----------------------------------------------------------------------------------------------


@pytest.mark.needs("root")  # others are told besides what is not enforced
def test_text_is_as_the_original_prints_it(harness: Harness, part: Make, student: Make) -> None:
    part("2"), part("hw1")
    student("bob", part="2", text="2;good\n")
    student("ada", part="2", text="0.125;a <b>\n")
    student("cid", part="hw1", text="")
    said = harness()
    assert (said.code, said.err) == (0, "")
    assert said.out == "* 2\n** ada\nScore: 0.12\na <b>\n** bob\nScore: 2.00\ngood\n* hw1\n** cid\nScore: 0.00\n"


def test_each_submission_is_an_object_in_json(harness: Harness, part: Make, student: Make) -> None:
    part(config="filename = hw.txt\ngrademult = 2\n"), student("ada", text="3/2;a;b\n"), student("bob", text="oops")
    said = harness("--format", "json")
    found = records(said)
    assert found["14/ada"].pop("seconds") > 0
    assert found["14/ada"] == {
        "part": "14",
        "student": "ada",
        "status": "graded",
        "raw": 1.5,
        "score": 3.0,
        "max": 100.0,
        "feedback": "a;b\n",
        "message": "",
    }
    assert (found["14/bob"]["status"], found["14/bob"]["score"], found["14/bob"]["raw"]) == ("error", None, None)
    assert "Line 1, 'oops', " in found["14/bob"]["message"]


def test_csv_holds_no_formula(harness: Harness, part: Make, student: Make) -> None:
    part(), student(text="1;=HYPERLINK(1)\n")
    (row,) = csv.DictReader(io.StringIO(harness("--format", "csv").out))
    assert (row["part"], row["student"], row["score"]) == ("14", "ada", "1.0")
    assert row["feedback"].startswith("'=HYPERLINK(1)")


def test_results_go_to_a_file_that_is_whole(harness: Harness, part: Make, student: Make, tmp_path: Path) -> None:
    part(), student()
    said = harness("--json", "--output", tmp_path / "out.json")
    assert said.out == ""
    assert json.loads((tmp_path / "out.json").read_text())[0]["score"] == 1
    said = harness("--output", tmp_path / "nowhere" / "out.json")
    assert (said.code, said.err.startswith("Usage: gradewright harness")) == (2, True)


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (["--output", "o.json"], "["),
        (["--output", "o.CSV"], "part,student"),
        (["--output", "o.txt"], "* 14"),
        (["--output", "o"], "* 14"),
        (["--output", "o.json", "--format", "csv"], "part,student"),
    ],
)
def test_the_name_of_the_file_tells_its_format(
    harness: Harness, part: Make, student: Make, words: list[str], begins: str
) -> None:
    part(), student()
    assert harness(*words).code == 0
    assert Path(words[1]).read_text().startswith(begins)


def test_nothing_to_grade_is_an_empty_array(harness: Harness, part: Make, tmp_path: Path) -> None:
    part(), (tmp_path / "submissions" / "14").mkdir(parents=True)
    said = harness("--json")
    assert (said.code, json.loads(said.out)) == (1, [])
    assert "nothing to grade" in said.err


def test_a_terminal_shows_progress_and_then_the_results(part: Make, student: Make, tmp_path: Path) -> None:
    part(), student()
    resources = str(tmp_path / "resources")
    with person_at_terminal("-m", "gradewright", "harness", "--local", "--resources", resources) as person:
        person.waits_for("1/1")
        person.waits_for("Score: 1.00")
        assert person.waits_for_the_end() == 0


def test_verbose_shows_arguments_and_config(harness: Harness, part: Make, student: Make) -> None:
    part(config="filename = hw.txt\ngrademult = 1/3\n"), student()
    said = harness("-v")
    assert "  grademult: 1/3\n  minimum-score: 0\n  maximum-score: 100\n" in said.err
    assert "max-filesize: 4K" in said.err
    assert "stderr: merge" in said.err
    assert "multiplier" not in said.err
    assert "submissions:" in said.err


def test_a_log_says_what_happened(harness: Harness, part: Make, student: Make, tmp_path: Path) -> None:
    part(), student(), student("bob", text="oops")
    harness("--log-file", tmp_path / "log")
    log = (tmp_path / "log").read_text()
    assert "INFO 14/ada graded 1.0" in log
    assert "ERROR 14/bob error None" in log
    harness("--log-file", tmp_path / "quiet", "--log-level", "error")
    assert "ada" not in (tmp_path / "quiet").read_text()


# ---- the tree ------------------------------------------------------------------------------------------------------


LEAVES_MUCH = """\
compile:
\techo compiled; touch src/hw.txt src/more; cp $(RESOURCE_HOME)/prog bin/
run:
\techo ran; cp src/hw.txt out/tests.log; mkdir out/deep; touch out/deep/more
"""


def test_src_is_not_written_and_bin_and_out_are_kept(harness: Harness, part: Make, student: Make) -> None:
    part(makefile=LEAVES_MUCH, prog="#!/bin/sh\n").joinpath("prog").chmod(0o755)
    ada = student()
    assert harness().code == 0
    assert tree(ada) == {
        *("src", "src/hw.txt", "bin", "bin/prog"),
        *("out", "out/compile.log", "out/run.log", "out/tests.log", "out/deep", "out/deep/more"),
    }
    assert (ada / "out" / "compile.log").read_text() == "compiled\n"
    assert (ada / "out" / "run.log").read_text() == "ran\n"
    assert os.access(ada / "bin" / "prog", os.X_OK)


def test_cleanup_removes_bin_and_out_alone(harness: Harness, part: Make, student: Make) -> None:
    part()
    ada = student()
    (ada / "notes").touch()
    assert "Score: 1.00" in harness("--cleanup").out
    assert tree(ada) == {"src", "src/hw.txt", "notes"}


def test_a_dry_run_changes_nothing(harness: Harness, part: Make, student: Make) -> None:
    part()
    ada = student()
    submission_in(ada / "out", {"old": "old"})
    assert "Score: 1.00" in harness("--dry-run", "--cleanup").out
    assert tree(ada) == {"src", "src/hw.txt", "out", "out/old"}


def test_a_stale_log_is_never_scored(harness: Harness, part: Make, student: Make) -> None:
    part()
    ada = student()
    assert "Score: 1.00" in harness().out
    part(makefile="compile: ;\nrun: ;\n")
    found = records(harness("--json"))
    assert found["14/ada"]["status"] == "error"
    assert "wrote no out/tests.log" in found["14/ada"]["message"]
    assert not (ada / "out" / "tests.log").exists()


def test_a_link_in_place_of_out_is_not_followed(harness: Harness, part: Make, student: Make, tmp_path: Path) -> None:
    part()
    ada = student()
    submission_in(tmp_path / "elsewhere", {"precious": "x"})
    (ada / "out").symlink_to(tmp_path / "elsewhere")
    assert "Score: 1.00" in harness().out
    assert tree(tmp_path / "elsewhere") == {"precious"}


@pytest.mark.parametrize("layout", ["files", "directory", "whole part"])
def test_linked_resources_give_the_same_score(
    harness: Harness, part: Make, student: Make, tmp_path: Path, layout: str
) -> None:
    source = part(
        "source",
        makefile="compile: ;\nrun:\n\tcat $(RESOURCE_HOME)/tests/points >out/tests.log\n",
        **{"tests/points": "7;x\n"},
    )
    linked = tmp_path / "resources" / "14"
    if layout == "whole part":
        linked.symlink_to(source)
    else:
        linked.mkdir()
        for name in ("config", "Makefile"):
            (linked / name).symlink_to(source / name)
        (linked / "tests").symlink_to(source / "tests") if layout == "directory" else (linked / "tests").mkdir()
        if layout == "files":
            (linked / "tests" / "points").symlink_to(source / "tests" / "points")
    student()
    assert "Score: 7.00" in harness().out


def test_a_size_of_4097_is_a_warning_where_no_queue_is(harness: Harness, part: Make, student: Make) -> None:
    part(makefile="compile: ;\nrun:\n\techo '1;tried' >out/tests.log\n")
    student("ada", text="#" * 4096), student("bob", text="#" * 4097)
    said = harness("--json")
    found = records(said)
    assert (found["14/ada"]["status"], found["14/ada"]["score"]) == ("graded", 1)
    assert (found["14/bob"]["status"], found["14/bob"]["score"]) == ("graded", 1)
    assert said.err.count("Part 14: A file is larger than max-filesize in config") == 1


def test_a_size_of_4097_gets_no_points_as_a_grader_like_others(gradewright: Harness, part: Make, student: Make) -> None:
    directory = part(**{"grader.toml": 'contract = "harness"\n'})
    said = gradewright("grade", "local", "--json", directory, student(text="#" * 4097) / "src")
    report = json.loads(said.out)
    assert (report["points"], report["tests"][0]["verdict"]) == (0, "too-large")
    assert "4097 bytes; at most 4096 (4 KiB)" in report["feedback"]["body"]


# ---- the Makefile --------------------------------------------------------------------------------------------------


def test_compile_and_run_share_one_budget_and_nothing_survives(harness: Harness, part: Make, student: Make) -> None:
    name = f"gradewright-sleeper-{os.getpid()}"
    sleeper = f"setsid sh -c 'exec -a {name} sleep 60' &"
    part(
        makefile=f"compile:\n\tsleep 0.4\nrun:\n\tbash -c \"{sleeper}\"; sleep 0.4; echo '1;x' >out/tests.log\n",
        config="filename = hw.txt\ntimelimit = 0.6\n",
    )
    student()
    found = records(harness("--json"))
    assert (found["14/ada"]["status"], found["14/ada"]["score"]) == ("timeout", 0)
    assert "0.6 seconds" in found["14/ada"]["feedback"]
    assert "tests were still running" in found["14/ada"]["feedback"]
    commands = [Path(f"/proc/{pid}/cmdline") for pid in os.listdir("/proc") if pid.isdigit()]
    assert not any(name.encode() in _read(command) for command in commands)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


SAYS_WHAT_IT_SEES = """\
LEVEL := $(MAKELEVEL)
compile: ;
run:
\techo "0;$(LEVEL) $$PART_ID $$STUDENT_ID $$FILENAME $$TIME_LIMIT $$LC_ALL" >$(TESTS_LOG)
\techo "0;" * >>$(TESTS_LOG)
\ttest -f $(RESOURCE_HOME)/config && test $(RESOURCE_HOME) = $$RESOURCE_HOME
\ttest "$$(pwd)" = $$SUBMISSION_DIR && echo "1;cwd" >>$$OUT_DIR/tests.log
"""


def test_the_makefile_finds_itself_in_the_students_directory(harness: Harness, part: Make, student: Make) -> None:
    part(makefile=SAYS_WHAT_IT_SEES)
    student()
    assert harness().out.splitlines()[3:] == ["0 14 ada hw.txt 5 C.UTF-8", "bin out src", "cwd"]


def test_variables_of_the_caller_do_not_reach_make(
    harness: Harness, part: Make, student: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAKEFLAGS", "n")
    part(), student()
    assert "Score: 1.00" in harness().out


def test_a_makefiles_own_assignments_win(harness: Harness, part: Make, student: Make) -> None:
    part(makefile="FILENAME = mine\ncompile: ;\nrun:\n\techo '1;$(FILENAME)' >out/tests.log\n"), student()
    assert "mine\n" in harness().out


FAILS_TO_COMPILE = """\
compile:
\techo to stdout; echo to stderr >&2; false
run:
\ttouch out/ran; echo '1;x' >out/tests.log
"""


def test_run_is_not_tried_if_compile_fails(harness: Harness, part: Make, student: Make) -> None:
    part(makefile=FAILS_TO_COMPILE)
    ada = student()
    found = records(harness("--json"))
    assert (found["14/ada"]["status"], found["14/ada"]["score"]) == ("compile_error", 0)
    assert "to stdout\nto stderr\n" in found["14/ada"]["feedback"]
    assert not (ada / "out" / "ran").exists()
    assert not (ada / "out" / "run.log").exists()


def test_a_failing_run_gets_no_points_but_its_words(harness: Harness, part: Make, student: Make) -> None:
    part(makefile="compile:\n\techo compiling\nrun:\n\techo '9;x' >out/tests.log; echo why >&2; exit 3\n"), student()
    found = records(harness("--json"))
    assert (found["14/ada"]["status"], found["14/ada"]["score"]) == ("run_error", 0)
    assert "why" in found["14/ada"]["feedback"]
    assert "compiling" not in found["14/ada"]["feedback"]


def test_stderr_is_dropped_where_the_config_says_so(harness: Harness, part: Make, student: Make) -> None:
    part(
        makefile="compile:\n\techo kept; echo dropped >&2; false\nrun: ;\n",
        config="filename = hw.txt\nstderr = discard\n",
    )
    student()
    feedback = records(harness("--json"))["14/ada"]["feedback"]
    assert "kept" in feedback
    assert "dropped" not in feedback


@pytest.mark.parametrize(
    ("makefile", "order"),
    [
        ('build:\n\techo built >bin/built\nrun:\n\techo "1;$$(cat bin/built)" >out/tests.log\n', "built"),
        ("run:\n\techo '1;run' >out/tests.log\ncompile: ;\n", "run"),
    ],
    ids=["default goal", "run first"],
)
def test_compile_is_the_target_of_that_name_or_else_the_first(
    harness: Harness, part: Make, student: Make, makefile: str, order: str
) -> None:
    part(makefile=makefile), student()
    said = harness()
    assert f"Score: 1.00\n{order}\n" in said.out
    assert ("no target 'compile'" in said.err) == (order == "built")


def test_other_targets_may_be_named(harness: Harness, part: Make, student: Make) -> None:
    part(
        makefile="all: ;\ncheck:\n\techo '1;checked' >out/tests.log\n",
        config="filename = hw.txt\ncompile-target = all\nrun-target = check\n",
    )
    student()
    assert "checked" in harness().out


def test_nothing_is_read_from_stdin(harness: Harness, part: Make, student: Make) -> None:
    part(makefile="compile:\n\tcat\nrun:\n\tcat; echo '1;x' >out/tests.log\n"), student()
    assert "Score: 1.00" in harness().out


def test_a_log_that_is_a_link_is_not_followed(harness: Harness, part: Make, student: Make) -> None:
    part(makefile="compile: ;\nrun:\n\tln -s /etc/passwd out/tests.log\n"), student()
    assert records(harness("--json"))["14/ada"]["status"] == "error"


# ---- faults --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda part: (part / "config").unlink(), "config: There is no such file"),
        (lambda part: (part / "config").write_text("[config]\n"), "filename is missing"),
        (lambda part: (part / "config").write_text("[config]\nfilename=a\ntimelimit=soon\n"), "config:3: timelimit"),
        (lambda part: (part / "Makefile").unlink(), "Makefile: There is no such file"),
        (lambda part: (part / "tests").symlink_to("/no/such/place"), "tests: This link leads to /no/such/place"),
        (lambda part: (part / "loop").symlink_to("."), "loop: This link leads to"),
    ],
    ids=["no config", "no filename", "bad number", "no Makefile", "dangling link", "cycle"],
)
def test_a_broken_part_is_left_out_and_the_others_go_on(
    harness: Harness, part: Make, student: Make, spoil: Callable[[Path], object], words: str
) -> None:
    spoil(part("13")), part("14"), student(part="13"), student(part="14")
    said = harness()
    assert said.code == 0
    assert said.out == "* 14\n** ada\nScore: 1.00\nfine\n"
    assert "Part 13 is skipped." in said.err
    assert words in said.err


@pytest.mark.parametrize(
    ("makefile", "words"),
    [
        ("compile: ;\n", "no target 'run'"),
        ("what is this\n", "missing separator"),
        ("include no-such.mk\n", "make: *** No rule to make target 'no-such.mk'"),
    ],
)
def test_a_broken_makefile_is_never_a_students_zero(
    harness: Harness, part: Make, student: Make, makefile: str, words: str
) -> None:
    part(makefile=makefile), student(), student("bob")
    said = harness("--json")
    assert said.code == 1
    assert {each["status"] for each in records(said).values()} == {"error"}
    assert words in said.err
    assert said.err.count(words) == 1


def test_a_full_disk_is_named_by_the_student_it_hits(
    harness: Harness, part: Make, student: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")  # without a name, as when a write fails

    part()
    ada = student()
    monkeypatch.setattr(Path, "write_bytes", full)
    said = harness()
    assert f"{ada} cannot be written: No space left on device." in said.err
    assert said.code == 1


def test_what_cannot_be_graded_may_get_no_points(harness: Harness, part: Make, student: Make) -> None:
    part(), student(text="oops"), student("bob")
    found = records(harness("--json", "--on-error", "zero"))
    assert (found["14/ada"]["status"], found["14/ada"]["score"]) == ("error", 0)
    assert "could not be graded" in found["14/ada"]["feedback"]
    assert found["14/bob"]["score"] == 1


def test_a_part_without_resources_is_told(harness: Harness, part: Make, student: Make) -> None:
    part(), student(), student(part="15")
    said = harness()
    assert said.code == 0
    assert "Part 15 is skipped. There are no resources" in said.err


@pytest.mark.parametrize("name", ["a b", "a#b", "a$b", "a:b", "-a"])
def test_names_that_make_cannot_handle_are_refused(harness: Harness, part: Make, student: Make, name: str) -> None:
    part(), student(), student(name), student(part=name)
    said = harness("--json")
    assert {key: each["status"] for key, each in records(said).items()} == {"14/ada": "graded", f"14/{name}": "error"}
    assert f"Part {name} is skipped." in said.err


def test_a_student_without_src_is_told_and_files_are_ignored(
    harness: Harness, part: Make, student: Make, tmp_path: Path
) -> None:
    part(), student()
    (tmp_path / "submissions" / "14" / "bob").mkdir()
    (tmp_path / "submissions" / "14" / "README").touch()
    (tmp_path / "submissions" / "README").touch()
    said = harness()
    assert said.out == "* 14\n** ada\nScore: 1.00\nfine\n"
    assert "bob has no src" in said.err
    assert "README" not in said.err


def test_one_student_is_graded_by_one_process_at_a_time(harness: Harness, part: Make, student: Make) -> None:
    part(), student("bob")
    ada = os.open(student(), os.O_RDONLY)
    fcntl.flock(ada, fcntl.LOCK_EX)
    found = records(harness("--json"))
    os.close(ada)
    assert "graded by another process" in found["14/ada"]["message"]
    assert found["14/bob"]["score"] == 1


def test_no_submissions_at_all_is_a_failure(harness: Harness) -> None:
    said = harness()
    assert said.code == 1
    assert "submissions cannot be read" in said.err


# ---- how many ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_number_counts_what_was_graded(harness: Harness, part: Make, student: Make, jobs: int) -> None:
    part(), student("a", text="oops"), student("b"), student("c"), student("d")
    found = records(harness("--json", "-N", "2", "--jobs", jobs))
    assert {key: each["status"] for key, each in found.items()} == {"14/a": "error", "14/b": "graded", "14/c": "graded"}


def test_parts_and_students_may_be_chosen(harness: Harness, part: Make, student: Make) -> None:
    part("1"), part("2"), part("3")
    for each in ("1", "2", "3"):
        student("ada", part=each), student("bob", part=each)
    said = harness("--json", "--part", "1", "--part", "3", "--part", "9", "--student", "bob")
    assert set(records(said)) == {"1/bob", "3/bob"}
    assert "no submissions for part 9" in said.err


def test_many_at_once_come_in_order(harness: Harness, part: Make, student: Make) -> None:
    part(makefile="compile:\n\tsleep 0.$$(cat src/hw.txt)\nrun:\n\techo '1;x' >out/tests.log\n")
    for number in range(6):
        student(f"s{number}", text=f"{(7 - number) % 3}\n")
    assert list(records(harness("--json", "--jobs", "3"))) == [f"14/s{number}" for number in range(6)]


def test_an_interruption_ends_it_soon_and_keeps_what_is_there(part: Make, student: Make, tmp_path: Path) -> None:
    part(
        makefile="compile:\n\tgrep -q slow src/hw.txt && sleep 50 || true\nrun:\n\techo '1;x' >out/tests.log\n",
        config="filename = hw.txt\ntimelimit = 60\n",
    )
    student("ada"), student("bob", text="slow"), student("cid")
    command = [sys.executable, "-m", "gradewright", "harness", "--local", "--resources", tmp_path / "resources"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout and process.stderr
    assert [process.stdout.readline() for _ in range(4)] == ["* 14\n", "** ada\n", "Score: 1.00\n", "x\n"]
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert "Interrupted" in err


def test_a_request_to_end_lets_what_is_graded_be_finished(part: Make, student: Make, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    part(
        makefile="compile:\n\tgrep -q slow src/hw.txt && sleep 2 || true\nrun:\n\techo '1;x' >out/tests.log\n",
        config="filename = hw.txt\ntimelimit = 60\n",
    )
    student("ada"), student("bob", text="slow"), student("cid", text="slow"), student("dan")
    resources = tmp_path / "resources"
    command = [sys.executable, "-m", "gradewright", "harness", "--local", "--resources", resources, "--pid", pid]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    assert [process.stdout.readline() for _ in range(4)] == ["* 14\n", "** ada\n", "Score: 1.00\n", "x\n"]
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert "dan" not in out
    assert "Interrupted" not in err
    assert "Asked to end" in err
    assert not pid.exists()


def test_a_part_with_a_grader_toml_is_a_grader_like_others(gradewright: Harness, part: Make, student: Make) -> None:
    directory = part(**{"grader.toml": 'contract = "harness"\n'})
    said = gradewright("grade", "local", "--json", directory, student() / "src")
    report = json.loads(said.out)
    assert (said.code, report["points"], report["max_points"], report["separation"]) == (0, 1, 100, "shared")
