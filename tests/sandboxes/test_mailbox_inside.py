"""Programs in every sandbox post to its mailbox, and those who may not get nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gradewright.grading.workspace import with_secret
from gradewright.interfaces import Sandbox
from gradewright.model.run import (
    Box,
    EndingKind,
    HostRoot,
    Limits,
    Mailbox,
    PlacedFile,
    Post,
    Role,
    Root,
    Slot,
    Step,
    StepResult,
)

MAILBOX = Mailbox(address="REC", path="/container-post", proof="SID", field="sid", naturals=("points",))
CLIENT = """
import os, socket, subprocess, sys, time, urllib.error, urllib.parse, urllib.request

REC, SID = os.environ["REC"], os.environ["SID"]
HOST, PORT = REC.removeprefix("http://").split(":")

def connect():
    return socket.create_connection((HOST, int(PORT)), timeout=60)

def post(**fields):
    data = urllib.parse.urlencode(fields).encode()
    try:
        answer = urllib.request.urlopen(REC + "/container-post", data, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    print(answer.status, answer.read().decode(), flush=True)

"""


def run(sandbox: Sandbox, slot: Slot, root: Root, program: str, **changes: object) -> StepResult:
    step = Step(
        name="poster",
        role=Role.JUDGE,
        root=root,
        argv=("python3", "-IS", "/box/program.py"),
        scratch=("/tmp", "/box"),
        mailbox=MAILBOX,
        limits=Limits(wall_seconds=60.0, memory_bytes=1 << 30),
    )
    step = with_secret(replace(step, **changes))  # type: ignore[arg-type]
    return sandbox.run(
        step, Box(slot=slot, files=(PlacedFile(path="/box/program.py", data=(CLIENT + program).encode()),))
    )


def test_a_result_is_posted(sandbox: Sandbox, slot: Slot, root: Root) -> None:
    program = "post(points='x', sid=SID); post(points=1, sid='guess'); post(points=3, feedback='ä', sid=SID)"
    result = run(sandbox, slot, root, program)
    assert result.ending.exit_code == 0, result.stderr
    assert [line.split()[0] for line in result.stdout.decode().splitlines()] == ["400", "403", "200"]
    assert result.posts[0] == Post(fields={"points": "3", "feedback": "ä"})
    assert len(result.posts) == 3


def test_each_run_has_a_secret_of_its_own(sandbox: Sandbox, slot: Slot) -> None:
    secrets = {run(sandbox, slot, HostRoot(), "print(SID)").stdout for _ in range(2)}
    assert len(secrets) == 2 and all(len(secret.strip()) >= 32 for secret in secrets)


@pytest.mark.needs("curl")
@pytest.mark.parametrize("version", ["--http1.0", "--http1.1"])
def test_curl_posts_a_large_form(sandbox: Sandbox, slot: Slot, version: str) -> None:
    """As grading-base does: HTTP/1.0; else curl asks first whether it may go on."""
    program = f"""
    open("/box/out", "w").write("<p>" * 700_000)
    form = ["-F", "sid=" + SID, "-F", "points=2", "-F", "feedback=</box/out"]
    sys.exit(subprocess.call(["curl", "-sS", "--fail", "{version}", *form, REC + "/container-post"]))
    """
    result = run(sandbox, slot, HostRoot(), "\n".join(line.strip() for line in program.splitlines()))
    assert (result.ending.exit_code, result.stdout) == (0, b"Ok"), result.stderr
    assert result.posts == (Post(fields={"points": "2", "feedback": "<p>" * 700_000}),)


def test_a_container_without_a_network_has_a_mailbox_and_nothing_else(sandbox: Sandbox, slot: Slot) -> None:
    program = """
for address in ("192.0.2.1", "127.0.0.1"):
    try:
        socket.create_connection((address, 9), timeout=2)
    except OSError as error:
        print(address, "refused")
post(points=1, sid=SID)
"""
    assert run(sandbox, slot, HostRoot(), program).stdout == b"192.0.2.1 refused\n127.0.0.1 refused\n200 Ok\n"


def test_the_mailbox_is_there_with_the_network_too(sandbox: Sandbox, slot: Slot) -> None:
    result = run(sandbox, slot, HostRoot(), "post(points=1, sid=SID)", network=True)
    assert (result.stdout, result.posts) == (b"200 Ok\n", (Post(fields={"points": "1"}),))


def test_what_was_sent_just_before_the_end_counts(sandbox: Sandbox, slot: Slot) -> None:
    program = """
body = ("points=1&sid=" + SID).encode()
head = ["POST /container-post HTTP/1.0", f"Content-Length: {len(body)}"]
head += ["Content-Type: application/x-www-form-urlencoded", "", ""]
connect().sendall("\\r\\n".join(head).encode() + body)
"""
    assert run(sandbox, slot, HostRoot(), program).posts == (Post(fields={"points": "1"}),)


def test_what_is_sent_after_the_end_does_not(sandbox: Sandbox, slot: Slot) -> None:
    result = run(sandbox, slot, HostRoot(), "os.fork() or (time.sleep(1), post(points=1, sid=SID))")
    assert (result.ending.exit_code, result.posts) == (0, ())


def test_a_result_that_was_taken_stays_when_the_program_is_stopped(sandbox: Sandbox, slot: Slot) -> None:
    limits = Limits(wall_seconds=2.0)
    result = run(sandbox, slot, HostRoot(), "post(points=1, sid=SID); time.sleep(60)", limits=limits)
    assert (result.ending.kind, result.posts) == (EndingKind.WALL_TIME, (Post(fields={"points": "1"}),))


FLOODS = {
    "connections that say nothing": "held = [connect() for _ in range(40)]",
    "a thousand requests": """
for _ in range(1000):
    with connect() as line:
        line.sendall(b"POST /container-post HTTP/1.1\\r\\n\\r\\n")
""",
    "a body without end": """
line = connect()
try:
    line.sendall(b"POST /container-post HTTP/1.1\\r\\nHost: x\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n")
    for _ in range(1000):
        line.sendall(b"10000\\r\\n" + b"x" * 0x10000 + b"\\r\\n")
except OSError:
    pass
""",
    "headers without end": """
line = connect()
try:
    line.sendall(b"POST /container-post HTTP/1.1\\r\\n")
    for _ in range(1000):
        line.sendall(b"a: b\\r\\n" * 1000)
except OSError:
    pass
""",
    "answers that nobody reads": """
held = []
for _ in range(300):
    held.append(connect())
    held[-1].sendall(b"x\\r\\n\\r\\n" * 100)
""",
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_does_not_keep_the_result_away(sandbox: Sandbox, slot: Slot, flood: str) -> None:
    result = run(sandbox, slot, HostRoot(), f"{FLOODS[flood]}\npost(points=1, sid=SID)")
    assert result.stdout == b"200 Ok\n", result.stderr
    assert result.posts[0] == Post(fields={"points": "1"})
