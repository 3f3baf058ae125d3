"""`gradewright serve` and `gradewright worker`, as their operator meets them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psutil
import pytest

from gradewright.testing.front_end import FrontEnd, Mood, Sent, SentState
from gradewright.testing.served import free_port
from support.serving import (
    GRADEWRIGHT,
    RIGHT,
    Served,
    attempts,
    course_of_programs,
    run,
    serving,
    wait_for_process,
)
from support.waiting import eventually, has_ended

SLOW = b"import time\nmarker = 'sleeping in the sandbox'\ntime.sleep(3)\nprint('hello')"


@pytest.fixture
def front_end() -> Iterator[FrontEnd]:
    with FrontEnd(pauses=(0.2, 0.5, 1, 1, 1)) as found:
        yield found


def send(front_end: FrontEnd, served: Served, program: bytes = RIGHT, **who: str) -> Sent:
    sent = front_end.submit(served.exercise, files={"file1": ("anything.py", program)}, **who)
    assert sent.page
    assert sent.state is SentState.WAITING, sent.page.html
    assert sent.page.metas["wait"]
    return sent


def wait_for_state(served: Served, state: str) -> None:
    deadline = time.monotonic() + 30
    while state not in [each[1] for each in attempts(served)]:
        assert time.monotonic() < deadline, served.log.read_text()
        time.sleep(0.05)


def test_one_command_serves_and_grades(tmp_path: Path, front_end: FrontEnd) -> None:
    with serving(tmp_path, GRADEWRIGHT_LOG_FORMAT="json") as served:
        page = front_end.load(served.exercise)
        assert page.metas["max-points"] == "10"
        right, wrong = send(front_end, served, uid="1"), send(front_end, served, b"print('bye')", uid="2")
        assert (front_end.wait_for(right.id).points, front_end.wait_for(wrong.id).points) == (10, 0)
        assert served.end() == 0
    lines = served.log.read_text().splitlines()
    assert lines[:3] == [
        f"Listening on {served.url}/",
        f"Courses in {tmp_path / 'courses'}: programs",
        f"Data in {tmp_path / 'data'}",
    ]
    events = [json.loads(line) for line in lines[3:]]
    ids = {each["submission"] for each in events if each["event"] == "queued"}
    for event in ("grading", "graded", "delivered"):
        told = [each for each in events if each["event"] == event]
        assert {each["submission"] for each in told} == ids
        assert {each["attempt"] for each in told} == {1, 2}


def test_a_first_signal_lets_end_what_was_begun_and_tells_of_it(tmp_path: Path, front_end: FrontEnd) -> None:
    with serving(tmp_path) as served:
        sent = send(front_end, served, SLOW)
        wait_for_process("greet.py", served)
        assert served.end() == 0
        assert [each[1:] for each in attempts(served)] == [("graded", 1, "delivered")]
    assert front_end.sent[sent.id].points == 10


def test_a_second_signal_puts_back_what_was_begun(tmp_path: Path, front_end: FrontEnd) -> None:
    with serving(tmp_path) as served:
        sent = send(front_end, served, SLOW)
        wait_for_process("greet.py", served)
        served.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert served.end() == 0
        assert [each[1:3] for each in attempts(served)] == [("queued", 0)]
    with serving(tmp_path):
        assert front_end.wait_for(sent.id).points == 10


def test_a_restart_while_an_edit_is_broken_changes_nothing_for_students(tmp_path: Path, front_end: FrontEnd) -> None:
    with serving(tmp_path) as served:
        assert front_end.load(served.exercise).metas["max-points"] == "10"
    (tmp_path / "courses" / "programs" / "greet.yaml").write_text("title: [")
    with serving(tmp_path) as served:
        assert front_end.load(served.exercise).metas["max-points"] == "10"
        assert front_end.wait_for(send(front_end, served).id).points == 10


def test_parts_that_die_are_started_again(tmp_path: Path, front_end: FrontEnd) -> None:
    with serving(tmp_path, GRADEWRIGHT_LOG_FORMAT="json") as served:
        for part in psutil.Process(served.process.pid).children():
            part.kill()
        sent = front_end.wait_for(send(front_end, served).id)
        assert sent.points == 10
    ended = [json.loads(line) for line in served.log.read_text().splitlines() if '"part ended"' in line]
    assert sorted((each["part"], each["code"]) for each in ended) == [("web", -9), ("worker 1", -9)]


def test_parts_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        family = served.descendants()
        assert served.end(signal.SIGKILL) == -signal.SIGKILL
        eventually(lambda: all(has_ended(each.pid) for each in family))


def test_what_a_killed_worker_was_grading_is_graded_by_another(tmp_path: Path, front_end: FrontEnd) -> None:
    with serving(tmp_path, "--workers", "0") as served:
        environment = {"GRADEWRIGHT_LEASE_SECONDS": "2", "GRADEWRIGHT_STATE_DIR": str(tmp_path / "state")}
        first, second = (worker(served, **environment) for _ in range(2))
        sent = send(front_end, served, SLOW)
        wait_for_state(served, "running")
        victim = next(each for each in (first, second) if f"/{each.pid}" in owner(served))
        victim.kill()
        assert front_end.wait_for(sent.id).points == 10
        assert attempts(served)[0][1:3] == ("graded", 2)
        (second if victim is first else first).terminate()
        assert {first.wait(), second.wait()} == {0, -signal.SIGKILL}


def refusal(directory: Path, *words: str, command: str = "serve", **variables: str) -> tuple[int, str]:
    """Exit code of a service, or a worker, that does not start, and what it says."""
    environment = {**os.environ, "GRADEWRIGHT_DATA_DIR": str(directory / "data"), **variables}
    done = subprocess.run(
        [GRADEWRIGHT, command, *words], env=environment, cwd=directory, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stderr


def test_what_keeps_the_service_from_starting_is_told_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "courses").mkdir()
    (tmp_path / "file").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = refusal(tmp_path, "--bind", f"127.0.0.1:{port}")
    assert (code, f"Cannot listen on 127.0.0.1:{port}: Address already in use." in said) == (69, True)
    assert "--bind" in said
    code, said = refusal(tmp_path, "--bind", f"unix:{tmp_path / 'file'}")
    assert (code, "--bind" in said, (tmp_path / "file").exists()) == (69, True, True)
    code, said = refusal(tmp_path, GRADEWRIGHT_DATA_DIR=str(tmp_path / "file" / "data"))
    assert (code, "GRADEWRIGHT_DATA_DIR" in said) == (69, True)
    code, said = refusal(tmp_path, GRADEWRIGHT_COURSES_DIR=str(tmp_path / "nowhere"))
    assert (code, str(tmp_path / "nowhere") in said, "--courses" in said) == (69, True, True)
    assert refusal(tmp_path, "--courses", str(tmp_path / "nowhere"))[0] == 64
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_nothing_starts_where_graders_could_not_run(tmp_path: Path, command: str) -> None:
    (tmp_path / "courses").mkdir()
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "state"):
        code, said = refusal(tmp_path, command=command, GRADEWRIGHT_STATE_DIR=str(place))
        assert (code, f"Cannot use {place} for running graders" in said) == (69, True)
        assert "GRADEWRIGHT_STATE_DIR" in said
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    code, said = refusal(tmp_path, command=command, GRADEWRIGHT_STATE_DIR=str(tmp_path / "open"))
    assert (code, "is not a directory that only we can write to" in said) == (69, True)


def test_uploads_that_a_killed_process_left_are_removed_when_they_are_old(tmp_path: Path) -> None:
    incoming = tmp_path / "data" / "incoming"
    incoming.mkdir(parents=True)
    old, new = incoming / "tmpold.upload.py", incoming / "tmpnew.upload"
    for file in (old, new):
        file.write_text("half")
    os.utime(old, (time.time() - 2 * 86400,) * 2)
    with serving(tmp_path, "--workers", "0"):
        assert (old.exists(), new.exists()) == (False, True)


def worker(served: Served, **variables: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "GRADEWRIGHT_DATA_DIR": str(served.data),
        "GRADEWRIGHT_COURSES_DIR": str(served.data.parent / "courses"),
        "GRADEWRIGHT_SUBMISSION_HOSTS": "127.0.0.1",
        **variables,
    }
    with served.log.open("ab") as log:
        return subprocess.Popen([GRADEWRIGHT, "worker", "--slots", "1"], env=environment, stderr=log)


def owner(served: Served) -> str:
    import sqlite3

    connection = sqlite3.connect(served.data / "gradewright.sqlite3")
    [(name,)] = connection.execute("SELECT owner FROM gradewright_attempt WHERE state = 'running'")
    connection.close()
    return str(name)


def test_a_front_end_that_is_down_gets_its_result_later(tmp_path: Path, front_end: FrontEnd) -> None:
    front_end.mood = Mood.DOWN
    with serving(tmp_path) as served:
        sent = send(front_end, served)
        wait_for_state(served, "graded")
        deadline = time.monotonic() + 30
        while "not delivered" not in served.log.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        front_end.mood = Mood.WELL
        assert front_end.wait_for(sent.id).points == 10
        assert len(front_end.sent[sent.id].results) == 1


def test_a_fault_of_ours_charges_no_attempt(tmp_path: Path, front_end: FrontEnd) -> None:
    runtime = {"GRADEWRIGHT_SANDBOX": "crun", "GRADEWRIGHT_OCI_RUNTIME": "none-of-this-name"}
    with serving(tmp_path, GRADEWRIGHT_TRIES="1", **runtime) as served:
        sent = front_end.wait_for(send(front_end, served).id)
        assert sent.state is SentState.ERROR
        assert "no fault of yours" in sent.feedback
        assert front_end.charged(served.exercise, "1") == 0
        said = run("attempts", "list", "--failed", served=served)
        assert "The crun sandbox cannot be used here" in said.stdout


def test_a_grader_that_its_author_must_mend_charges_no_attempt(tmp_path: Path, front_end: FrontEnd) -> None:
    course = course_of_programs(tmp_path / "courses")
    (course / "greeter" / "grader.toml").write_text('contract = "cases"\nlanguage = "klingon"\n')
    with serving(tmp_path) as served:
        sent = front_end.wait_for(send(front_end, served).id)
        assert sent.state is SentState.ERROR
        assert attempts(served)[0][1] == "graded"


def test_figures_tell_of_the_queue(tmp_path: Path, front_end: FrontEnd) -> None:
    with serving(tmp_path) as served:
        front_end.wait_for(send(front_end, served).id)
        figures = httpx2.get(f"{served.url}/metrics", trust_env=False).text
    assert 'gradewright_attempts{course="programs",state="graded"} 1.0' in figures
    assert "gradewright_workers 1.0" in figures
    assert "gradewright_store_up 1.0" in figures
    assert "gradewright_oldest_queued_seconds 0.0" in figures


def test_a_setting_that_no_part_can_use_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "courses").mkdir()
    keys = {"GRADEWRIGHT_JWT_KEYS": "aplus=/nowhere/key.pem", "GRADEWRIGHT_JWT_UID": "grader"}
    code, said = refusal(tmp_path, "--bind", f"127.0.0.1:{free_port()}", **keys)
    assert code == 1
    assert "/nowhere/key.pem" in said


SENSELESS = {
    "another database": ("DATABASE", "mysql://user:hidden@host/name", "neither PostgreSQL nor SQLite"),
    "an address as a host": ("SUBMISSION_HOSTS", "https://plus.example.org/", "submission_hosts: 'https://plus.ex"),
    "an unknown sandbox": ("SANDBOX", "bublewrap", "Known: auto, bubblewrap,"),
    "a bind without a port": ("BIND", "127.0.0.1", "Cannot listen on 127.0.0.1: there is no port."),
    "a bind at a strange port": ("BIND", "127.0.0.1:99999", "'99999' is no port."),
    "a bind without a path": ("BIND", "unix:", "Cannot listen on unix:: there is no path."),
}


@pytest.mark.parametrize(("name", "value", "message"), SENSELESS.values(), ids=SENSELESS)
def test_settings_that_make_no_sense_are_told_at_once(tmp_path: Path, name: str, value: str, message: str) -> None:
    (tmp_path / "courses").mkdir()
    code, said = refusal(tmp_path, **{f"GRADEWRIGHT_{name}": value})
    assert (code in (1, 69), message in said, "Traceback" in said) == (True, True, False), said
    assert "hidden" not in said
