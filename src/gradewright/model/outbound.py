"""What channels need to know of the operator's wishes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """How this service talks to front ends."""

    hosts: tuple[str, ...] = ()  # where to; empty: to every public address
    uid: str = ""  # our name in tokens
    private_key: str = ""  # file with the RSA key that signs them; empty: no tokens
    token_url: str = ""  # where a front end changes them for its own
