"""The mailbox speaks HTTP with whoever is in the sandbox, and takes one good result."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.model.run import Mailbox, Post
from gradewright.sandboxes import mailbox as module
from gradewright.sandboxes.mailbox import PostServer

SECRET = "0123456789abcdef"
MAILBOX = Mailbox(
    address="REC", path="/container-post", proof="SID", field="sid", naturals=("points", "max_points"), max_bytes=4096
)
URLENCODED = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture
def server() -> PostServer:
    return PostServer(MAILBOX, SECRET)


def frames(data: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """(caller, content) of each frame for init."""
    for frame in data:
        letter, length = struct.unpack_from("<cI", frame)
        assert letter == b"m" and length == len(frame) - 5
        yield frame[5], frame[6:]


def say(server: PostServer, *pieces: bytes, caller: bytes = b"\0") -> bytes:
    """What a new caller hears, until it is hung up on; "..." at the end if it is not."""
    server.opened(caller)
    heard = b""
    for piece in pieces:
        for _, answer in frames(server.heard(caller + piece)):
            if not answer:
                return heard
            heard += answer
    return heard + b"..."


def request(
    body: bytes, headers: bytes = URLENCODED, *, path: bytes = b"/container-post", version: bytes = b"1.1"
) -> bytes:
    return b"POST %b HTTP/%b\r\nHost: x\r\n%bContent-Length: %d\r\n\r\n%b" % (path, version, headers, len(body), body)


def form(fields: Mapping[str, str], **others: str) -> bytes:
    return urlencode({**fields, **others}).encode()


def multipart(fields: Mapping[str, bytes], boundary: bytes = b"x1y2") -> bytes:
    parts = (
        b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (boundary, name.encode(), value)
        for name, value in fields.items()
    )
    body = b"".join(parts) + b"--%b--\r\n" % boundary
    return request(body, b"Content-Type: multipart/form-data; boundary=%b\r\n" % boundary)


GOOD = request(form({"sid": SECRET}, points="3", max_points="5", feedback="<p>häh</p>"))
TAKEN = {"points": "3", "max_points": "5", "feedback": "<p>häh</p>"}


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def test_the_first_result_is_taken_and_no_other(server: PostServer) -> None:
    assert say(server, GOOD).endswith(b"\r\n\r\nOk")
    again = say(server, GOOD)
    assert (status(again), b"Invalid sid" in again) == (403, True)
    assert server.posts == (Post(fields=TAKEN), Post(refused="Invalid sid: a result has been taken already."))


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([GOOD[i : i + 1] for i in range(len(GOOD))], id="byte-by-byte"),
        pytest.param([GOOD.replace(b"HTTP/1.1", b"HTTP/1.0")], id="http-1.0"),
        pytest.param([GOOD + GOOD], id="two-in-a-row"),
        pytest.param([GOOD.replace(b"/container-post", b"/container-post?a=b")], id="query"),
        pytest.param(
            [multipart({"sid": SECRET.encode(), **{k: v.encode() for k, v in TAKEN.items()}})], id="multipart"
        ),
    ],
)
def test_ways_to_post(server: PostServer, pieces: list[bytes]) -> None:
    assert say(server, *pieces).endswith(b"Ok")
    assert server.posts[0] == Post(fields=TAKEN)


def test_a_body_in_chunks(server: PostServer) -> None:
    body = form({"sid": SECRET}, points="1")
    head = b"POST /container-post HTTP/1.1\r\nHost: x\r\n%bTransfer-Encoding: chunked\r\n\r\n" % URLENCODED
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    assert say(server, head, chunks, b"0\r\n\r\n").endswith(b"Ok")


def test_who_asks_first_is_told_to_go_on(server: PostServer) -> None:
    body = form({"sid": SECRET})
    whole = request(body, URLENCODED + b"Expect: 100-continue\r\n")
    heard = say(server, whole[: -len(body)], body)
    assert heard.startswith(b"HTTP/1.1 100 ") and heard.endswith(b"Ok")


@pytest.mark.parametrize(
    ("data", "code", "text"),
    [
        (request(b"points=1"), 403, b"Missing sid"),
        (request(b"sid=&points=1"), 403, b"Invalid sid"),
        (request(b"sid=guess"), 403, b"Invalid sid"),
        (request(f"sid={SECRET[:-1]}".encode()), 403, b"Invalid sid"),
        (request(f"sid={SECRET}%00".encode()), 403, b"Invalid sid"),
        (request(b"sid=%C3%A4"), 403, b"Invalid sid"),
        (request(b"sid=\xff\xfe"), 403, b"Invalid sid"),
        (
            request(form({"sid": SECRET}, points="many")),
            400,
            b"points must be a whole number of at least 0, not 'many'",
        ),
        (request(form({"sid": SECRET}, points="-1")), 400, b"points must be"),
        (request(form({"sid": SECRET}, points="")), 400, b"points must be"),
        (request(form({"sid": SECRET}, points="1e3")), 400, b"points must be"),
        (request(form({"sid": SECRET}, points="9" * 500)), 400, b"points must be"),
        (request(form({"sid": SECRET}, max_points="1.5")), 400, b"max_points must be"),
        (request(b"", b""), 400, b"Post a form"),
        (request(b"{}", b"Content-Type: application/json\r\n"), 400, b"Post a form"),
        (request(b"x", b"Content-Type: multipart/form-data\r\n"), 400, b"no boundary"),
        (multipart({"sid": b"x"}).replace(b"--x1y2--", b"        "), 400, b"cut off"),
        (multipart({"sid": b"x"}).replace(b'name="sid"', b'other="sid'), 400, b"no name"),
        (request(b"&".join(b"a%d=1" % i for i in range(200))), 400, b"100 fields"),
        (multipart({f"a{i}": b"" for i in range(99)}), 413, b"4096"),
        (GOOD, 404, b"nothing here"),
        (b"GET /container-post HTTP/1.1\r\nHost: x\r\n\r\n", 405, b"posted"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, b"not HTTP"),
        (b"POST /container-post HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 10_000, 431, b"too long"),
        (request(b"x", URLENCODED + b"Content-Length: 2\r\n"), 400, b"not HTTP"),
        (request(b"x").replace(b"Length: 1", b"Length: 5000"), 413, b"4096 bytes at most"),
        (request(b"x").replace(b"Length: 1", b"Length: -1"), 400, b"not HTTP"),
        (request(b"x").replace(b"Length: 1", b"Length: " + b"9" * 30), 400, b"not HTTP"),
    ],
    ids=lambda value: value if isinstance(value, int) else "",
)
def test_what_is_refused_leaves_the_secret_as_good_as_before(
    server: PostServer, data: bytes, code: int, text: bytes
) -> None:
    data = data.replace(b"POST /container-post", b"POST /elsewhere") if code == 404 else data
    answer = say(server, data)
    assert (status(answer), text in answer) == (code, True), answer
    assert [bool(post.refused) for post in server.posts] == [True]
    assert say(server, GOOD).endswith(b"Ok")


def test_chunks_count_together(server: PostServer) -> None:
    head = b"POST /container-post HTTP/1.1\r\nHost: x\r\n%bTransfer-Encoding: chunked\r\n\r\n" % URLENCODED
    assert status(say(server, head, *[b"400\r\n" + b"x" * 0x400 + b"\r\n"] * 5)) == 413


def test_all_that_is_on_its_way_counts_together(server: PostServer) -> None:
    unfinished = request(b"x" * 4000)[:-1]
    assert say(server, unfinished, caller=b"\1") == b"..."
    assert say(server, unfinished, caller=b"\2") == b"..."
    assert status(say(server, unfinished, caller=b"\3")) == 503
    assert list(frames(server.heard(b"\1"))) != []  # hangs up
    assert say(server, GOOD).endswith(b"Ok")


def test_who_says_nothing_is_hung_up_on(server: PostServer, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    assert say(server, GOOD[:50]) == b"..."
    assert list(server.look()) == []
    now[0] += module.CALL_SECONDS + 1
    answer, end = frames(server.look())
    assert (status(answer[1]), end[1]) == (408, b"")
    assert list(server.heard(b"\0" + GOOD)) == []


def test_who_hangs_up_halfway_is_forgotten(server: PostServer) -> None:
    server.opened(b"\0")
    assert list(server.heard(b"\0" + GOOD[:-3])) == []
    assert [answer for _, answer in frames(server.heard(b"\0"))][-1] == b""
    assert say(server, GOOD).endswith(b"Ok")


def test_why_posts_were_refused_is_kept_for_the_first_of_them(server: PostServer) -> None:
    for _ in range(100):
        say(server, request(b"sid=guess"))
    assert len(server.posts) == module.MAX_REFUSED


VALUES = st.binary(max_size=200).filter(lambda value: b"--x1y2" not in value)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,10}", fullmatch=True).filter("sid".__ne__), VALUES, max_size=10))
def test_every_value_comes_through_a_multipart_form(fields: dict[str, bytes]) -> None:
    fields = {f"f_{name}": value for name, value in fields.items()}
    server = PostServer(MAILBOX, SECRET)
    assert say(server, multipart({**fields, "sid": SECRET.encode()})).endswith(b"Ok")
    assert server.posts[0].fields == {name: value.decode(errors="replace") for name, value in fields.items()}


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_nothing_that_is_said_is_too_much(pieces: list[bytes]) -> None:
    server = PostServer(MAILBOX, SECRET)
    say(server, *pieces, b"")
    assert not any(post.fields for post in server.posts)


@given(
    st.binary(max_size=500), st.sampled_from([b"multipart/form-data; boundary=b", b"application/x-www-form-urlencoded"])
)
def test_no_body_is_too_strange(body: bytes, content_type: bytes) -> None:
    server = PostServer(MAILBOX, SECRET)
    assert status(say(server, request(body, b"Content-Type: %b\r\n" % content_type))) in (400, 403)
