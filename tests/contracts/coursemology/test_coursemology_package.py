"""What is taken for a package, and what is said of one that cannot be used."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gradewright.autograder import is_bare_package
from gradewright.contracts.coursemology import load_package
from gradewright.contracts.coursemology.makefile import read_makefile
from gradewright.errors import AuthorError, MissingError
from gradewright.model.problem import Problem
from support.coursemology import CURRENT, LEGACY, WHOLE

MakePackage = Callable[..., Path]


def problems_of(path: Path) -> list[Problem]:
    with pytest.raises(AuthorError) as caught:
        load_package(path)
    assert all(problem.remedy for problem in caught.value.problems)
    return list(caught.value.problems)


@pytest.mark.parametrize("name", ["Makefile", "package.tar.gz", "empty"])
def test_a_file_of_another_kind_is_no_package(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"" if name == "empty" else b"compile:\n")
    (problem,) = problems_of(tmp_path / name)
    assert problem.message == "A package is a folder, or a zip whose name ends in .zip."


@pytest.mark.parametrize(("makefile", "tests"), [(CURRENT, ("public", "private", "evaluation")), (LEGACY, ("test",))])
def test_both_forms_of_makefile(package: MakePackage, makefile: str, tests: tuple[str, ...]) -> None:
    assert load_package(package({**WHOLE, "Makefile": makefile})).makefile.tests == tests


def test_what_cannot_be_read_is_said_of_the_package(package: MakePackage, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*words: object, **more: object) -> None:
        raise MissingError("The entry 'tests' of the submission cannot be read: Permission denied.")

    monkeypatch.setattr("gradewright.contracts.coursemology.package.open_submission", unreadable)
    with pytest.raises(MissingError, match="'tests' of the package cannot be read"):
        load_package(package(WHOLE))


def test_an_empty_zip_lacks_three_entries(package: MakePackage) -> None:
    found = problems_of(package({"readme.txt": "hello"}, zipped=True))
    assert [problem.id for problem in found] == ["no-makefile", "no-submission", "no-tests"]


def test_a_whole_zip_has_no_problem(package: MakePackage) -> None:
    path = package({"submission/": "", "tests/": "", **WHOLE}, zipped=True)
    assert load_package(path).warnings == ()


def test_folders_that_only_follow_from_names_are_accepted_with_a_warning(package: MakePackage) -> None:
    warnings = load_package(package(WHOLE, zipped=True)).warnings
    assert [problem.id for problem in warnings] == ["implied-folder", "implied-folder"]


def test_a_folder_around_everything(package: MakePackage) -> None:
    (problem,) = (
        each
        for each in problems_of(package({f"mine/{name}": text for name, text in WHOLE.items()}, zipped=True))
        if each.id == "wrapping-folder"
    )
    assert "mine/" in problem.message
    assert "cd mine && zip -r" in problem.remedy


@pytest.mark.parametrize(
    ("makefile", "ids"),
    [
        ("compile:\npublic:\n", ["missing-target"]),
        ("public:\n", ["missing-target", "missing-target"]),
        ("prepare:\ncompile:\n", ["no-test-target"]),
        (CURRENT + "test:\n", ["two-forms"]),
        ("", ["missing-target"]),
    ],
    ids=["prepare", "prepare-and-compile", "no-tests", "both-forms", "empty"],
)
def test_targets_that_are_missing_or_too_many(package: MakePackage, makefile: str, ids: list[str]) -> None:
    found = problems_of(package({**WHOLE, "Makefile": makefile}))
    assert [problem.id for problem in found if problem.severity == "error"] == ids


def test_the_line_of_a_target_that_must_go_is_told(package: MakePackage) -> None:
    (problem,) = problems_of(package({**WHOLE, "Makefile": CURRENT + "test:\n"}))
    assert (problem.file, problem.line) == ("Makefile", CURRENT.count("\n") + 1)


@pytest.mark.parametrize("name", ["makefile", "GNUmakefile"])
def test_a_makefile_of_another_name_is_to_be_renamed(package: MakePackage, name: str) -> None:
    files = {name if key == "Makefile" else key: text for key, text in WHOLE.items()}
    assert any(f"Rename {name}" in problem.remedy for problem in problems_of(package(files)))


def test_targets_that_only_make_finds_are_run_with_a_warning(package: MakePackage) -> None:
    found = load_package(package({**WHOLE, "Makefile": "prepare compile:\ntest :\n\tx\n"}))
    assert found.makefile.tests == ("test",)
    assert [problem.id for problem in found.warnings] == ["hidden-target"]


def test_a_type_without_target_is_skipped(package: MakePackage) -> None:
    found = load_package(package({**WHOLE, "Makefile": "prepare:\ncompile:\npublic:\n"}))
    assert found.makefile.tests == ("public",)
    assert [problem.severity for problem in found.warnings] == ["info"]


def test_junk_and_stale_reports_are_left_out(package: MakePackage) -> None:
    junk = {"tests/__pycache__/a.pyc": "", ".git/config": "", "report.xml": "<x/>"}
    kept = {"tests/.hidden": "", "data/report.xml": "", "data/report-public.xml": ""}
    assert set(load_package(package({**WHOLE, **junk, **kept})).files) == {*WHOLE, *kept}


def test_canned_reports_are_kept_apart_and_belong_to_the_digest(package: MakePackage) -> None:
    plain = load_package(package(WHOLE))
    found = load_package(package({**WHOLE, "report-public.xml": "<x/>"}))
    assert (found.files, dict(found.canned)) == (plain.files, {"public": b"<x/>"})
    assert found.digest != plain.digest


@pytest.mark.parametrize("zipped", [True, False])
def test_symbolic_links_are_left_out_with_a_warning(package: MakePackage, zipped: bool) -> None:
    path = package({"submission/": "", "tests/": "", **WHOLE}, zipped=zipped)
    if zipped:
        link = zipfile.ZipInfo("tests/link")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(link, "/etc/passwd")
    else:
        (path / "tests" / "link").symlink_to("/etc/passwd")
    found = load_package(path)
    assert set(found.files) == set(WHOLE)
    assert [(problem.id, "'tests/link'" in problem.message) for problem in found.warnings] == [("link-left-out", True)]


def test_a_zip_that_leads_out_of_itself_is_refused(package: MakePackage) -> None:
    (problem,) = problems_of(package({**WHOLE, "../evil": ""}, zipped=True))
    assert problem.id == "package-unreadable"


def test_something_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "package.zip").write_bytes(b"PK nothing of the kind")
    assert [problem.id for problem in problems_of(tmp_path / "package.zip")] == ["package-unreadable"]


@pytest.mark.parametrize("meta", ['{"submit_as_file": true}', '{"submit_as_file": false}', "[", "\0"])
def test_the_file_of_the_online_editor_tells_whether_students_choose_files(package: MakePackage, meta: str) -> None:
    assert load_package(package({**WHOLE, ".meta": meta})).any_files == ("true" in meta)


def test_the_digest_is_that_of_what_is_run(package: MakePackage, tmp_path: Path) -> None:
    zipped = load_package(package({"submission/": "", "tests/": "", **WHOLE}, zipped=True))
    assert zipped.digest == load_package(package(WHOLE)).digest
    assert zipped.digest != load_package(package({**WHOLE, "tests/autograde.py": "x"})).digest


def test_a_package_is_known_by_its_makefile(package: MakePackage) -> None:
    path = package(WHOLE)
    assert is_bare_package(path)
    (path / "grader.toml").write_text("")
    assert not is_bare_package(path)


@pytest.mark.parametrize(
    ("makefile", "targets"),
    [
        ("a b: c\n\tx\n", {"a", "b"}),
        ("a:: ; x\n", {"a"}),
        ("a = b: c\nd := e: f\n", set()),
        ("a: VARIABLE = value\n", set()),
        ("a \\\n  b:\n", {"a", "b"}),
        ("prepare:\r\ncompile:\r\n", {"prepare", "compile"}),
        ("\tprintf a: b\n", set()),
        ("include more.mk\n", {"more"}),
        ("include Makefile\n-include missing.mk\na:\n", {"a"}),
    ],
)
def test_rules_are_found_as_make_finds_them(makefile: str, targets: set[str]) -> None:
    found = read_makefile({"Makefile": makefile.encode(), "more.mk": b"more:\n"})
    assert {target for rule in found.rules for target in rule.targets} == targets


def test_a_line_number_counts_continued_lines() -> None:
    found = read_makefile({"Makefile": b"a: \\\n  b \\\n  c\n\tx\ntest:\n"})
    assert [(rule.targets, rule.line) for rule in found.rules] == [(("a",), 1), (("test",), 5)]


@pytest.mark.parametrize(
    ("prepare", "nothing"),
    [
        ("prepare:\n", True),
        ("prepare:\n\t@echo Nothing to do\n", True),
        ("prepare:\n\t# later\n\ttrue\n", True),
        ("prepare: other\n", False),
        ("prepare:\n\techo $(shell cat submission/*)\n", False),
        ("prepare:\n\techo done > tests/done\n", False),
        ("prepare:\n\techo `cat submission/a`\n", False),
        ("prepare:\n\tgcc -c tests/a.c\n", False),
        ("prepare:\n\techo a && cp submission/a tests/a\n", False),
    ],
)
def test_prepare_is_done_once_only_where_it_cannot_see_the_submission(prepare: str, nothing: bool) -> None:
    assert read_makefile({"Makefile": prepare.encode()}).prepares_nothing is nothing
