"""Whatever a student's program left in place of a result, reading it is safe and says what was there."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from gradewright.archives import read_regular, regular
from gradewright.model.run import FileState


@pytest.fixture(params=["openat2", "step by step"])
def box(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that a step could write to, beside a secret; read by a new kernel and by an old one."""
    if request.param == "step by step":
        monkeypatch.setattr(regular, "_openat2", no_openat2)
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "box" / "out").mkdir(parents=True)
    return tmp_path / "box"


def no_openat2(top: int, name: str) -> int:
    raise OSError(errno.ENOSYS, "Function not implemented")


def test_a_plain_file_is_read(box: Path) -> None:
    (box / "out" / "result.json").write_text("{}")
    file = read_regular(box, "out/result.json", 2)
    assert (file.path, file.state, file.data, file.executable) == ("out/result.json", FileState.OK, b"{}", False)


def test_an_executable_file_is_known_as_such(box: Path) -> None:
    (box / "main").write_text("x")
    (box / "main").chmod(0o700)
    assert read_regular(box, "main", 100).executable


@pytest.mark.parametrize("name", ["nothing", "out/nothing", "nowhere/nothing", "nul\0byte"])
def test_nothing_is_missing(box: Path, name: str) -> None:
    assert read_regular(box, name, 100).state is FileState.MISSING


def test_a_directory_that_is_gone_is_missing(tmp_path: Path) -> None:
    assert read_regular(tmp_path / "gone", "result.json", 100).state is FileState.MISSING


@pytest.mark.parametrize("target", ["../secret", "out/plain", "nothing", "/proc/self/environ"])
def test_a_symbolic_link_is_no_file(box: Path, target: str) -> None:
    (box / "out" / "plain").write_text("x")
    (box / "result").symlink_to(target)
    assert read_regular(box, "result", 100).state is FileState.NOT_A_FILE


def test_a_link_on_the_way_is_not_followed(box: Path) -> None:
    (box / "door").symlink_to("..")
    file = read_regular(box, "door/secret", 100)
    assert (file.data, file.state) == (b"", FileState.NOT_A_FILE)


@pytest.mark.parametrize("name", ["../secret", "out/../../secret", "/etc/passwd"])
def test_nothing_outside_is_reached(box: Path, name: str) -> None:
    file = read_regular(box, name, 10_000)
    assert (file.data, file.state) == (b"", FileState.NOT_A_FILE)


def test_a_hard_link_is_no_file(box: Path) -> None:
    (box / "result").hardlink_to(box.parent / "secret")
    assert read_regular(box, "result", 100).state is FileState.NOT_A_FILE


def test_a_fifo_does_not_hang(box: Path) -> None:
    os.mkfifo(box / "result")
    assert read_regular(box, "result", 100).state is FileState.NOT_A_FILE


def test_a_socket_is_no_file(box: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(box / "result"))
    assert read_regular(box, "result", 100).state is FileState.NOT_A_FILE


def test_a_directory_is_no_file(box: Path) -> None:
    assert read_regular(box, "out", 100).state is FileState.NOT_A_FILE


def test_one_byte_too_many_is_too_large(box: Path) -> None:
    (box / "result").write_bytes(bytes(101))
    assert read_regular(box, "result", 101).state is FileState.OK
    assert read_regular(box, "result", 100).state is FileState.TOO_LARGE


def test_a_hole_of_a_tebibyte_is_too_large(box: Path) -> None:
    with (box / "result").open("wb") as file:
        file.truncate(2**40)
    assert read_regular(box, "result", 2**20).state is FileState.TOO_LARGE


def test_a_file_that_grows_without_a_size_is_cut_off() -> None:
    """Files of /proc say that they are empty."""
    assert read_regular(Path("/proc/self"), "maps", 10).state is FileState.TOO_LARGE


def test_another_file_system_is_outside() -> None:
    assert read_regular(Path("/"), "proc/version", 10_000).state is FileState.NOT_A_FILE


def test_no_file_stays_open(box: Path) -> None:
    (box / "out" / "result").write_text("x")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for name in ("out/result", "out/nothing", "../secret", "out"):
        read_regular(box, name, 100)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
