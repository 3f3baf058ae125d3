"""A database that is taken away, replaced or old, under a store that uses it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from gradewright.errors import StoreError
from gradewright.settings import Settings
from support.databases import django_for
from support.stores import submission


@pytest.fixture
def file(tmp_path: Path, migrated_sqlite: Path) -> Path:
    (tmp_path / "data").mkdir()
    return Path(shutil.copy(migrated_sqlite, tmp_path / "data"))


@pytest.fixture
def store(file: Path) -> Any:
    with django_for(Settings(data_dir=file.parent)):
        from gradewright.storage.database import Database

        yield Database(tries=3, delivery_hours=48)


def remove(file: Path) -> None:
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()


def test_nothing_is_taken_once_the_file_is_gone(store: Any, file: Path) -> None:
    store.add(submission())
    remove(file)
    for _ in range(2):
        with pytest.raises(StoreError, match="is gone"):
            store.add(submission())
    assert not file.exists()


def test_a_file_that_was_replaced_is_used_from_then_on(store: Any, file: Path, migrated_sqlite: Path) -> None:
    lost = store.add(submission())
    remove(file)
    shutil.copy(migrated_sqlite, file)
    kept = store.add(submission())
    store.close()
    assert (store.get(lost), store.get(kept).id) == (None, kept)
    assert store.claim("here", "here/1").submission.id == kept


def test_what_is_removed_during_a_transaction_takes_nothing(
    store: Any, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gradewright.storage import database

    def insert_late(*arguments: Any, **options: Any) -> None:
        insert(*arguments, **options)
        remove(file)

    insert = database._insert
    monkeypatch.setattr(database, "_insert", insert_late)
    with pytest.raises(StoreError, match="removed or replaced"):
        store.add(submission())


@pytest.mark.parametrize("statement", ["DELETE FROM django_migrations WHERE name = '0001_initial'", "empty"])
def test_older_tables_are_told_with_what_brings_them_up_to_date(store: Any, file: Path, statement: str) -> None:
    import sqlite3

    if statement == "empty":
        file.write_bytes(b"")
    else:
        connection = sqlite3.connect(file)
        with connection:
            connection.execute(statement)
        connection.close()
    with pytest.raises(StoreError, match="older version") as told:
        store.add(submission())
    assert "gradewright serve" in told.value.remedy
