"""Results go where the operator allows, whatever address came with a submission."""

from __future__ import annotations

import socket

import pytest

from gradewright.channels.addresses import AddressRules, Target, target_of
from gradewright.errors import AuthorError, ChannelError, SubmissionRejected

NAMES = {
    "plus.example.org": "93.184.215.14",
    "inside.example.org": "10.1.2.3",
    "evil.example.net": "127.0.0.1",
    "deep.sub.example.org": "93.184.215.15",
    "notexample.org": "93.184.215.16",
}


@pytest.fixture(autouse=True)
def known_names(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def look_up(host: str, *arguments: object, **options: object) -> object:
        if host.endswith((".org", ".net")) and host not in NAMES:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(NAMES.get(host, host), *arguments, **options)  # type: ignore[arg-type, call-overload]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def is_allowed(url: str, *entries: str) -> bool:
    try:
        AddressRules(entries).check(url)
    except SubmissionRejected:
        return False
    return True


@pytest.mark.parametrize(
    "url", ["https://plus.example.org/api", "http://93.184.215.14:8000/", "http://[2606:2800:21f::1]/"]
)
def test_without_a_list_every_public_address_is_allowed(url: str) -> None:
    assert is_allowed(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "localhost",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::a00:1]",
        "[2002:7f00:1::]",
        "[2002:c0a8:101::1]",
        "[2001:0:808:808::80ff:fffe]",
        "[::127.0.0.1]",
        "[::10.0.0.1]",
        "[fec0::1]",
        "[ff02::1]",
        "inside.example.org",
        "evil.example.net",
        "EVIL.example.net.",
    ],
)
def test_without_a_list_no_private_address_is(host: str) -> None:
    assert not is_allowed(f"http://{host}/")


@pytest.mark.parametrize(
    ("url", "entries", "allowed"),
    [
        ("http://127.0.0.1/", ["127.0.0.1"], True),
        ("http://127.0.0.1:8000/", ["127.0.0.1:8000"], True),
        ("http://127.0.0.1:22/", ["127.0.0.1:8000"], False),
        ("http://10.9.8.7/", ["10.0.0.0/8"], True),
        ("http://11.9.8.7/", ["10.0.0.0/8"], False),
        ("http://inside.example.org/", ["inside.example.org"], True),
        ("http://inside.example.org/", ["10.0.0.0/8"], True),
        ("https://inside.example.org/", ["inside.example.org:443"], True),
        ("http://inside.example.org/", ["inside.example.org:443"], False),
        ("http://deep.sub.example.org/", ["*.example.org"], True),
        ("http://notexample.org/", ["*.example.org"], False),
        ("http://plus.example.org/", ["inside.example.org"], False),
        ("http://[::1]:8000/", ["[::1]:8000"], True),
        ("http://[::1]/", ["::1"], True),
        ("http://evil.example.net/", ["plus.example.org"], False),
    ],
)
def test_a_list_says_exactly_where(url: str, entries: list[str], allowed: bool) -> None:
    assert is_allowed(url, *entries) is allowed


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "ftp://plus.example.org/",
        "file:///etc/passwd",
        "gopher://plus.example.org/",
        "http://",
        "http://user:password@plus.example.org/",
        "http://plus.example.org:99999/",
        "http://plus.example.org:x/",
        "http://[::1/",
        "http://plus.example.org/\r\nX: y",
        "http://plus.example.org/" + "x" * 3000,
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SubmissionRejected, match="cannot be sent"):
        AddressRules(["127.0.0.1", "plus.example.org"]).check(url)


def test_a_name_that_does_not_resolve_now_may_later() -> None:
    assert is_allowed("http://unknown.example.org/")


def test_what_is_connected_to_is_what_was_checked() -> None:
    rules = AddressRules([])
    assert rules.resolve(Target(host="plus.example.org", port=443)) == "93.184.215.14"
    with pytest.raises(ChannelError, match=r"may not be sent to evil\.example\.net:80"):
        rules.resolve(Target(host="evil.example.net", port=80))


def test_ports_are_those_of_the_scheme() -> None:
    assert target_of("https://Plus.Example.org/x") == Target(host="plus.example.org", port=443)
    assert target_of("http://plus.example.org") == Target(host="plus.example.org", port=80)


@pytest.mark.parametrize("entry", ["", "*", "http://plus.example.org", "a b", "plus.example.org/x", "*."])
def test_an_entry_that_is_no_host_is_an_error_of_the_operator(entry: str) -> None:
    with pytest.raises(AuthorError, match="is no host"):
        AddressRules([entry])
