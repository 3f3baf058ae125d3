"""`gradewright ls` and `gradewright cat` (coursera 3, 8)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from support.image_files import directory, docker_archive, file, layer, recipe, symlink

Run = Callable[..., Any]

PASSWD = b"root:x:0:0:root:/root:/bin/sh\nnot a line\ngrader:x:1000:1000::/:/bin/sh\nodd:x:99999999999:1::/:/bin/sh\n"
ROOT = [directory("etc"), file("etc/passwd", b"root:x:0:0:"), file("etc/group", b"root:x:0:")]
BINARY = bytes(range(256)) + b"\r\nno newline at the end"
RECENTLY = datetime.now().replace(microsecond=0).timestamp() - 60


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An image without any program, as distroless ones are."""
    entries = [
        directory("etc"),
        file("etc/passwd", PASSWD),
        file("etc/group", b"root:x:0:\n"),
        directory("grader", mtime=RECENTLY),
        file("grader/grade", b"x" * 1536, mode=0o755, mtime=RECENTLY),
        file("grader/.hidden", b"y", mode=0o600),
        file("grader/big", b"z" * (3 * 1024 * 1024), uid=1000, gid=50, mtime=1_600_000_000),
        symlink("grader/run", "grade"),
        symlink("to-grader", "/grader"),
        directory("empty"),
        file("binary", BINARY),
        file("text", b"some text\n"),
    ]
    return docker_archive(tmp_path_factory.mktemp("image") / "image.tar", recipe(layer(*entries)))


def test_ls_prints_names_sorted_and_without_hidden_ones(gradewright: Run, image: str) -> None:
    said = gradewright("ls", image, "/grader")
    assert (said.code, said.out, said.err) == (0, "big\ngrade\nrun\n", "")


def test_ls_a_prints_hidden_ones_too(gradewright: Run, image: str) -> None:
    assert gradewright("ls", "-a", image, "/grader").out == ".\n..\n.hidden\nbig\ngrade\nrun\n"
    assert gradewright("ls", "-a", image, "/empty").out == ".\n..\n"


def test_ls_follows_links_inside_the_image_and_takes_files(gradewright: Run, image: str) -> None:
    assert gradewright("ls", image, "/to-grader").out == "big\ngrade\nrun\n"
    assert gradewright("ls", image, "/grader/../text").out == "/grader/../text\n"
    assert gradewright("ls", image, "/empty").out == ""


@pytest.mark.parametrize("target", ["nowhere", "/usr", "dangling"], ids=["missing", "on-the-host", "itself"])
def test_a_link_that_leads_nowhere_is_shown_as_itself(gradewright: Run, tmp_path: Path, target: str) -> None:
    image = docker_archive(tmp_path / "image.tar", recipe(layer(directory("a"), symlink("a/dangling", target))))
    for options in ([], ["-a"]):
        said = gradewright("ls", *options, image, "/a/dangling")
        assert (said.code, said.out, said.err) == (0, "/a/dangling\n", "")
    assert gradewright("ls", "-l", image, "/a/dangling").out.endswith(f"/a/dangling -> {target}\n")
    missing = gradewright("ls", image, "/a/not-even-a-link")
    assert missing.code == 1
    assert "there is no /a/not-even-a-link in the image" in missing.err


@pytest.mark.needs("root")
def test_ls_l_prints_what_bin_ls_prints(gradewright: Run, image: str) -> None:
    recently = datetime.fromtimestamp(RECENTLY).strftime("%b %e %H:%M")
    long_ago = datetime.fromtimestamp(1_600_000_000).strftime("%b %e  %Y")
    assert gradewright("ls", "-l", image, "/grader").out.splitlines() == [
        "total 3076",
        f"-rw-r--r-- 1 grader 50   3145728 {long_ago} big",
        f"-rwxr-xr-x 1 root   root    1536 {recently} grade",
        f"lrwxrwxrwx 1 root   root       5 {long_ago} run -> grade",
    ]


