"""From what the targets left to the report: results, grade, and who sees what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from gradewright.contracts.coursemology import (
    Coursemology,
    CoursemologySettings,
    discover,
    import_plan,
    load_package,
)
from gradewright.contracts.coursemology.planning import REPORT
from gradewright.model.course import Grader
from gradewright.model.report import Outcome, Report
from gradewright.model.run import EndingKind, FileState, OutputFile, StepResult
from gradewright.reports.audience import shown_to
from gradewright.testing import ended, exited, run_plan_with
from gradewright.verdicts import CATALOGUE
from support.coursemology import AUTHOR, FAILED, LEGACY, WHOLE, case, left, report_of

GradeWith = Callable[..., Report]
MakePackage = Callable[..., Path]

PUBLIC, PRIVATE, EVALUATION = "test_public_1", "test_private_1", "test_evaluation_1"
ALL_PASS = {
    "public": left(case(PUBLIC)),
    "private": left(case(PRIVATE), case("test_private_2")),
    "evaluation": left(case(EVALUATION)),
}


def verdicts(report: Report) -> Mapping[str, str]:
    assert {test.verdict for test in report.tests} <= set(CATALOGUE)
    return {test.name: test.verdict for test in report.tests}


def points(report: Report) -> tuple[Fraction, Fraction]:
    assert report.points == sum(test.points for test in report.tests)
    return report.points, report.max_points


def test_all_pass(grade_with: GradeWith) -> None:
    report = grade_with({**AUTHOR, **ALL_PASS})
    assert report.outcome is Outcome.GRADED
    assert points(report) == (3, 3)
    assert set(verdicts(report).values()) == {"passed"}
    assert [test.group for test in report.tests] == ["public", "private", "private", "evaluation"]


def test_a_failing_type_does_not_stop_the_others(grade_with: GradeWith) -> None:
    report = grade_with({**AUTHOR, **ALL_PASS, "public": left(case(PUBLIC, FAILED))})
    assert points(report) == (2, 3)
    assert verdicts(report)[PUBLIC] == "test-failed"


@pytest.mark.parametrize(
    ("inside", "verdict"),
    [
        ("", "passed"),
        (FAILED, "test-failed"),
        ('<error type="NameError" message="f"/>', "test-error"),
        ("<skipped/>", "test-skipped"),
        ('<failure type="TimeoutError" message="\'Timed Out\'"/>', "wall-time"),
    ],
)
def test_a_case_passes_only_without_error_failure_and_skip(grade_with: GradeWith, inside: str, verdict: str) -> None:
    report = grade_with({**AUTHOR, **ALL_PASS, "public": left(case(PUBLIC, inside))})
    assert verdicts(report)[PUBLIC] == verdict
    assert report.tests[0].passed is (verdict == "passed")


@pytest.mark.parametrize(
    ("result", "verdict", "words"),
    [
        (exited(code=2), "no-result", "without any result"),
        (exited(code=0), "no-result", "before this test had a result"),
        (exited(code=0, files={REPORT: b""}), "no-result", "before this test had a result"),
        (ended(EndingKind.CPU_TIME), "cpu-time", "30 seconds of processor time"),
        (ended(EndingKind.WALL_TIME), "wall-time", "within 300 seconds"),
        (ended(EndingKind.OUT_OF_MEMORY), "out-of-memory", "1536 MiB of memory"),
        (ended(EndingKind.OUTPUT_LIMIT), "output-limit", "printed more than 20 MiB"),
        (ended(EndingKind.DISK_LIMIT), "disk-limit", "256 MiB or 16384 files"),
        (ended(EndingKind.SIGNALLED, signal=11), "signalled", "SIGSEGV"),
    ],
)
def test_a_case_without_result_fails_and_the_student_hears_why(
    grade_with: GradeWith, result: StepResult, verdict: str, words: str
) -> None:
    report = grade_with({**AUTHOR, **ALL_PASS, "public": result})
    assert points(report) == (2, 3)
    test = report.tests[0]
    assert (test.passed, test.verdict) == (False, verdict)
    assert words in test.message


def test_what_was_reported_before_a_kill_counts(grade_with: GradeWith) -> None:
    partial = report_of(case(PRIVATE)).replace(b"</testsuite></testsuites>", b"")
    killed = exited(files={REPORT: partial})
    killed = StepResult(step="", ending=ended(EndingKind.CPU_TIME).ending, outputs=killed.outputs)
    report = grade_with({**AUTHOR, **ALL_PASS, "private": killed})
    assert verdicts(report) == {PUBLIC: "passed", PRIVATE: "passed", "test_private_2": "cpu-time", EVALUATION: "passed"}
    assert any("what it had reported until then counts" in note for note in report.staff_notes)


@pytest.mark.parametrize(
    ("step", "verdict"), [("prepare", "grader-broken"), ("compile", "compile-error")], ids=["prepare", "compile"]
)
def test_prepare_and_compile_stop_everything(grade_with: GradeWith, step: str, verdict: str) -> None:
    report = grade_with({**AUTHOR, **ALL_PASS, step: exited(b"log", code=2, stderr=b"template.c:1: error")})
    if verdict == "grader-broken":  # the same prepare served the author's own run
        assert report.outcome is Outcome.GRADER_BROKEN
        assert "make prepare failed" in report.messages[0]
        return
    assert set(verdicts(report).values()) == {verdict}
    assert "syntax error" in report.feedback.body
    assert "template.c" not in str(shown_to(report, staff=False))
    assert any("template.c:1: error" in note for note in report.staff_notes)


def test_results_meet_cases_by_identifier_wherever_they_are_reported(grade_with: GradeWith) -> None:
    moved = {"public": left(case(PUBLIC), case(PRIVATE)), "private": left(case("test_private_2"))}
    report = grade_with({**AUTHOR, **ALL_PASS, **moved})
    assert points(report) == (3, 3)
    assert report.tests[1].group == "private"


def test_unknown_cases_do_not_count(grade_with: GradeWith) -> None:
    report = grade_with({**AUTHOR, **ALL_PASS, "public": left(case(PUBLIC, FAILED), case("test_public_99"))})
    assert points(report) == (2, 3)
    assert any("S/S/test_public_99" in note for note in report.staff_notes)


def test_a_case_that_is_reported_twice_counts_once(grade_with: GradeWith) -> None:
    report = grade_with({**AUTHOR, **ALL_PASS, "public": left(case(PUBLIC), case(PUBLIC))})
    assert points(report) == (3, 3)
    assert any("counts once" in note for note in report.staff_notes)


@pytest.mark.parametrize("order", [("", FAILED), (FAILED, "")])
def test_results_that_contradict_one_another_fail(grade_with: GradeWith, order: tuple[str, str]) -> None:
    report = grade_with({**AUTHOR, **ALL_PASS, "public": left(*(case(PUBLIC, inside) for inside in order))})
    assert points(report) == (2, 3)
    assert any("different results" in note for note in report.staff_notes)


def test_a_report_that_disagrees_with_the_exit_code_is_noted(grade_with: GradeWith) -> None:
    report = grade_with({**AUTHOR, **ALL_PASS, "public": left(case(PUBLIC), code=1)})
    assert any("failed although its report says that every test passed" in note for note in report.staff_notes)


def test_a_report_that_compiling_left_is_stale(grade_with: GradeWith) -> None:
    stale = {REPORT: report_of(case(PUBLIC))}
    report = grade_with({**AUTHOR, **ALL_PASS, "compile": exited(files=stale), "public": exited(files=stale)})
    assert verdicts(report)[PUBLIC] == "no-result"


@pytest.mark.parametrize("state", [FileState.NOT_A_FILE, FileState.TOO_LARGE, FileState.UNREADABLE])
def test_a_report_that_is_no_plain_file_is_not_read(grade_with: GradeWith, state: FileState) -> None:
    result = StepResult(step="", ending=exited().ending, outputs=(OutputFile(path=REPORT, state=state),))
    report = grade_with({**AUTHOR, **ALL_PASS, "public": result})
    assert verdicts(report)[PUBLIC] == "no-result"
    assert any(note.startswith("make public: report.xml") for note in report.staff_notes)


@pytest.mark.parametrize(
    "data", [b"not xml", b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>', b"\xff\xfe\x00", b"<a>" * 9999]
)
def test_a_report_of_nonsense_gives_no_result_and_a_note(grade_with: GradeWith, data: bytes) -> None:
    report = grade_with({**AUTHOR, **ALL_PASS, "public": exited(files={REPORT: data})})
    assert verdicts(report)[PUBLIC] == "no-result"
    assert any(note.startswith("make public: ") for note in report.staff_notes)


# ---- grade --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, (2, 3)),
        ({"use_public": False}, (1, 2)),
        ({"use_private": False}, (1, 1)),
        ({"use_evaluation": True}, (2, 4)),
        ({"use_public": False, "use_private": False, "use_evaluation": True}, (0, 1)),
        ({"maximum_grade": Fraction(10)}, (Fraction(20, 3), 10)),
        ({"maximum_grade": Fraction(0)}, (0, 0)),
    ],
)
def test_the_grade_counts_the_types_that_are_used(
    grade_with: GradeWith, settings: dict[str, Any], expected: tuple[Fraction, Fraction]
) -> None:
    answers = {
        **AUTHOR,
        "public": left(case(PUBLIC)),
        "private": left(case(PRIVATE), case("test_private_2", FAILED)),
        "evaluation": left(case(EVALUATION, FAILED)),
    }
    assert points(grade_with(answers, **settings)) == expected


def test_without_a_case_that_counts_everybody_gets_the_maximum(grade_with: GradeWith) -> None:
    only_evaluation = {"import evaluation": AUTHOR["import evaluation"], "evaluation": left(case(EVALUATION, FAILED))}
    report = grade_with(only_evaluation, maximum_grade=Fraction(7))
    assert (report.points, report.max_points) == (7, 7)


def test_correct_means_public_and_private(grade_with: GradeWith) -> None:
    def correct(answers: Mapping[str, StepResult]) -> bool:
        notes = grade_with({**AUTHOR, **ALL_PASS, **answers}).staff_notes
        return any(note.startswith("Correct") for note in notes)

    assert correct({"evaluation": left(case(EVALUATION, FAILED))})
    assert not correct({"private": left(case(PRIVATE, FAILED), case("test_private_2"))})


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({}, None),
        ({"public": left(case(PUBLIC, FAILED))}, 2),
        ({"public": exited(code=1), "private": exited(code=1)}, 2),
        ({"compile": exited(code=3)}, 3),
        ({"private": ended(EndingKind.CPU_TIME)}, 137),
        ({"public": exited(code=2, stderr=b"make: *** [public] Error 137")}, 2),  # anybody can print that
    ],
)
def test_the_exit_code_of_the_original_is_told(
    grade_with: GradeWith, answers: Mapping[str, StepResult], code: int | None
) -> None:
    notes = grade_with({**AUTHOR, **ALL_PASS, **answers}).staff_notes
    told = [note for note in notes if note.startswith("Coursemology's evaluator")]
    assert told == ([] if code is None else [f"Coursemology's evaluator would exit with code {code}."])


def test_legacy_has_one_report_and_the_exit_code_of_its_target(grade_with: GradeWith) -> None:
    answers = {
        "import test": left(case(PUBLIC), case(PRIVATE)),
        "test": left(case(PUBLIC), case(PRIVATE, FAILED), code=5),
    }
    report = grade_with(answers, files={**WHOLE, "Makefile": LEGACY})
    assert points(report) == (1, 2)
    assert "Coursemology's evaluator would exit with code 5." in report.staff_notes


# ---- the author's own run -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"import compile": exited(code=2, stderr=b"no such compiler")}, "no such compiler"),
        ({step: exited(code=2) for step in AUTHOR}, "No target left a report"),
        ({step: ended(EndingKind.CPU_TIME) for step in AUTHOR}, "30 seconds of processor time"),
        ({step: ended(EndingKind.NOT_STARTED, detail="No such file: make") for step in AUTHOR}, "No such file: make"),
        ({"import public": left(case(PUBLIC), case(PUBLIC))}, "is reported 2 times"),
    ],
)
def test_a_package_that_shows_no_test_cases_is_its_authors_fault(
    grade_with: GradeWith, answers: Mapping[str, StepResult], words: str
) -> None:
    report = grade_with({**AUTHOR, **ALL_PASS, **answers})
    assert report.outcome is Outcome.GRADER_BROKEN
    assert words in "\n".join(report.messages)


def test_names_tell_the_type_public_first_then_evaluation_then_private(grade_with: GradeWith) -> None:
    names = ["private_then_public", "PrivateEvaluation", "isPRIVATE"]
    answers = {"import test": left(*map(case, names)), "test": left()}
    report = grade_with(answers, files={**WHOLE, "Makefile": LEGACY})
    assert [test.group for test in report.tests] == ["public", "evaluation", "private"]


def test_a_name_without_type_rejects_the_legacy_form(grade_with: GradeWith) -> None:
    report = grade_with({"import test": left(case("test_7"))}, files={**WHOLE, "Makefile": LEGACY})
    assert report.outcome is Outcome.GRADER_BROKEN
    assert "S/S/test_7 does not tell its type" in report.messages[0]


def test_a_name_without_type_is_of_the_type_of_its_target(grade_with: GradeWith) -> None:
    report = grade_with({**AUTHOR, **ALL_PASS, "import private": left(case("test_7")), "private": left(case("test_7"))})
    assert [test.group for test in report.tests] == ["public", "private", "evaluation"]
    assert points(report) == (2, 2)
    assert any("which Coursemology does not do" in note for note in report.staff_notes)


def test_no_report_and_no_failure_is_a_package_without_tests(grade_with: GradeWith) -> None:
    report = grade_with({})
    assert (report.outcome, report.points, report.max_points) == (Outcome.GRADED, 1, 1)
    assert any("every submission gets full points" in note for note in report.staff_notes)


CANNED = {
    f"report-{type}.xml": report_of(case(f"test_{type}_01", '<error type="NotImplementedError"/>')).decode()
    for type in ("public", "private", "evaluation")
}


def test_canned_reports_tell_the_cases_of_a_package_that_is_not_run(package: MakePackage) -> None:
    found = load_package(package({**WHOLE, **CANNED}))
    settings = CoursemologySettings(package=found)
    grader = Grader(contract="coursemology", limits=Coursemology.limits, settings=settings)
    discovery = discover(found, run_plan_with(import_plan(grader, settings)))
    assert [(case.name, case.type) for case in discovery.cases] == [
        (f"test_{type}_01", type) for type in ("public", "private", "evaluation")
    ]
    assert [problem.id for problem in discovery.problems] == ["described-only"]


def test_stubs_with_canned_reports_give_nobody_any_points(grade_with: GradeWith) -> None:
    report = grade_with({}, files={**WHOLE, **CANNED})
    assert report.outcome is Outcome.GRADER_BROKEN
    assert "report-public.xml, report-private.xml, report-evaluation.xml" in report.messages[0]


def test_canned_reports_do_not_matter_where_the_package_runs(grade_with: GradeWith) -> None:
    report = grade_with({**AUTHOR, **ALL_PASS}, files={**WHOLE, **CANNED})
    assert {test.name for test in report.tests} == {PUBLIC, PRIVATE, "test_private_2", EVALUATION}
    failing = grade_with({step: exited(code=2) for step in AUTHOR}, files={**WHOLE, **CANNED})
    assert "No target left a report" in failing.messages[0]


# ---- who sees what (coursemology 3.6) ----------------------------------------------------------------------------


SEEN = {"test_public_1", "test_private_1", "test_private_2", "test_evaluation_1"}
WRONG = {
    "public": left(case(PUBLIC, f'<meta expression="f(1)" expected="1" output="7"/>{FAILED}')),
    "private": left(case(PRIVATE, FAILED), case("test_private_2", FAILED)),
    "evaluation": left(case(EVALUATION, FAILED)),
}


@pytest.mark.parametrize(
    ("settings", "seen"),
    [
        ({}, {PUBLIC}),
        ({"show_private": True}, {PUBLIC, PRIVATE, "test_private_2"}),
        ({"show_evaluation": True}, {PUBLIC, EVALUATION}),
        ({"show_private": True, "show_evaluation": True}, SEEN),
    ],
)
def test_which_cases_students_see(grade_with: GradeWith, settings: dict[str, bool], seen: set[str]) -> None:
    report = grade_with({**AUTHOR, **WRONG}, **settings)
    assert {test.name for test in shown_to(report, staff=False).tests} == seen
    assert {test.name for test in shown_to(report, staff=True).tests} == SEEN


def test_private_and_evaluation_tests_wait_until_grades_are_published(grade_with: GradeWith) -> None:
    settings = {"show_private": True, "show_evaluation": True, "show_public_test_output": True}
    report = grade_with({**AUTHOR, **WRONG}, **settings, published=False)
    before, after = shown_to(report, staff=False), shown_to(report, staff=False, published=True)
    assert [(test.name, test.actual) for test in before.tests] == [(PUBLIC, "7")]
    assert [bool(test.actual) for test in after.tests] == [True, False, False, False]
    at_once = grade_with({**AUTHOR, **WRONG}, **settings)
    assert after.tests == shown_to(at_once, staff=False).tests
    assert (report.points, report.max_points) == (at_once.points, at_once.max_points)


def test_publishing_shows_nothing_that_the_assessment_does_not(grade_with: GradeWith) -> None:
    report = grade_with({**AUTHOR, **WRONG}, published=False)
    assert [test.name for test in shown_to(report, staff=False, published=True).tests] == [PUBLIC]


@pytest.mark.parametrize("shown", [True, False])
def test_students_see_what_came_out_of_public_tests_only_if_the_course_says_so(
    grade_with: GradeWith, shown: bool
) -> None:
    report = grade_with({**AUTHOR, **WRONG}, show_public_test_output=shown)
    (test,) = shown_to(report, staff=False).tests
    assert ("f(1)" in test.message, test.expected, test.passed) == (True, "1", False)
    assert test.actual == ("7" if shown else "")
    assert shown_to(report, staff=True).tests[0].actual == "7"


def test_what_came_out_of_other_tests_is_never_for_students(grade_with: GradeWith) -> None:
    report = grade_with({**AUTHOR, **WRONG}, show_private=True, show_evaluation=True, show_public_test_output=True)
    assert [bool(test.actual) for test in shown_to(report, staff=False).tests] == [True, False, False, False]


@pytest.mark.parametrize(
    ("failing", "hint"),
    [
        ({"public", "private"}, "one"),
        ({"private"}, "two"),
        ({"evaluation"}, ""),
        (set(), ""),
    ],
)
def test_students_get_one_hint(grade_with: GradeWith, failing: set[str], hint: str) -> None:
    answers = {**AUTHOR, **ALL_PASS, **{type: WRONG[type] for type in failing}}
    student = shown_to(grade_with(answers), staff=False)
    told = [test.hint for test in student.tests if test.hint]
    assert (told or [student.feedback.body.removeprefix("Hint: ")]) == [hint]


def test_the_hint_of_the_result_goes_before_the_hint_of_the_case(grade_with: GradeWith) -> None:
    answers = {**AUTHOR, **ALL_PASS, "public": left(case(PUBLIC, f'<meta hint="dynamic"/>{FAILED}'))}
    assert shown_to(grade_with(answers), staff=False).tests[0].hint == "dynamic"


@pytest.mark.parametrize(("shown", "code"), [(True, 2), (True, 0), (False, 2)])
def test_students_see_stdout_and_stderr_only_if_the_course_says_so_and_it_failed(
    grade_with: GradeWith, shown: bool, code: int
) -> None:
    answers = {**AUTHOR, **ALL_PASS, "public": exited(b"printed\0", code=code)}
    report = shown_to(grade_with(answers, show_output=shown), staff=False)
    assert ("make public printed:\nprinted" in report.feedback.body) is (shown and code != 0)
