"""Tokens (JSON Web Tokens, RS256) by which A+ knows who sends a result (A+ spec 3.6)."""

from __future__ import annotations

import time
from pathlib import Path

import httpx2
import jwt

from gradewright.errors import ChannelError, MissingError
from gradewright.model.outbound import Outbound

LIFETIME = 300  # seconds


class Tokens:
    """Makes the header of a POST. Raises `MissingError` if there is a key and it cannot be used."""

    def __init__(self, outbound: Outbound) -> None:
        self._uid = outbound.uid
        self._url = outbound.token_url
        self._key = _read(Path(outbound.private_key)) if outbound.private_key else ""

    def headers(self, client: httpx2.Client, address: str) -> dict[str, str]:
        """What lets a POST to `address` in; nothing without a key. Raises `ChannelError` if no token is to be had."""
        if not self._key:
            return {}
        now = int(time.time())
        claims = {"iss": self._uid, "iat": now, "exp": now + LIFETIME, "turl": address}
        ours = jwt.encode(claims, self._key, algorithm="RS256")
        return {"Authorization": f"Bearer {self._exchanged(client, ours) if self._url else ours}"}

    def _exchanged(self, client: httpx2.Client, ours: str) -> str:
        try:
            response = client.get(self._url, headers={"Authorization": f"Bearer {ours}"})
            theirs = response.json() if response.status_code == 200 else None
        except (httpx2.HTTPError, ValueError) as error:
            raise ChannelError(
                f"No token is to be had from {self._url}: {str(error) or type(error).__name__}."
            ) from error
        if not isinstance(theirs, str):
            raise ChannelError(f"No token is to be had from {self._url}: it answered {response.status_code}.")
        return theirs


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, ValueError) as error:
        raise MissingError(f"jwt_private_key: {file} cannot be read: {error}.") from error
