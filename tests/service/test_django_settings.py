"""Django's settings come from ours."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from gradewright.django_settings import as_django
from gradewright.errors import AuthorError, MissingError
from gradewright.settings import Settings


def test_the_secret_key_is_made_once_and_for_us_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    key = as_django(settings)["SECRET_KEY"]
    assert len(key) >= 50
    assert as_django(settings)["SECRET_KEY"] == key
    file = tmp_path / "data" / "secret-key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").glob("secret-key*")] == ["secret-key"]


def test_a_secret_key_that_is_given_is_taken(tmp_path: Path) -> None:
    assert as_django(Settings(data_dir=tmp_path, secret_key="k"))["SECRET_KEY"] == "k"
    assert "'k'" not in repr(Settings(secret_key="k"))


def test_a_public_address_refuses_other_hosts(tmp_path: Path) -> None:
    found = as_django(Settings(data_dir=tmp_path, base_url="https://grader.example.org/x"))
    assert "grader.example.org" in found["ALLOWED_HOSTS"]
    assert "*" not in found["ALLOWED_HOSTS"]


@pytest.mark.parametrize("database", ["nonsense", "mysterious://user:password@host/name"])
def test_a_database_that_is_none_is_told_without_its_password(tmp_path: Path, database: str) -> None:
    with pytest.raises(AuthorError, match="`database` is no URL") as error:
        as_django(Settings(data_dir=tmp_path, database=database))
    assert "password@" not in error.value.message


def test_a_data_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MissingError, match="cannot be used: Not a directory"):
        as_django(Settings(data_dir=tmp_path / "file" / "data"))
