"""Django set up for one test after the other, and a PostgreSQL server of our own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
import django.conf
import psycopg
from django.apps import apps
from django.conf import UserSettingsHolder, global_settings
from django.db import connections

from gradewright import django_settings
from gradewright.settings import Settings
from gradewright.testing.served import free_port

POSTGRESQL = Path("/usr/lib/postgresql")
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


@contextmanager
def django_for(settings: Settings) -> Iterator[None]:
    """Django as it is for a service with these settings, whatever it was before in this process."""
    before: Any = django.conf.settings._wrapped if django.conf.settings.configured else None
    _become(_holder(settings))
    try:
        yield
    finally:
        connections.close_all()
        _become(before or _holder(settings))


def _holder(settings: Settings) -> Any:
    holder = UserSettingsHolder(global_settings)
    for name, value in django_settings.as_django(settings).items():
        setattr(holder, name, value)
    return holder


def _become(holder: Any) -> None:
    conf = django.conf.settings
    for name in [name for name in vars(conf) if name != "_wrapped"]:
        del vars(conf)[name]  # what was asked for before
    object.__setattr__(conf, "_wrapped", holder)
    vars(conf)["_wrapped"] = holder
    if not apps.ready:
        django.setup()
    elif "gradewright.storage.tables" not in {each.name for each in apps.get_app_configs()}:
        apps.set_installed_apps(["gradewright.storage.tables"])
    _forget_connections()


def _forget_connections() -> None:
    connections.close_all()
    vars(connections).pop("settings", None)
    connections._settings = None  # type: ignore[attr-defined]
    if hasattr(connections._connections, "default"):  # type: ignore[attr-defined]
        del connections["default"]


@contextmanager
def postgresql_server() -> Iterator[str]:
    """URL of a server, without the name of a database at its end."""
    programs = max(POSTGRESQL.glob("*/bin"))
    with TemporaryDirectory(prefix="gradewright-pg-", dir="/tmp") as place:
        user = _let_in("postgres", place) if os.geteuid() == 0 else []
        data, port = f"{place}/data", free_port()
        _run([*user, str(programs / "initdb"), "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync"])
        options = f"-p {port} -k {place} -c listen_addresses=127.0.0.1 {FAST}"
        control = [*user, str(programs / "pg_ctl"), "-D", data, "-w", "-l", f"{place}/log"]
        _run([*control, "-o", options, "start"])
        try:
            yield f"postgresql://tester@127.0.0.1:{port}"
        finally:
            _run([*control, "-m", "immediate", "stop"])


def _let_in(user: str, place: str) -> list[str]:
    shutil.chown(place, user)
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--"]


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/tmp")


def copy_database(server: str, template: str, name: str) -> str:
    """A new database on a PostgreSQL server, with what is in another; returns its URL."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')  # type: ignore[call-overload]
    return f"{server}/{name}"
