"""Which machines results may be sent to. The address comes with each submission, so anybody may have written it.

What is checked is the address that is connected to: a name that resolves to a public address when it is checked and to
a private one a moment later does not get through.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from gradewright.errors import AuthorError, ChannelError, SubmissionRejected

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LONGEST_URL = 2000
NAT64 = ipaddress.ip_network("64:ff9b::/96")
ASSIGNED = ipaddress.ip_network("2000::/3")  # of IPv6: whatever lies outside is no machine of the public Internet


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where an URL leads."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One entry of the setting `submission_hosts`."""

    name: str = ""  # of a host; with a leading dot, of all below it
    network: Network | None = None
    port: int | None = None  # None: any

    def names(self, target: Target) -> bool:
        if not self.name or self.port not in (None, target.port):
            return False
        return target.host.endswith(self.name) if self.name.startswith(".") else target.host == self.name

    def holds(self, address: Address, port: int) -> bool:
        return self.network is not None and self.port in (None, port) and address in self.network


class AddressRules:
    """What the setting `submission_hosts` allows. Raises `AuthorError` if it makes no sense."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._rules = tuple(map(_rule, entries))

    def check(self, url: str) -> None:
        """Raises `SubmissionRejected` if results may not be sent there. A name that does not resolve now passes."""
        target = target_of(url)
        try:
            self.resolve(target)
        except OSError:
            pass  # may be otherwise by the time there is a result
        except ChannelError as error:
            raise SubmissionRejected(error.message, remedy=error.remedy) from None

    def resolve(self, target: Target) -> str:
        """The address to connect to. Raises `OSError` if the name has none and `ChannelError` if none is allowed."""
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        for *_, place in found:
            if self._allows(target, ipaddress.ip_address(str(place[0]).partition("%")[0])):
                return str(place[0])
        raise ChannelError(
            f"Results may not be sent to {target.host}:{target.port}.",
            remedy="Whoever runs the service can allow it in the setting `submission_hosts`.",
        )

    def _allows(self, target: Target, address: Address) -> bool:
        address = _meant(address)
        if any(rule.names(target) or rule.holds(address, target.port) for rule in self._rules):
            return True
        return not self._rules and _is_public(address)


def target_of(url: str) -> Target:
    """Raises `SubmissionRejected` if this is no URL that results can be sent to."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        raise _unusable(url) from None
    if not parts.hostname or parts.username is not None or len(url) > LONGEST_URL or not url.isprintable():
        raise _unusable(url)
    return Target(host=parts.hostname.lower().rstrip("."), port=port)


def _unusable(url: str) -> SubmissionRejected:
    return SubmissionRejected(
        f"Results cannot be sent to {url[:200]!r}.", remedy="The front end should name an http or https URL."
    )


def _is_public(address: Address) -> bool:
    assigned = isinstance(address, ipaddress.IPv4Address) or address in ASSIGNED
    return assigned and address.is_global and not address.is_multicast


def _meant(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that only wraps it."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
    return address


def _rule(entry: str) -> Rule:
    host, port = _divided(entry)
    try:
        return Rule(network=ipaddress.ip_network(host.strip("[]"), strict=False), port=port)
    except ValueError:
        pass
    name = host.lower().removeprefix("*")
    if not name.strip(".") or not all(each.isalnum() or each in "-._" for each in name):
        raise AuthorError(
            f"submission_hosts: {entry!r} is no host.",
            remedy="Write a name, *.name, an address or a network, and perhaps a port: 127.0.0.1:8000.",
        )
    return Rule(name=name, port=port)


def _divided(entry: str) -> tuple[str, int | None]:
    """Host and port; an IPv6 address has its port after brackets."""
    host, colon, port = entry.rpartition(":")
    if colon and port.isdecimal() and (":" not in host or host.endswith("]")):
        return host, int(port)
    return entry, None
