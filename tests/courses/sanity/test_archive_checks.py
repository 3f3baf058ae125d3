"""Pitfalls of a zip that is to be uploaded."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from gradewright.courses.sanity.archive_checks import check_archive
from gradewright.errors import AuthorError, MissingError

CLEAN = 'FROM debian:12-slim\nENTRYPOINT ["/grader/grade"]\n'


def zipped(path: Path, files: dict[str, str]) -> Path:
    with ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize(
    ("files", "ids"),
    [
        ({"Dockerfile": CLEAN, "grade": ""}, []),
        ({"Dockerfile": CLEAN + "EXPOSE 1\n"}, ["expose"]),
        ({"grade": ""}, ["archive-without-dockerfile"]),
        ({}, ["archive-without-dockerfile"]),
        ({"sum/Dockerfile": CLEAN + "EXPOSE 1\n"}, ["archive-in-a-folder", "expose"]),
        ({"sum/Dockerfile": "", "Dockerfile": CLEAN}, []),
    ],
)
def test_the_dockerfile_must_be_at_the_top(tmp_path: Path, files: dict[str, str], ids: list[str]) -> None:
    assert [problem.id for problem in check_archive(zipped(tmp_path / "g.zip", files))] == ids


def test_the_folder_that_is_too_much_is_named(tmp_path: Path) -> None:
    [problem] = check_archive(zipped(tmp_path / "g.zip", {"sum/Dockerfile": CLEAN}))
    assert "cd sum && zip -r" in problem.remedy


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and no more", b"\x00" * 1000])
def test_what_is_no_zip_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "g.zip").write_bytes(data)
    with pytest.raises(AuthorError, match="is not a zip archive"):
        check_archive(tmp_path / "g.zip")


def test_an_archive_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="cannot be read"):
        check_archive(tmp_path / "g.zip")
