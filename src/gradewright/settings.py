"""What an operator or teacher may set, and where from.

Later wins: built-in defaults, /etc/gradewright/config.toml, the user's config.toml, ./gradewright.toml, environment
variables GRADEWRIGHT_<KEY>, and last the command line.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_config_path, user_data_path

from gradewright.errors import AuthorError
from gradewright.model.bounds import MOST_AT_ONCE

ENFORCEABLE = ("memory", "cpu", "pids", "disk", "network", "seccomp", "users")


def _state_dir() -> Path:
    if os.geteuid() == 0:
        return Path("/run/gradewright")
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return Path(runtime, "gradewright") if runtime else Path(gettempdir(), f"gradewright-{os.geteuid()}")


def _data_dir() -> Path:
    return Path("/var/lib/gradewright") if os.geteuid() == 0 else user_data_path("gradewright")


def _cores() -> int:
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    # of everybody who grades
    sandbox: str = "auto"  # name of a sandbox, or auto: the strongest that works here and suits the grader
    require: tuple[str, ...] = ()  # limits that must be enforced by the kernel, else grading is refused
    docker_url: str = ""  # address of the engine; empty: DOCKER_HOST, then the local sockets of Docker and Podman
    docker_timeout: float = 60.0  # seconds to wait for an answer of the engine
    oci_runtime: str = "crun"  # crun, runc, runsc, kata-runtime, or a path
    cache_dir: Path = field(default_factory=lambda: user_cache_path("gradewright"))
    cache_bytes: int = 20 * 1024**3  # unpacked images above this are evicted, the least recently used first
    state_dir: Path = field(default_factory=_state_dir)  # slots: where runs of graders have their directories
    # of the course service
    courses_dir: Path = Path("courses")  # each directory in it with an index is a course
    data_dir: Path = field(default_factory=_data_dir)  # submissions, the secret key, and the database unless named
    database: str = field(default="", repr=False)  # URL: postgresql://user@host/name; empty: SQLite in data_dir
    bind: str = "127.0.0.1:8080"  # where to listen: address:port or unix:PATH
    base_url: str = ""  # as the world sees the service; empty: as each request says
    static_url: str = ""  # where others serve the static files of courses; empty: we do
    secret_key: str = field(default="", repr=False)  # signs forms; empty: made once and kept in data_dir
    ajax_key: str = field(default="", repr=False)  # of exercises of the kind ajax that have none of their own
    upload_bytes: int = 64 * 1024**2  # of everything in one POST
    upload_files: int = 100  # in one POST
    submission_hosts: tuple[str, ...] = ()  # where results may go; empty: to every public address
    web_workers: int = 2  # processes that answer requests
    web_threads: int = 8  # in each of them, and as many more for large uploads
    slots: int = field(default_factory=_cores)  # submissions that one worker process grades at the same time
    lease_seconds: float = 20.0  # after which a worker without a sign of life loses what it grades
    tries: int = 6  # of an attempt that our own faults keep from ending, before staff must look at it
    delivery_hours: float = 48.0  # how long a result is offered to a front end that does not take it
    allow_privileged: bool = False  # whether graders that ask for the rights of root are run; they get none
    configure_token: str = field(default="", repr=False)  # of who pushes courses, where jwt_keys has none
    jwt_uid: str = ""  # our name among services that sign tokens
    jwt_private_key: str = field(default="", repr=False)  # file with the RSA key that we sign with
    jwt_keys: Mapping[str, str] = field(default_factory=dict)  # service: file with its public key; empty: no tokens
    jwt_token_url: str = ""  # where a front end changes our token for one of its own
    log_format: str = "text"  # of the service: text for people, json for machines


def load(directory: Path = Path(), *, config: Path | None = None) -> Settings:
    """The settings in force in `directory`, with `config` as one more file that wins over the others.

    Raises `AuthorError` naming file and key of what is wrong.
    """
    settings = Settings()
    usual = (
        Path("/etc/gradewright/config.toml"),
        user_config_path("gradewright") / "config.toml",
        directory / "gradewright.toml",
    )
    for file in (*usual, config) if config else usual:
        settings = _apply(settings, _read(file), str(file))
    names = {f"GRADEWRIGHT_{each.name.upper()}": each.name for each in fields(Settings)}
    environment = {names[variable]: value for variable, value in os.environ.items() if variable in names and value}
    return _apply(settings, environment, "environment")


def _read(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise AuthorError(f"{file}: cannot be read: {error}.") from error


def _apply(settings: Settings, values: Mapping[str, Any], source: str) -> Settings:
    for key, value in values.items():
        known = [each.name for each in fields(Settings)]
        if key not in known:
            raise AuthorError(f"{source}: unknown setting {key!r}.", remedy=f"Known settings: {', '.join(known)}.")
        try:
            settings = replace(settings, **{key: _convert(key, value)})
        except (TypeError, ValueError) as error:
            raise AuthorError(f"{source}: {key}: {error}.") from None
    return settings


def _convert(key: str, value: Any) -> Any:
    """The value as the setting needs it. Raises `ValueError` saying what it should be."""
    read: Callable[[Any], Any] = _READERS.get(key, _text)
    return read(value)


def _enforceable(value: Any) -> tuple[str, ...]:
    names = _words(value, "limits")
    if unknown := sorted(set(names) - set(ENFORCEABLE)):
        raise ValueError(f"{', '.join(unknown)} cannot be required; choose from {', '.join(ENFORCEABLE)}")
    return names


def _words(value: Any, what: str) -> tuple[str, ...]:
    words = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError(f"it must be a list of {what}")
    return tuple(words)


def _number(value: Any, kind: type[int] | type[float], what: str, most: float = sys.float_info.max) -> int | float:
    try:
        number = kind(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"it must be {what}, not {value!r}") from None
    if isinstance(value, bool) or not number > 0:
        raise ValueError(f"it must be {what} above 0, not {value!r}")
    if number > most:
        raise ValueError(f"it must be {what} of at most {most:g}, not {value!r}")
    return number


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"it must be a text, not {value!r}")
    return value


def _text_or_nothing(value: Any) -> str:
    return "" if value == "" else _text(value)


def _address(value: Any) -> str:
    """An URL that others can be appended to, or nothing."""
    text = _text_or_nothing(value)
    parts = urlsplit(text)
    usable = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment
    if text and (not usable or not text.isprintable() or " " in text):
        raise ValueError(f"it must be an address as in https://grader.example.org, not {value!r}")
    return text


def _directory_address(value: Any) -> str:
    text = _address(value)
    return text if text.endswith("/") or not text else f"{text}/"


def _path(value: Any) -> Path:
    return Path(_text(value)).expanduser()


def _yes_or_no(value: Any) -> bool:
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.lower() not in known:
        raise ValueError(f"it must be true or false, not {value!r}")
    return known[value.lower()]


def _one_of(choices: tuple[str, ...], value: Any) -> str:
    if value not in choices:
        raise ValueError(f"it must be {' or '.join(choices)}, not {value!r}")
    return str(value)


def _files_by_name(value: Any) -> Mapping[str, str]:
    """A table, or in a variable: name=file,name=file."""
    if isinstance(value, str):
        value = dict(pair.partition("=")[::2] for pair in value.split(",") if pair)
    if not isinstance(value, dict) or not all(isinstance(each, str) and each for each in value.values()):
        raise ValueError("it must be a table of names and files")
    return dict(value)


_bytes = partial(_number, kind=int, what="a whole number of bytes")
_count = partial(_number, kind=int, what="a whole number")
_at_once = partial(_number, kind=int, what="a whole number", most=MOST_AT_ONCE)
_seconds = partial(_number, kind=float, what="a number of seconds", most=24 * 3600)
_READERS: Mapping[str, Callable[[Any], Any]] = {  # of settings that are more than a text
    "require": _enforceable,
    "docker_url": _text_or_nothing,
    "docker_timeout": _seconds,
    "cache_dir": _path,
    "cache_bytes": _bytes,
    "state_dir": _path,
    "courses_dir": _path,
    "data_dir": _path,
    "database": _text_or_nothing,
    "base_url": _address,
    "ajax_key": _text_or_nothing,
    "secret_key": _text_or_nothing,
    "configure_token": _text_or_nothing,
    "jwt_token_url": _address,
    "jwt_private_key": _text_or_nothing,
    "jwt_uid": _text_or_nothing,
    "static_url": _directory_address,
    "upload_bytes": _bytes,
    "upload_files": _count,
    "submission_hosts": partial(_words, what="hosts"),
    "web_workers": _at_once,
    "web_threads": _at_once,
    "slots": _at_once,
    "lease_seconds": _seconds,
    "tries": _count,
    "delivery_hours": partial(_number, kind=float, what="a number of hours", most=10 * 366 * 24),
    "allow_privileged": _yes_or_no,
    "jwt_keys": _files_by_name,
    "log_format": partial(_one_of, ("text", "json")),
}
