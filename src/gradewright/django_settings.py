"""Django's settings, derived from ours. Nothing else configures Django."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import django
import django.conf
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from gradewright.errors import AuthorError, MissingError
from gradewright.pages.django_ready import LANGUAGES, LOCALE
from gradewright.settings import Settings

# FULL: a transaction is on the disk when it is committed, also if the power fails; nothing accepted may be lost.
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
SQLITE_BUSY_SECONDS = 60  # a writer waits for its turn; a transaction of ours takes milliseconds


INCOMING = "incoming"  # directory of uploads while they arrive
MOST_TEXT = 32 * 1024**2  # bytes of fields in one POST; files go to the disk


def set_up(settings: Settings) -> None:
    """Make Django ready for the tables and the web. Once in a process; a second call must be for the same settings.

    Raises `MissingError` if the data directory cannot be used and `AuthorError` if a setting makes no sense.
    """
    if django.conf.settings.configured:
        if settings != django.conf.settings.GRADEWRIGHT:
            raise RuntimeError("Django was set up for other settings in this process")
        return
    django.conf.settings.configure(**as_django(settings))
    django.setup()


def as_django(settings: Settings) -> dict[str, Any]:
    """The settings of Django. Makes the data directory and the secret key if they are not there."""
    incoming = settings.data_dir / INCOMING
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        incoming.mkdir(mode=0o700, exist_ok=True)
        key = settings.secret_key or _kept_secret(settings.data_dir / "secret-key")
    except OSError as error:
        raise MissingError(
            f"The data directory {settings.data_dir} cannot be used: {error.strerror}.",
            remedy="Free space, mend its permissions, or name another directory in GRADEWRIGHT_DATA_DIR.",
        ) from error
    return {
        "GRADEWRIGHT": settings,
        "SECRET_KEY": key,
        "JWT_KEYS": _public_keys(settings),
        "ALLOWED_HOSTS": _hosts(settings),
        "DATABASES": {"default": _database(settings)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "INSTALLED_APPS": ["gradewright.storage.tables"],
        "MIDDLEWARE": ["gradewright.web.observation.Observation", "gradewright.web.hosts.KnownHost"],
        "ROOT_URLCONF": "gradewright.web.urls",
        "TEMPLATES": [],
        "LOGGING_CONFIG": None,
        "USE_TZ": True,
        "LANGUAGE_CODE": "en",
        "LANGUAGES": list(LANGUAGES.items()),
        "LOCALE_PATHS": [str(LOCALE)],
        "STATIC_URL": settings.static_url or "/static/",  # for {% static %} in templates of authors
        "DATA_UPLOAD_MAX_MEMORY_SIZE": min(settings.upload_bytes, MOST_TEXT),
        "DATA_UPLOAD_MAX_NUMBER_FILES": settings.upload_files,
        "FILE_UPLOAD_TEMP_DIR": str(incoming),  # beside the submissions, so that files are moved and not copied
        "FILE_UPLOAD_HANDLERS": ["django.core.files.uploadhandler.TemporaryFileUploadHandler"],
    }


def _public_keys(settings: Settings) -> dict[str, str]:
    """The keys of the services that are trusted, in PEM. Raises `AuthorError` if one cannot be used."""
    if settings.jwt_keys and not settings.jwt_uid:
        raise AuthorError("jwt_uid is not set.", remedy="Set it to the name by which tokens call this service.")
    keys = {}
    for issuer, file in settings.jwt_keys.items():
        try:
            keys[issuer] = Path(file).read_text("ascii")
            RSAAlgorithm(RSAAlgorithm.SHA256).prepare_key(keys[issuer])
        except (OSError, ValueError, InvalidKeyError) as error:
            raise AuthorError(f"jwt_keys: {issuer}: {error}.", remedy="Name a PEM file with an RSA key.") from error
    return keys


def _hosts(settings: Settings) -> list[str]:
    host = urlsplit(settings.base_url).hostname if settings.base_url else None
    return [host, "localhost", "127.0.0.1", "[::1]"] if host else ["*"]


def _database(settings: Settings) -> dict[str, Any]:
    if settings.database:
        remedy = "Write it as in postgresql://user:password@host/name."
        try:
            found = dj_database_url.parse(settings.database, conn_max_age=None, conn_health_checks=True)
        except ValueError as error:  # of the URL; its password is not for logs
            raise AuthorError("The setting `database` is no URL of a database.", remedy=remedy) from error
        if found["ENGINE"] == "django.db.backends.postgresql":
            return dict(found)
        if found["ENGINE"] != "django.db.backends.sqlite3":
            raise AuthorError("The setting `database` names neither PostgreSQL nor SQLite.", remedy=remedy)
        name = str(found["NAME"])
    else:
        name = str(settings.data_dir.resolve() / "gradewright.sqlite3")
    options = {"timeout": SQLITE_BUSY_SECONDS, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "CONN_MAX_AGE": None, "OPTIONS": options}


def _kept_secret(file: Path) -> str:
    """The secret in a file, made if there is none; of two processes that start at once, one makes it."""
    if not file.exists():
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
            opened.write(secrets.token_urlsafe(50))
            opened.flush()
            os.fsync(opened.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text()
