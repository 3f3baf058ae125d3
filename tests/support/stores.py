"""Fixtures: a database with our tables in it, SQLite and PostgreSQL in turn."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from gradewright.model.attempt import ReplyTo, StoredSubmission
from gradewright.settings import Settings

_numbers = count(1)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from support.databases import django_for

    settings = Settings(data_dir=tmp_path_factory.mktemp("migrated"))
    with django_for(settings):
        from gradewright.storage.schema import bring_up_to_date

        bring_up_to_date(settings.data_dir)
    return settings.data_dir / "gradewright.sqlite3"


@pytest.fixture(scope="session")
def migrated_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a server; its database postgres has our tables."""
    from support.databases import django_for, postgresql_server

    with postgresql_server() as server:
        settings = Settings(data_dir=tmp_path_factory.mktemp("migrated"), database=f"{server}/postgres")
        with django_for(settings):
            from gradewright.storage.schema import bring_up_to_date

            bring_up_to_date(settings.data_dir)
        yield server


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("/usr/lib/postgresql"))]


@pytest.fixture(params=BOTH)
def service_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Of a service with an empty database that has its tables; Django is set up for it."""
    from support.databases import copy_database, django_for

    data, database = tmp_path / "data", ""
    data.mkdir()
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), data)
    else:
        server = request.getfixturevalue("migrated_postgresql")
        database = copy_database(server, "postgres", f"test_{next(_numbers)}")
    settings = Settings(
        data_dir=data,
        database=database,
        courses_dir=tmp_path / "courses",
        submission_hosts=("127.0.0.1",),
        state_dir=tmp_path / "state",
    )
    with django_for(settings):
        yield settings


@pytest.fixture
def store(service_settings: Settings) -> Any:
    from gradewright.storage.database import Database

    return Database(tries=3, delivery_hours=1)


def submission(id: str = "", *, course: str = "algorithms", uid: str = "1", address: str = "") -> StoredSubmission:
    """What somebody sent, with an id of its own."""
    return StoredSubmission(
        id=id or f"s{next(_numbers):06}",
        course=course,
        exercise="sorting",
        uid=uid,
        fields={"name": "value\0\ud800"},
        reply_to=ReplyTo(channel="aplus" if address else "", address=address),
        received=datetime.now(UTC),
    )
