"""Addresses of Git repositories that students send (A+ spec 2.5). What git would take for an option, a command or a
path of this machine is no address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

MAX_LENGTH = 2000  # characters
_REMOTE = re.compile(r"(?:(?:https?|ssh|git)://|[A-Za-z0-9_][\w.-]*@)[A-Za-z0-9\[][^\s\"';`|&<>\\$]*")
_PART = re.compile(r"[\w.+~-]+")


def remote(address: str) -> str | None:
    """The address of a repository on any host, or None if this is none."""
    if len(address) > MAX_LENGTH or not address.isprintable() or not _REMOTE.fullmatch(address):
        return None
    if "://" not in address and ":" not in address:  # git@host:path
        return None
    return address


def on_host(address: str, host: str) -> str | None:
    """The SSH address for key access of a repository on this host, or None if it is not there."""
    if remote(address) is None:
        return None
    prefix = f"git@{host}:"
    if address.startswith(prefix):
        path = address.removeprefix(prefix)
        return address if path and not path.startswith(("-", "/")) else None
    return _from_url(address, host)


def _from_url(address: str, host: str) -> str | None:
    try:
        url = urlsplit(address)
        host_of_url = url.hostname
    except ValueError:  # a malformed IPv6 address
        return None
    parts = [part for part in url.path.split("/") if part]
    if url.scheme not in ("http", "https") or host_of_url != host.lower() or len(parts) < 2:
        return None
    group, name = parts[-2:]
    if not _PART.fullmatch(group) or not _PART.fullmatch(name) or group.startswith("-"):
        return None
    return f"git@{host}:{group}/{name.removesuffix('.git')}.git"
