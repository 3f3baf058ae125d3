"""Whether what is connected to is the database that is there, with the tables of this version.

An SQLite file that was removed or replaced lives on for whoever has it open, and what is written to it is lost.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from pkgutil import iter_modules
from threading import local
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created
from django.db.migrations.recorder import MigrationRecorder

from gradewright.errors import StoreError
from gradewright.storage.tables import migrations

Identity = tuple[int, int]

_here = local()  # `opened`: the file behind the connection of this thread
_sound: set[Hashable] = set()  # databases that have our tables


def make_sure() -> None:
    """To be called before the database is used: a connection to a file that is there no more gives way to a new one.

    Raises `StoreError` if there is no file, or if its tables are of an older version.
    """
    if connection.in_atomic_block:
        return
    file = _identity()
    if connection.connection is not None and getattr(_here, "opened", None) != file:
        connection.close()
    if connection.vendor == "sqlite" and file is None:
        raise StoreError(
            "The file of the database is gone.",
            remedy="Whoever runs the service can put a copy back, or start the service again; "
            "`gradewright attempts orphans` then lists what was sent and is in no database.",
        )
    database = *(connection.settings_dict[each] for each in ("NAME", "HOST", "PORT")), file
    if database not in _sound:
        _check_tables()
        _sound.add(database)


def insist_on_file() -> None:
    """To be called before a transaction ends that must not be lost. Raises `StoreError` if it would be."""
    if getattr(_here, "opened", None) != _identity():
        raise StoreError("The file of the database was removed or replaced just now.", remedy="Send it again.")


def _identity() -> Identity | None:
    """What tells the file from every other; None if there is none, or no file at all."""
    if connection.vendor != "sqlite":
        return None
    try:
        found = Path(connection.settings_dict["NAME"]).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _note(**signal: Any) -> None:
    _here.opened = _identity()


connection_created.connect(_note, dispatch_uid="gradewright.storage.soundness")


def _check_tables() -> None:
    needed = {("gradewright", each.name) for each in iter_modules(migrations.__path__)}
    if needed - set(MigrationRecorder(connection).applied_migrations()):
        raise StoreError(
            "The database is of an older version of Gradewright, or empty.",
            remedy="`gradewright serve` and `gradewright worker` bring it up to date when they start.",
        )