@pytest.mark.needs("root")
def test_ls_agrees_with_bin_ls_on_a_directory_of_the_same_content(gradewright: Run, tmp_path: Path) -> None:
    entries = [
        file(name, b"x" * size, mtime=RECENTLY) for name, size in (("a", 1), ("b", 1023), ("c", 10_000), ("d", 0))
    ]
    image = docker_archive(tmp_path / "image.tar", recipe(layer(*ROOT, directory("d"), *_below("d", entries))))
    here = tmp_path / "d"
    here.mkdir()
    for info, data in entries:
        (here / Path(info.name).name).write_bytes(data)
        subprocess.run(["touch", "-d", f"@{RECENTLY}", here / Path(info.name).name], check=True)
    for flags in (["-l"], ["-l", "-h"]):
        theirs = subprocess.run(["/bin/ls", *flags, here], capture_output=True, env={"LC_ALL": "C"}, check=True).stdout
        ours = gradewright("ls", *(flag.replace("-h", "--human") for flag in flags), image, "/d").data
        assert ours == theirs


def _below(place: str, entries: list[Any]) -> list[Any]:
    for info, _ in entries:
        info.name = f"{place}/{info.name}"
    return entries


def test_ls_l_of_an_ordinary_user_does_not_pretend_to_know_owners(
    gradewright: Run, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gradewright.cli.ls._owners_are_known", lambda: False)
    assert " 1 ? ? " in gradewright("ls", "-l", image, "/grader").out


def test_human_sizes_are_rounded_up(gradewright: Run, image: str) -> None:
    out = gradewright("ls", "-l", "--human", image, "/grader").out
    assert " 1.5K " in out
    assert " 3.0M " in out


def test_no_rm_is_accepted(gradewright: Run, image: str) -> None:
    assert gradewright("ls", "--no-rm", image, "/empty").code == 0


@pytest.mark.parametrize(("program", "code"), [("gradewright", 1), ("courseraprogramming", 0)])
def test_ls_of_what_is_not_there_warns(gradewright: Run, image: str, program: str, code: int) -> None:
    said = gradewright("ls", image, "/nowhere", program=program)
    assert (said.code, said.out) == (code, "")
    assert "there is no /nowhere in the image" in said.err
    assert "WARNING:root:The ls command did not exit cleanly within the container. Exit code: 2\n" in said.err


def test_cat_prints_files_one_after_the_other_byte_by_byte(gradewright: Run, image: str) -> None:
    said = gradewright("cat", image, "/text", "/binary", "/text")
    assert (said.code, said.data, said.err) == (0, b"some text\n" + BINARY + b"some text\n", "")


@pytest.mark.parametrize(("program", "code"), [("gradewright", 1), ("courseraprogramming", 0)])
@pytest.mark.parametrize(("file", "why"), [("/nowhere", "there is no /nowhere"), ("/grader", "is a directory")])
def test_cat_of_what_cannot_be_read_warns_and_prints_the_rest(
    gradewright: Run, image: str, program: str, code: int, file: str, why: str
) -> None:
    said = gradewright("cat", image, file, "/text", program=program)
    assert (said.code, said.out) == (code, "some text\n")
    assert why in said.err
    assert "WARNING:root:The cat command did not exit cleanly within the container. Exit code: 1\n" in said.err


def test_what_cat_cannot_read_is_said_in_its_place(image: str) -> None:
    words = [sys.executable, "-m", "gradewright", "cat", image, "/text", "/nowhere"]
    out = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False).stdout
    assert out.startswith(b"some text\ncat: ")


@pytest.mark.parametrize("command", ["ls", "cat"])
def test_an_image_that_is_not_there_is_missing(gradewright: Run, command: str) -> None:
    said = gradewright(command, "docker-archive:nowhere.tar", "/")
    assert said.code == 69
    assert "nowhere.tar" in said.err
    assert gradewright(command, "docker-archive:nowhere.tar", "/", program="courseraprogramming").code == 1


@pytest.mark.needs("docker")
@pytest.mark.parametrize("command", ["ls", "cat"])
def test_an_image_that_the_engine_does_not_know_is_missing(gradewright: Run, command: str, engine: str) -> None:
    said = gradewright("--docker-url", engine, command, "no-such-image:1", "/")
    assert said.code == 69
    assert "no-such-image:1" in said.err


def test_the_files_of_a_whole_debian_can_be_looked_at(gradewright: Run, grader_v1: str) -> None:
    assert gradewright("ls", grader_v1, "/grader").out == "grade.py\n"
    assert gradewright("cat", grader_v1, "/etc/debian_version").out.startswith("12")
    assert "bash" in gradewright("ls", grader_v1, "/bin").out.splitlines()
