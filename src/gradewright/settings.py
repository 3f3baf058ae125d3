"""What an operator or teacher may set, and where from.

Later wins: built-in defaults, /etc/gradewright/config.toml, the user's config.toml, ./gradewright.toml, environment
variables GRADEWRIGHT_<KEY>, and last the command line.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from platformdirs import user_cache_path, user_config_path

from gradewright.errors import AuthorError

ENFORCEABLE = ("memory", "cpu", "pids", "disk", "network", "seccomp")


def _state_dir() -> Path:
    if os.geteuid() == 0:
        return Path("/run/gradewright")
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return Path(runtime, "gradewright") if runtime else Path(gettempdir(), f"gradewright-{os.geteuid()}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    sandbox: str = "auto"  # name of a sandbox, or auto: the strongest that works here and suits the grader
    require: tuple[str, ...] = ()  # limits that must be enforced by the kernel, else grading is refused
    docker_url: str = ""  # address of the engine; empty: DOCKER_HOST, then the local sockets of Docker and Podman
    docker_timeout: float = 60.0  # seconds to wait for an answer of the engine
    oci_runtime: str = "crun"  # crun, runc, runsc, kata-runtime, or a path
    cache_dir: Path = field(default_factory=lambda: user_cache_path("gradewright"))
    cache_bytes: int = 20 * 1024**3  # unpacked images above this are evicted, the least recently used first
    state_dir: Path = field(default_factory=_state_dir)  # slots: where runs of graders have their directories


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
    match key:
        case "require":
            return _enforceable(value)
        case "cache_dir" | "state_dir":
            return Path(_text(value)).expanduser()
        case "cache_bytes":
            return _number(value, int, "a whole number of bytes")
        case "docker_timeout":
            return _number(value, float, "a number of seconds")
        case "docker_url":
            return _text(value) if value else ""
        case _:
            return _text(value)


def _enforceable(value: Any) -> tuple[str, ...]:
    names = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("it must be a list of limits")
    if unknown := sorted(set(names) - set(ENFORCEABLE)):
        raise ValueError(f"{', '.join(unknown)} cannot be required; choose from {', '.join(ENFORCEABLE)}")
    return tuple(names)


def _number(value: Any, kind: type[int] | type[float], what: str) -> int | float:
    try:
        number = kind(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"it must be {what}, not {value!r}") from None
    if isinstance(value, bool) or not 0 < number < float("inf"):
        raise ValueError(f"it must be {what} above 0, not {value!r}")
    return number


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"it must be a text, not {value!r}")
    return value
