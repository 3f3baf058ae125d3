"""Results for A+, or any front end that takes them as it does: a POST to the submission_url (A+ spec 3.2, 4.4).

A POST may arrive and its answer be lost, so a result may be sent twice. That has no further effect: it says the same
of the same submission.
"""

from __future__ import annotations

import json
import ssl
import time
from typing import Any, ClassVar

import httpcore2
import httpx2

from gradewright.channels.addresses import AddressRules, Target
from gradewright.channels.in_time import InTime
from gradewright.channels.tokens import Tokens
from gradewright.errors import ChannelError
from gradewright.model.attempt import Message
from gradewright.model.outbound import Outbound

CONNECT_SECONDS = 5.0
SECONDS = 15.0  # for a delivery as a whole, a token for it included
MAX_ANSWER = 64 * 1024  # bytes
SAID = 300  # characters of an answer that are kept for staff


class Aplus:
    """May be used by several threads at once."""

    name: ClassVar[str] = "aplus"

    def __init__(self, outbound: Outbound) -> None:
        self._rules = AddressRules(outbound.hosts)
        self._tokens = Tokens(outbound)
        self._certificates = ssl.create_default_context()

    def check(self, address: str) -> None:
        self._rules.check(address)

    def deliver(self, message: Message) -> None:
        with self._client(time.monotonic() + SECONDS) as client:
            headers = self._tokens.headers(client, message.address)
            try:
                with client.stream("POST", message.address, data=_fields(message), headers=headers) as response:
                    status, answer = response.status_code, _read(response)
            except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
                raise ChannelError(f"The front end cannot be reached: {str(error) or type(error).__name__}.") from error
        if status != 200 or not _is_success(answer):
            said = answer[:SAID].decode(errors="replace")
            raise ChannelError(f"The front end did not take the result: status {status}, {said!r}.")

    def _client(self, deadline: float) -> httpx2.Client:
        """For one delivery, which ends by `deadline`."""
        return httpx2.Client(
            transport=_Pinned(self._rules, self._certificates, deadline),
            timeout=httpx2.Timeout(SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
        )


class _Pinned(httpx2.HTTPTransport):
    """Connects to the address that was checked; the host goes into the Host header and the check of certificates."""

    def __init__(self, rules: AddressRules, certificates: ssl.SSLContext, deadline: float) -> None:
        super().__init__(verify=certificates)
        self._rules = rules
        self._pool = httpcore2.ConnectionPool(  # httpx2 has no argument for the last of these
            ssl_context=certificates, max_keepalive_connections=0, network_backend=InTime(deadline)
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        address = self._rules.resolve(Target(host=url.host.lower().rstrip("."), port=port))
        request.extensions = {**request.extensions, "sni_hostname": url.host}
        request.url = url.copy_with(host=address)
        return super().handle_request(request)


def _fields(message: Message) -> dict[str, str]:
    fields = {
        "points": str(message.points),
        "max_points": str(message.max_points),
        "feedback": message.feedback.replace("\0", "\ufffd"),
    }
    if message.error:
        fields["error"] = "true"
    if message.grading_data:  # the protocol speaks of one, A+ reads the other
        fields["grading_payload"] = fields["grading_data"] = message.grading_data
    return fields


def _read(response: httpx2.Response) -> bytes:
    """The beginning of the answer."""
    data = b""
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > MAX_ANSWER:
            break
    return data[:MAX_ANSWER]


def _is_success(answer: bytes) -> bool:
    try:
        document: Any = json.loads(answer)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and document.get("success") is True
