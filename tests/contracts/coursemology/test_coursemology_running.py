"""Packages that tell what their targets find: order, places, files, environment and limits, in a real sandbox."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradewright.autograder import Autograder
from gradewright.contracts.coursemology import CoursemologySettings, import_plan, load_package
from gradewright.contracts.coursemology.planning import LIMITS, limits_of
from gradewright.model.course import Exercise, Grader
from gradewright.model.report import Outcome, Report
from gradewright.model.run import MIB, Limits
from gradewright.settings import Settings

pytestmark = pytest.mark.needs("make")

Grade = Callable[..., Report]

REPORT = 'printf \'<testsuite name="S"><testcase name="test_{0}">{1}</testcase></testsuite>\' > report.xml'


def target(name: str, *commands: str, outcome: str = "") -> str:
    """A target that runs shell commands, then leaves a report of one case."""
    return "\n\t".join([f"{name}:", *commands, REPORT.format(name, outcome)]) + "\n"


def makefile(*extra: str, **targets: str) -> str:
    """All five targets; those given as text replace the plain ones."""
    plain = {"prepare": "prepare:\n", "compile": "compile:\n"}
    plain |= {name: target(name) for name in ("public", "private", "evaluation")}
    return "\n".join([*(plain | targets).values(), *extra])


@pytest.fixture(scope="module")
def autograder(state_directory: Path) -> Autograder:
    return Autograder(Settings(sandbox="bubblewrap", state_dir=state_directory))


@pytest.fixture
def graded(autograder: Autograder, tmp_path: Path) -> Grade:
    """The report on files sent to a package; keywords are settings, `limits` apart."""

    def grade(
        files: Mapping[str, str],
        sent: Mapping[str, str] = {"template.py": "sent\n"},
        *,
        limits: Limits = LIMITS,
        **settings: Any,
    ) -> Report:
        whole = {"submission/template.py": "template\n", "tests/t": "", **files}
        write(tmp_path / "package", whole)
        write(tmp_path / "sent", sent)
        chosen = CoursemologySettings(package=load_package(tmp_path / "package"), **settings)
        grader = Grader(contract="coursemology", limits=limits, settings=chosen)
        with autograder.submission(tmp_path / "sent") as submission:
            return autograder.grade(Exercise(id="e", grader=grader), submission)

    return grade


def write(place: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def printed(report: Report, step: str) -> str:
    (summary,) = (each for each in report.steps if each.name == step)
    return summary.stdout


def verdicts(report: Report) -> dict[str, str]:
    return {test.name: test.verdict for test in report.tests}


def test_targets_run_in_their_order_and_absent_ones_are_skipped(graded: Grade) -> None:
    report = graded({"Makefile": "prepare:\ncompile:\nevaluation:\n" + target("public") + "clean:\n\tfalse\n"})
    steps = [step.name for step in report.steps if not step.name.startswith("import ")]
    assert steps == ["prepare", "compile", "public", "evaluation"]


def test_a_failing_compile_stops_all(graded: Grade) -> None:
    report = graded({"Makefile": makefile(compile="compile:\n\t@! grep sent submission/template.py\n")})
    endings = {step.name: str(step.ending) for step in report.steps if "import" not in step.name}
    assert endings["compile"] == "exited with code 2"
    assert all("skipped" in endings[name] for name in ("public", "private", "evaluation"))
    assert set(verdicts(report).values()) == {"compile-error"}
    assert report.points == 0


def test_a_failing_test_type_stops_nothing(graded: Grade) -> None:
    failing = target("public", outcome='<failure type="" message="no"/>') + "\tfalse\n"
    report = graded({"Makefile": makefile(public=failing)})
    assert verdicts(report) == {"test_public": "test-failed", "test_private": "passed", "test_evaluation": "passed"}


def test_a_report_never_leaks_into_the_next_type(graded: Grade) -> None:
    silent = "private:\n\t@! grep sent submission/template.py || sleep 0\n\t@grep template submission/template.py\n\t"
    report = graded({"Makefile": makefile(private=silent + REPORT.format("private", "") + "\n")})
    assert verdicts(report) == {"test_public": "passed", "test_private": "no-result", "test_evaluation": "passed"}


def test_a_report_in_the_package_is_not_taken_for_a_result(graded: Grade) -> None:
    stale = '<testsuite name="S"><testcase name="test_private"/></testsuite>'
    private = "private:\n\t@grep -q sent submission/template.py || " + REPORT.format("private", "") + "\n"
    report = graded({"Makefile": makefile(private=private), "report.xml": stale})
    assert verdicts(report)["test_private"] == "no-result"


def test_the_submission_replaces_what_is_in_its_folder_and_the_solution_is_gone(graded: Grade) -> None:
    files = {
        "Makefile": makefile(public=target("public", "@find submission solution -type f; true")),
        "submission/helper.py": "",
        "solution/template.py": "",
        "data.txt": "",
    }
    report = graded(files, {"template.py": "sent", "deep/more.py": ""})
    assert set(printed(report, "public").split()) >= {"submission/template.py", "submission/deep/more.py"}
    assert "helper" not in printed(report, "public")
    assert "solution" not in printed(report, "public")


def test_the_authors_own_run_uses_the_solution(graded: Grade) -> None:
    tried = target("public", "@cat submission/*")
    report = graded({"Makefile": makefile(public=tried), "solution/template.py": "solution\n"})
    assert "solution" in printed(report, "import public")
    assert "sent" in printed(report, "public")


def test_an_empty_solution_counts_as_one(graded: Grade) -> None:
    report = graded({"Makefile": makefile(public=target("public", "@cat submission/*")), "solution/template.py": ""})
    assert "template" not in printed(report, "import public").partition("printf")[0]


def test_without_solution_the_template_is_tried(graded: Grade) -> None:
    report = graded({"Makefile": makefile(public=target("public", "@cat submission/*"))})
    assert "template" in printed(report, "import public")


def test_files_lie_as_the_original_lays_them(graded: Grade, tmp_path: Path) -> None:
    write(tmp_path / "package", {"tests/run.sh": "#!/bin/sh\n"})
    (tmp_path / "package" / "tests" / "run.sh").chmod(0o755)
    (tmp_path / "package" / "empty").mkdir()
    report = graded({"Makefile": makefile(public=target("public", "@pwd; find . -printf '%y %m %P\\n'"))})
    lines = printed(report, "public").splitlines()
    assert lines[0] == "/home/coursemology/package"
    assert "f 664 tests/run.sh" in lines
    assert "f 664 submission/template.py" in lines
    assert not [line for line in lines if line.startswith("l ") or line.endswith(" empty")]


def test_the_environment_of_the_original(graded: Grade) -> None:
    names = ("PYTHON", "HOME", "USER", "GTEST_OUTPUT", "GTEST_DIR", "CXX_STD", "NODEJS", "NODE_PATH", "COURSE")
    shown = " ".join(f"{name}=$({name})" for name in names)
    report = graded(
        {"Makefile": makefile(public=target("public", f"@echo {shown}", "@touch $$HOME/x"))},
        environment={"COURSE": "CS1010"},
    )
    found = dict(word.split("=", 1) for word in printed(report, "public").splitlines()[0].split())
    assert found == {
        "PYTHON": "python3",
        "HOME": "/home/coursemology",
        "USER": "coursemology",
        "GTEST_OUTPUT": "xml:./report.xml",
        "GTEST_DIR": "/usr/src/googletest/googletest",
        "CXX_STD": "c++17",
        "NODEJS": "node",
        "NODE_PATH": "/usr/share/nodejs:/usr/lib/node_modules",
        "COURSE": "CS1010",
    }


def test_what_prepare_and_compile_make_is_there_for_the_tests(graded: Grade) -> None:
    made = makefile(
        prepare="prepare:\n\techo one > made-first\n",
        compile="compile: program\nprogram: submission/template.py\n\tcp /bin/echo program\n\tchmod +x program\n",
        public=target("public", "@./program $$(cat made-first)").replace("public:", "public: program", 1),
    )
    report = graded({"Makefile": made})
    assert verdicts(report)["test_public"] == "passed"
    assert printed(report, "public").splitlines()[0] == "one", "the program is not made a second time"


@pytest.mark.parametrize("once", [True, False])
def test_links_empty_directories_and_modes_last_from_target_to_target(graded: Grade, once: bool) -> None:
    made = makefile(
        prepare="prepare:\n\tmkdir -p build/logs\n\tln -s ../tests build/tests\n\tln -s build/tests/t current\n",
        compile="compile:\n\tcat current\n\tcp current run\n\tchmod 750 run\n\tchmod 700 build/logs\n",
        public=target(
            "public", "@cat build/tests/t; echo x >build/logs/x; find build current run -printf '%y%m %P%l\\n'"
        ),
    )
    report = graded({"Makefile": made, "tests/t": "found\n"}, prepare_once=once)
    said = printed(report, "public").splitlines()
    assert said[0] == "found"
    assert {"d700 logs", "l777 tests../tests", "l777 build/tests/t", "f750 "} <= set(said)


def test_a_link_out_of_the_package_is_never_followed_by_us(graded: Grade, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of the host")
    made = makefile(
        prepare=f"prepare:\n\tln -s {tmp_path}/secret secret\n\tln -s / root\n",
        public=target("public", "@readlink secret root; ! cat secret; ls root/home/coursemology"),
    )
    report = graded({"Makefile": made})
    assert printed(report, "public").splitlines()[:3] == [f"{tmp_path}/secret", "/", "package"]
    assert "of the host" not in printed(report, "public")


def test_a_submission_is_not_laid_through_a_link_of_prepare(graded: Grade) -> None:
    made = makefile(
        prepare="prepare:\n\tln -s tests submission\n", public=target("public", "@ls tests; cat submission/template.py")
    )
    report = graded({"Makefile": made}, prepare_once=True)
    assert printed(report, "public").splitlines()[:2] == ["t", "sent"]


def test_a_product_that_was_shipped_with_the_package_is_made_anew(graded: Grade) -> None:
    rule = "compile: answer\nanswer: submission/template.py\n\tcp submission/template.py answer\n"
    report = graded({"Makefile": makefile(compile=rule, public=target("public", "@cat answer")), "answer": "old\n"})
    assert printed(report, "public").splitlines()[0] == "sent"


def test_types_of_tests_cannot_touch_one_another(graded: Grade) -> None:
    public = target("public", "@echo spoilt > tests/t")
    report = graded({"Makefile": makefile(public=public, private=target("private", "@cat tests/t"))})
    assert "spoilt" not in printed(report, "private")


def test_stdout_stderr_and_exit_code_are_kept(graded: Grade) -> None:
    report = graded(
        {"Makefile": makefile(public=target("public", "@echo to stdout; echo to stderr >&2") + "\texit 3\n")}
    )
    (step,) = (step for step in report.steps if step.name == "public")
    assert "to stdout" in step.stdout
    assert "to stderr" in step.stderr
    assert step.ending.exit_code == 2, "of make"


def test_processor_time_is_limited_for_each_target_by_itself(graded: Grade) -> None:
    loop = "@! grep -q sent submission/template.py || while :; do :; done"
    files = {"Makefile": makefile(public=target("public", loop), private=target("private", loop))}
    report = graded(files, limits=replace(LIMITS, cpu_seconds=0.3))
    assert verdicts(report) == {"test_public": "cpu-time", "test_private": "cpu-time", "test_evaluation": "passed"}
    assert "Coursemology's evaluator would exit with code 137." in report.staff_notes


def test_a_program_that_sleeps_meets_the_wall_clock(graded: Grade) -> None:
    sleep = "@! grep -q sent submission/template.py || sleep 60"
    report = graded({"Makefile": makefile(public=target("public", sleep))}, limits=replace(LIMITS, wall_seconds=0.5))
    assert verdicts(report)["test_public"] == "wall-time"


@pytest.mark.parametrize(("cpu", "wall"), [(30, 300), (75, 300), (100, 400)])
def test_the_wall_clock_follows_a_raised_limit(cpu: float, wall: float) -> None:
    assert limits_of("public", replace(LIMITS, cpu_seconds=cpu)).wall_seconds == wall
    assert limits_of("public", replace(LIMITS, cpu_seconds=cpu, wall_seconds=7)).wall_seconds == 7


def test_limits_are_those_of_the_original() -> None:
    assert (LIMITS.cpu_seconds, LIMITS.memory_bytes, LIMITS.cores) == (30, 1536 * MIB, 1)
    assert limits_of("compile", LIMITS).cpu_seconds is None


LOOPING = """
import unittest, xmlrunner
class PublicTestsGrader(unittest.TestCase):
    def test_public_01(self):
        while True: pass
    def test_public_02(self):
        pass
