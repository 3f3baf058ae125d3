"""Our test runner for packages in Python, each time in a real process, and what its report says to our reader."""

from __future__ import annotations

import ast
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.contracts import coursemology
from gradewright.contracts.report_readers import ReportedCase, read_report

RUNNER = Path(coursemology.__file__).parent / "runner"
PROGRAMS = Path(__file__).parent / "xmlrunner_programs"
EXPECTED = sorted(PROGRAMS.glob("*.txt"))
OURS = {"timeout_decorator", "xmlrunner"}

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run Python in an empty directory with our runner and the programs in reach."""

    def run(*words: str, cpu_seconds: int | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["prlimit", f"--cpu={cpu_seconds or 'unlimited'}", "--", sys.executable, *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": f"{RUNNER}:{PROGRAMS}", **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def cases(directory: Path) -> tuple[ReportedCase, ...]:
    report = read_report((directory / "report.xml").read_bytes())
    assert report.problems == ()
    return report.cases


def in_a_line(case: ReportedCase) -> str:
    texts = {key: getattr(case, key) for key in ("expression", "expected", "output", "hint", "message")}
    return f"{case.name} {case.status} { {key: text for key, text in texts.items() if text} }"


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda file: file.stem)
def test_what_became_of_each_test(run: Run, tmp_path: Path, expected: Path) -> None:
    ended = run(str(expected.with_suffix(".py")))
    assert [in_a_line(case) for case in cases(tmp_path)] == expected.read_text().splitlines()
    assert ended.returncode == 1
    assert "FAILED" in ended.stderr


def test_suite_and_class_are_called_like_the_class(run: Run, tmp_path: Path) -> None:
    run(str(PROGRAMS / "losses.py"), "PublicTestsGrader.test_public_01")
    assert [case.identifier for case in cases(tmp_path)] == ["PublicTestsGrader/PublicTestsGrader/test_public_01"]


def test_tests_that_pass_end_with_0(run: Run, tmp_path: Path) -> None:
    ended = run(str(PROGRAMS / "losses.py"), "PublicTestsGrader.test_public_01")
    assert ended.returncode == 0
    assert "Ran 1 tests" in ended.stderr


def test_a_class_without_tests_is_no_failure(run: Run, tmp_path: Path) -> None:
    assert run(str(PROGRAMS / "fixtures.py"), "A5NoTests").returncode == 0
    assert cases(tmp_path) == ()


def test_a_limit_for_every_test_comes_from_the_environment(run: Run, tmp_path: Path) -> None:
    run(str(PROGRAMS / "loop.py"), XMLRUNNER_TEST_SECONDS="0.2")
    assert [in_a_line(case) for case in cases(tmp_path)] == [
        "test_evaluation_01 passed {}",
        """test_evaluation_02 failed {'message': "TimeoutError: 'Timed Out'"}""",
        "test_evaluation_03 passed {}",
    ]


@pytest.mark.parametrize("seconds", ["soon", "-1", "nan", "inf"])
def test_a_limit_without_sense_is_told_and_ignored(run: Run, tmp_path: Path, seconds: str) -> None:
    ended = run(str(PROGRAMS / "loop.py"), "EvaluationTestsGrader.test_evaluation_01", XMLRUNNER_TEST_SECONDS=seconds)
    assert f"XMLRUNNER_TEST_SECONDS='{seconds}'" in ended.stderr
    assert ended.returncode == 0


def test_processes_that_replace_one_another_share_the_computing_time(run: Run, tmp_path: Path) -> None:
    """A loop costs what is allowed for all tests once, and make says "Error 137" as ever (coursemology 2.5)."""
    ended = run(str(PROGRAMS / "loop.py"), cpu_seconds=1)
    assert ended.returncode == 137
    assert [in_a_line(case) for case in cases(tmp_path)] == [
        "test_evaluation_01 passed {}",
        "test_evaluation_02 error {'message': 'CpuTimeExceeded: The computing time of 1 s for all tests was used up.'}",
        "test_evaluation_03 error {'message': 'CpuTimeExceeded: "
        "Not run: the tests before it used up the computing time of 1 s.'}",
    ]


def test_the_report_is_whole_while_a_test_runs(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(RUNNER)}
    command = [sys.executable, str(PROGRAMS / "loop.py")]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, start_new_session=True) as process:
        try:
            wait_for(lambda: b"test_evaluation_01" in (tmp_path / "report.xml").read_bytes(), tmp_path)
            assert [case.name for case in cases(tmp_path)] == ["test_evaluation_01"]
        finally:
            process.send_signal(2)
    assert [case.name for case in cases(tmp_path)] == ["test_evaluation_01"]


def wait_for(happened: Callable[[], bool], directory: Path) -> None:
    ends = time.monotonic() + 30
    while not ((directory / "report.xml").exists() and happened()):
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_as_a_module_it_runs_modules(run: Run, tmp_path: Path) -> None:
    ended = run("-m", "xmlrunner", "loop.EvaluationTestsGrader.test_evaluation_01", "--verbose")
    assert ended.returncode == 0
    assert "test_evaluation_01 (loop.EvaluationTestsGrader" in ended.stderr
    assert [case.suite for case in cases(tmp_path)] == ["loop.EvaluationTestsGrader"]


def test_as_a_module_it_writes_a_file_for_each_class(run: Run, tmp_path: Path) -> None:
    ended = run("-m", "xmlrunner", "--output", "reports", "--outsuffix", "x", "fixtures", "losses")
    assert ended.returncode == 1
    names = {file.name for file in (tmp_path / "reports").iterdir()}
    assert {"TEST-fixtures.A1SetUpFails-x.xml", "TEST-losses.PublicTestsGrader-x.xml"} <= names


def test_a_module_that_leaves_while_it_is_imported_has_no_results(run: Run, tmp_path: Path) -> None:
    ended = run("-m", "xmlrunner", "leaves_while_imported")
    assert ended.returncode == 1
    assert "while the modules of the tests were imported (exit code 0)" in ended.stderr
    assert cases(tmp_path) == ()


def test_a_module_that_is_not_there_is_an_error(run: Run, tmp_path: Path) -> None:
    assert run("-m", "xmlrunner", "no_such_module").returncode == 1
    assert [case.status for case in cases(tmp_path)] == ["error"]


@pytest.mark.parametrize(
    ("output", "shown"),
    [("sys.stdout", "<testsuites>"), ("io.BytesIO()", ""), ("open('r.xml', 'w')", ""), ("open('r.xml', 'ab')", "")],
)
def test_any_stream_takes_the_report(run: Run, output: str, shown: str) -> None:
    code = f"import io, sys, unittest, xmlrunner; unittest.main('loop', testRunner=xmlrunner.XMLTestRunner({output}))"
    ended = run("-c", code, "EvaluationTestsGrader.test_evaluation_01")
    assert ended.returncode == 0, ended.stderr
    assert shown in ended.stdout


@pytest.fixture(scope="module")
def runner_in_reach() -> Iterator[None]:
    sys.path.insert(0, str(RUNNER))
    yield
    sys.path.remove(str(RUNNER))


TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("\x00\x1b\r\n\t<>&\"']"), max_size=20)


@given(texts=st.dictionaries(st.sampled_from(["expression", "expected", "output", "hint", "own key", "1"]), TEXTS))
def test_every_text_of_a_test_arrives(runner_in_reach: None, texts: dict[str, str]) -> None:
    from xmlrunner.outcome import Outcome
    from xmlrunner.report import FORBIDDEN, Report

    file = io.BytesIO()
    report = Report(file)
    report.add("First", "test_public_00", Outcome("passed"))
    report.add("S & Co", "test_public_01", Outcome("failure", "T", "", "]]>\x00", texts, 0.1))
    report.add("S & Co", "test_public_02", Outcome("skipped", message="why"))
    read = read_report(file.getvalue())
    assert read.problems == ()
    assert [case.status for case in read.cases] == ["passed", "failed", "skipped"]
    for key in texts.keys() & {"expression", "expected", "output", "hint"}:
        assert getattr(read.cases[1], key) == texts[key].translate(FORBIDDEN)


@pytest.mark.parametrize("file", sorted(RUNNER.rglob("*.py")), ids=lambda file: file.stem)
def test_it_needs_nothing_but_an_old_python(file: Path) -> None:
    tree = ast.parse(file.read_text(), feature_version=(3, 6))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names | OURS
