"""The steps that a submission is tried in, and above all what a student's step does not see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gradewright.contracts.cases import Cases
from gradewright.errors import SubmissionRejected
from gradewright.grading.workspace import fill
from gradewright.model.course import Exercise
from gradewright.model.image import Image
from gradewright.model.run import EXECUTABLE, FromStep, ImageRoot, Limits, Role, RunPlan, Step
from gradewright.testing import exited, run_plan_with, slot_in, submission_in

MakeExercise = Callable[..., Exercise]
Plan = Callable[..., RunPlan]

SECRET = "the answer is 42"
TWO = f"""
run = ["python3", "main.py"]
[[cases]]
name = "one"
stdin = "input of one"
expected = "{SECRET}"
files = {{ "data.txt" = "data of one" }}
[[cases]]
name = "two"
arguments = ["-x", "*"]
stdin = "input of two"
expected = "{SECRET}"
expected_files = {{ "out.txt" = "{SECRET}" }}
"""
C = 'language = "c"\n[[cases]]\nname = "one"\n'


def seen(step: Step) -> bytes:
    """Everything that a step is given, in one piece."""
    box = fill(step, slot_in(Path("/nowhere")), {}, lambda: False)
    return b"\0".join(
        [box.stdin, *(file.data for file in box.files), *map(str.encode, (*step.argv, *step.env.values()))]
    )


def test_a_students_step_sees_its_own_input_and_nothing_else(plan: Plan) -> None:
    one, two = plan(TWO).steps
    assert one.role is two.role is Role.STUDENT
    assert b"input of one" in seen(one)
    assert b"data of one" in seen(one)
    for step, others in ((one, b"of two"), (two, b"of one")):
        assert SECRET.encode() not in seen(step)
        assert others not in seen(step)
        assert not step.mounts


def test_arguments_are_given_as_they_are(plan: Plan) -> None:
    assert plan(TWO).steps[1].argv == ("python3", "main.py", "-x", "*")


def test_compiling_comes_first_and_its_result_is_carried_to_each_case(plan: Plan) -> None:
    compile_step, one = plan(C, {"main.c": "", "help.c": "", "help.h": ""}).steps
    assert compile_step.role is Role.STUDENT
    assert compile_step.argv[-3:] == ("./help.c", "./main.c", "-lm")
    assert one.needs == ("compile",)
    assert one.trees[0].source == FromStep("compile", "/student")
    assert one.argv == ("./program",)


def test_no_file_name_is_taken_for_an_option_of_the_compiler(plan: Plan) -> None:
    (compile_step, _) = plan(C, {"main.c": "", "-fplugin=evil.c": "", "@file.c": ""}).steps
    assert {"./-fplugin=evil.c", "./@file.c"} < set(compile_step.argv)


def test_support_files_win_over_the_students(plan: Plan) -> None:
    source = 'run = ["python3", "sum.py"]\nsupport = "support"\n[[cases]]\nname = "one"\n'
    sent = {"sum.py": "", "check.py": "forged", "data": "in the way", "data.txt/x": "below a file"}
    (step,) = plan(
        source, sent, files={"support/check.py": "real", "support/data/a": "1", "support/data.txt": "2"}
    ).steps
    box = fill(step, slot_in(Path("/nowhere")), {}, lambda: False)
    assert {file.path: file.data for file in box.files} == {
        "/student/sum.py": b"",
        "/student/check.py": b"real",
        "/student/data/a": b"1",
        "/student/data.txt": b"2",
    }


def test_files_of_a_case_win_over_the_students(plan: Plan) -> None:
    one, _ = plan(TWO, {"main.py": "", "data.txt": "my own"}).steps
    assert b"my own" not in seen(one)


def test_limits_of_a_case_win_over_those_of_the_grader(plan: Plan) -> None:
    source = C.replace("[[cases]]", "[compile_limits]\nmemory = '2G'\n[defaults.limits]\nwall_seconds = 3\n[[cases]]")
    source += 'limits = { memory = "64M" }\n'
    compile_step, one = plan(source, {"main.c": ""}, limits=Limits(wall_seconds=9, processes=5)).steps
    assert (one.limits.wall_seconds, one.limits.memory_bytes, one.limits.processes) == (3, 64 * 1024**2, 5)
    assert (compile_step.limits.wall_seconds, compile_step.limits.memory_bytes) == (60, 2 * 1024**3)


def test_a_virtual_machine_is_told_how_much_memory_it_may_use(plan: Plan) -> None:
    source = 'language = "java"\n[[cases]]\nlimits = { memory = "600M" }\n'
    assert "-Xmx300m" in plan(source, {"Main.java": ""}).steps[1].argv


JUDGED = """
run = ["python3", "main.py"]
[[cases]]
name = "one"
arguments = ["a"]
stdin = "1 2"
expected = "3"
expected_files = { "out.txt" = "" }
compare = { method = "judge", command = ["python3", "judge.py"], files = ["words.txt"] }
"""


def test_a_judge_gets_input_output_and_what_is_expected_as_files(make_exercise: MakeExercise, tmp_path: Path) -> None:
    exercise = make_exercise(JUDGED, {"judge.py": "judge()", "words.txt": "a b", "other.txt": ""})
    plan = Cases().plan(exercise, submission_in(tmp_path / "sent", {"main.py": ""}))
    _, judge = plan.steps
    came = exited(b"3\n", files={"/student/out.txt": b"written"})
    box = fill(judge, slot_in(tmp_path), {"case one": came}, lambda: False)
    assert judge.role is Role.JUDGE
    assert judge.argv == ("python3", "judge.py", "case/input", "case/output", "case/expected")
    assert {file.path: file.data for file in box.files} == {
        "/judge/judge.py": b"judge()",
        "/judge/words.txt": b"a b",
        "/judge/case/input": b"1 2",
        "/judge/case/output": b"3\n",
        "/judge/case/expected": b"3",
        "/judge/case/arguments": b"a\n",
        "/judge/case/files/out.txt": b"written",
    }


def test_a_judge_is_not_asked_about_a_program_that_failed(make_exercise: MakeExercise, tmp_path: Path) -> None:
    exercise = make_exercise(JUDGED, {"judge.py": "", "words.txt": ""})
    plan = Cases().plan(exercise, submission_in(tmp_path / "sent", {"main.py": ""}))
    run = run_plan_with(plan, {"case one": exited(code=1)})
    assert run.result("judge one").ending.kind == "skipped"


def test_programs_of_an_image_are_found_as_its_author_meant(make_exercise: MakeExercise, tmp_path: Path) -> None:
    exercise = make_exercise(JUDGED + "[[cases]]\n", {"judge.py": "", "words.txt": ""})
    env = (("PATH", "/opt/python/bin:/usr/bin"), ("HOME", "/root"))
    root = ImageRoot(image=Image(reference="x", digest="sha256:0", architecture="amd64", env=env))
    in_image = replace(exercise, grader=replace(exercise.grader, root=root))
    for step in Cases().plan(in_image, submission_in(tmp_path / "sent", {"main.py": ""})).steps:
        assert step.root == root
        assert (step.env["PATH"], step.env["HOME"]) == ("/opt/python/bin:/usr/bin", "/tmp")


@pytest.mark.parametrize(
    "sent",
    [
        {"fib.py": "x"},
        {"anything.py": "x"},
        {"alice/fib.py": "x", "alice/notes.txt": ""},
        {"fib.py": "x", "notes.txt": ""},
    ],
    ids=["as named", "the only file", "in a folder", "beside others"],
)
def test_what_was_sent_lies_where_it_is_expected(plan: Plan, sent: dict[str, str]) -> None:
    (step,) = plan('language = "python"\nfiles = ["fib.py"]\n[[cases]]\n', sent).steps
    box = fill(step, slot_in(Path("/nowhere")), {}, lambda: False)
    assert {file.path: file.data for file in box.files}["/student/fib.py"] == b"x"
    assert step.argv == ("python3", "fib.py")


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"fibo.py": "", "x.txt": ""}, "The file fib.py is missing from the submission, which holds fibo.py, x.txt."),
        ({"fibo.py": "", "x.txt": ""}, "Should fibo.py be named fib.py?"),
        ({"fib.txt": ""}, "fib.py is missing"),
        ({f"file{i:02}": "" for i in range(30)}, "file09 and others"),
    ],
)
def test_what_lacks_a_file_is_rejected_with_words_for_the_student(plan: Plan, sent: dict[str, str], says: str) -> None:
    with pytest.raises(SubmissionRejected) as rejection:
        plan('language = "python"\nfiles = ["fib.py"]\n[[cases]]\n', sent)
    assert says in str(rejection.value)


def test_an_empty_submission_is_rejected(make_exercise: MakeExercise, tmp_path: Path) -> None:
    with pytest.raises(SubmissionRejected, match=r"main.py is missing from the submission, which is empty"):
        Cases().plan(make_exercise('language = "python"\n[[cases]]\n'), submission_in(tmp_path, {}))


def test_sources_that_are_not_there_are_missed(plan: Plan) -> None:
    source = 'compile = ["cc", "{sources}"]\nsources = ["*.c"]\nrun = ["./a.out"]\n[[cases]]\n'
    with pytest.raises(SubmissionRejected, match=r"no source file \(\*\.c\)"):
        plan(source, {"notes.txt": ""})


def test_a_program_that_is_sent_executable_stays_so(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "sent").mkdir()
    (tmp_path / "sent" / "run.sh").touch(0o755)
    (tmp_path / "sent" / "run.sh").chmod(0o755)
    (step,) = plan('run = ["./run.sh"]\nfiles = ["run.sh"]\n[[cases]]\n', {"run.sh": "exit 0"}).steps
    assert step.files[0].mode == EXECUTABLE