with open("report.xml", "wb") as output:
    unittest.main(testRunner=xmlrunner.XMLTestRunner(output))
"""


def test_a_test_that_loops_does_not_take_the_others_with_it(graded: Grade) -> None:
    made = makefile(public="public:\n\t$(PYTHON) tests/autograde.py\n")
    files = {"Makefile": made, "tests/autograde.py": LOOPING}
    report = graded(files, limits=replace(LIMITS, cpu_seconds=2))
    assert verdicts(report)["test_public_01"] == "wall-time"
    assert verdicts(report)["test_public_02"] == "passed"


@pytest.mark.parametrize(
    ("chosen", "cpu", "seconds"), [(None, 30, 15), (None, 5, 2.5), (None, None, 150), (4, 30, 4), (0, 30, 0)]
)
def test_a_test_has_half_of_the_time_of_its_target(
    tmp_path: Path, chosen: float | None, cpu: float | None, seconds: float
) -> None:
    write(tmp_path, {"Makefile": makefile(), "submission/a.py": "", "tests/a.py": ""})
    settings = CoursemologySettings(package=load_package(tmp_path), test_seconds=chosen)
    limits = replace(LIMITS, cpu_seconds=cpu)
    steps = import_plan(Grader(contract="coursemology", limits=limits, settings=settings), settings).steps
    expected = f"{seconds:g}" if seconds else None
    assert {step.env.get("XMLRUNNER_TEST_SECONDS") for step in steps} == {expected}


@pytest.mark.needs("root")  # for others it is that of each process, which is refused more
def test_memory_is_that_of_all_processes(graded: Grade) -> None:
    hungry = '@! grep -q sent submission/template.py || python3 -c "x = bytes(range(256)) * 2**20"'
    report = graded(
        {"Makefile": makefile(public=target("public", hungry))}, limits=replace(LIMITS, memory_bytes=64 * MIB)
    )
    assert verdicts(report)["test_public"] == "out-of-memory"


def test_there_is_no_network(graded: Grade) -> None:
    connect = "@python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", 22))' 2>&1 | tail -n 1"
    report = graded({"Makefile": makefile(public=target("public", connect))})
    assert "unreachable" in printed(report, "public") or "refused" in printed(report, "public")


def test_prepare_is_reused_where_it_does_nothing(graded: Grade) -> None:
    names = [step.name for step in graded({"Makefile": makefile()}).steps]
    assert names.count("prepare") == 1
    assert "import prepare" not in names


def test_prepare_sees_the_submission_where_it_may_depend_on_it(graded: Grade) -> None:
    report = graded({"Makefile": makefile(prepare="prepare:\n\tcat submission/template.py\n")})
    assert "sent" in printed(report, "prepare")
    assert "template" in printed(report, "import prepare")


def test_prepare_once_keeps_the_submission_from_it(graded: Grade) -> None:
    report = graded({"Makefile": makefile(prepare="prepare:\n\tls -R\n")}, prepare_once=True)
    assert "template.py" not in printed(report, "prepare")


RUNS = "import sys, unittest, xmlrunner\nclass T(unittest.TestCase):\n    def test_public(self): pass\n"
MAIN = "unittest.main(argv=sys.argv[:1], testRunner=xmlrunner.XMLTestRunner(open('report.xml', 'wb'), outsuffix=''))\n"


@pytest.mark.parametrize("setting", ["", "PYTHONPATH=submission:tests "], ids=["unset", "set"])
def test_our_runner_is_there_whatever_the_makefile_says_of_pythonpath(graded: Grade, setting: str) -> None:
    files = {"Makefile": makefile(public=f"public:\n\t{setting}$(PYTHON) tests/t.py\n"), "tests/t.py": RUNS + MAIN}
    assert verdicts(graded(files))["test_public"] == "passed"


def test_a_runner_of_the_package_goes_before_ours(graded: Grade) -> None:
    report = graded(
        {
            "Makefile": makefile(public=target("public", "@PYTHONPATH=lib $(PYTHON) -c 'import xmlrunner'")),
            "lib/xmlrunner/__init__.py": "print('mine')\n",
        }
    )
    assert printed(report, "public").startswith("mine")


# ---- what arrives ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [{"template.py": "sent\n"}, {"ada.py": "sent\n"}, {"ada/template.py": "sent\n"}, {"ada/fact.py": "sent\n"}],
    ids=["as-named", "another-name", "in-a-folder", "both"],
)
def test_a_single_file_need_not_have_the_name_of_the_template(graded: Grade, sent: dict[str, str]) -> None:
    report = graded({"Makefile": makefile(public=target("public", "@cat submission/template.py"))}, sent)
    assert printed(report, "public").startswith("sent")


def test_something_else_altogether_is_rejected(graded: Grade) -> None:
    report = graded({"Makefile": makefile()}, {"essay.txt": "sent"})
    assert report.outcome is Outcome.REJECTED
    assert "template.py" in report.messages[0]
    assert "essay.txt" in report.messages[0]


def test_an_answer_has_two_mebibytes(graded: Grade) -> None:
    report = graded({"Makefile": makefile()}, {"template.py": "x" * (2 * MIB + 1)})
    assert report.outcome is Outcome.REJECTED


def test_students_who_choose_their_files_may_send_any(graded: Grade) -> None:
    shown = makefile(public=target("public", "@ls submission"))
    report = graded({"Makefile": shown, ".meta": '{"submit_as_file": true}'}, {"Other.java": ""})
    assert printed(report, "public").startswith("Other.java")


@pytest.mark.needs("zip")
def test_a_package_zipped_by_hand_is_the_same(graded: Grade, autograder: Autograder, tmp_path: Path) -> None:
    report = graded({"Makefile": makefile()})
    subprocess.run(["zip", "-qr", "../package.zip", "."], cwd=tmp_path / "package", check=True)
    grader = autograder.open_grader(str(tmp_path / "package.zip"))
    with autograder.submission(tmp_path / "sent") as submission:
        again = autograder.grade(Exercise(id="e", grader=grader), submission)
    assert again.tests == report.tests
