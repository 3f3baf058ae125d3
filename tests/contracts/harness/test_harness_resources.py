"""A part's directory is copied with its links followed; links that cannot be followed are named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gradewright.contracts.harness import Harness
from gradewright.contracts.harness.resources import snapshot
from gradewright.errors import AuthorError
from gradewright.testing import submission_in

FILES = {"config": "[config]\nfilename=hw.py\n", "Makefile": "compile: ;\nrun: ;\n", "tests/one": "1\n"}


@pytest.fixture
def into(tmp_path: Path) -> Path:
    place = tmp_path / "copy"
    place.mkdir()
    return place


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Where the files are that parts link to."""
    submission_in(tmp_path / "course", FILES)
    return tmp_path / "course"


def plain(part: Path, course: Path) -> None:
    submission_in(part, FILES)


def each_file(part: Path, course: Path) -> None:
    (part / "tests").mkdir(parents=True)
    for name in FILES:
        (part / name).symlink_to(course / name)


def a_directory(part: Path, course: Path) -> None:
    part.mkdir()
    for name in ("config", "Makefile", "tests"):
        (part / name).symlink_to(os.path.relpath(course / name, part))


def the_whole(part: Path, course: Path) -> None:
    part.symlink_to(course)


@pytest.mark.parametrize("laid_out", [plain, each_file, a_directory, the_whole])
def test_a_copy_holds_what_links_lead_to(
    tmp_path: Path, course: Path, into: Path, laid_out: Callable[[Path, Path], None]
) -> None:
    laid_out(tmp_path / "14", course)
    snapshot(tmp_path / "14", into)
    assert {str(path.relative_to(into)): path.read_text() for path in into.rglob("*") if path.is_file()} == FILES
    assert not any(path.is_symlink() for path in into.rglob("*"))


def test_programs_stay_programs_and_everybody_may_read(course: Path, into: Path) -> None:
    (course / "Makefile").chmod(0o600)
    (course / "tests" / "one").chmod(0o700)
    (course / "empty").mkdir(mode=0o700)
    snapshot(course, into)
    modes = {name: (into / name).stat().st_mode & 0o777 for name in ("", "Makefile", "tests", "tests/one", "empty")}
    assert modes == {"": 0o755, "Makefile": 0o644, "tests": 0o755, "tests/one": 0o755, "empty": 0o755}


def test_the_digest_tells_of_content_names_and_modes(tmp_path: Path, course: Path) -> None:
    def digest() -> str:
        into = tmp_path / f"copy-{len(list(tmp_path.iterdir()))}"
        into.mkdir()
        return snapshot(course, into)

    seen = [digest(), digest()]
    (course / "tests" / "one").write_text("2\n")
    seen.append(digest())
    (course / "tests" / "one").chmod(0o755)
    seen.append(digest())
    (course / "tests" / "one").rename(course / "tests" / "two")
    seen.append(digest())
    assert seen[0] == seen[1]
    assert len(set(seen)) == 4


@pytest.mark.parametrize(
    ("link", "target", "words"),
    [
        ("tests/gone", "/no/such/file", "tests/gone: This link leads to /no/such/file, which does not exist."),
        ("tests/up", "..", "tests/up: This link leads to"),
        ("tests/self", "self", "tests/self: This link leads to self and cannot be followed"),
    ],
)
def test_a_link_that_cannot_be_followed_is_named(course: Path, into: Path, link: str, target: str, words: str) -> None:
    (course / link).symlink_to(target)
    with pytest.raises(AuthorError) as caught:
        snapshot(course, into)
    assert words in str(caught.value)


def test_a_pipe_is_not_read(course: Path, into: Path) -> None:
    os.mkfifo(course / "pipe")
    with pytest.raises(AuthorError, match="pipe: This is neither a file nor a directory"):
        snapshot(course, into)


def test_two_links_to_one_directory_are_no_cycle(course: Path, into: Path) -> None:
    for name in ("a", "b"):
        (course / name).symlink_to("tests")
    snapshot(course, into)
    assert (into / "a" / "one").read_text() == (into / "b" / "one").read_text()


@pytest.mark.parametrize("name", ["config", "Makefile"])
def test_a_missing_file_is_the_authors_fault(course: Path, name: str) -> None:
    (course / name).unlink()
    with pytest.raises(AuthorError, match=f"{name}: There is no such file"):
        Harness().settings({}, course)


def test_a_directory_that_is_not_copied_may_not_link_out_of_itself(tmp_path: Path, course: Path) -> None:
    a_directory(tmp_path / "14", course)
    with pytest.raises(AuthorError, match="tests: This link leads out of the directory"):
        Harness().settings({}, tmp_path / "14")


def test_grader_toml_says_nothing_to_this_contract(course: Path) -> None:
    with pytest.raises(AuthorError, match="filename is not known"):
        Harness().settings({"filename": "hw.py"}, course)
