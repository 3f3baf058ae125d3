"""The helpers and the seccomp filters are what their sources say."""

import os
import platform
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gradewright.model.run import EXECUTABLE, FileState, OutputSpec, PlacedFile
from gradewright.sandboxes import wire

NATIVE = wire.NATIVE


@pytest.mark.needs("root")
@pytest.mark.parametrize("name", ["init", "launch", "stand_in", "warm.so"])
def test_the_binary_is_built_from_the_source_beside_it(name: str, tmp_path: Path) -> None:
    for source in (*NATIVE.glob("*.[ch]"), NATIVE / "Makefile"):
        (tmp_path / source.name).write_bytes(source.read_bytes())
    machine = platform.machine()
    subprocess.run(["make", "-s", f"{machine}/{name}"], cwd=tmp_path, check=True)
    assert (tmp_path / machine / name).read_bytes() == (NATIVE / machine / name).read_bytes()


def test_both_processors_have_every_file() -> None:
    here, there = ({path.name for path in (NATIVE / name).iterdir()} for name in ("x86_64", "aarch64"))
    assert here == there == {"init", "launch", "seccomp.bpf", "seccomp-uncounted.bpf", "stand_in", "warm.so"}


@pytest.mark.needs("root")
@pytest.mark.parametrize("name", ["seccomp", "seccomp-uncounted"])
def test_the_filter_is_compiled_from_the_profile(name: str) -> None:
    sys.path.insert(0, str(NATIVE))
    try:
        import make_seccomp
    finally:
        sys.path.remove(str(NATIVE))
    profile = make_seccomp.tomllib.loads((NATIVE / "seccomp.toml").read_text())
    refused = frozenset(profile["uncounted"].split()) if name.endswith("uncounted") else frozenset()
    architecture = next(each for each in make_seccomp.ARCHITECTURES if each.name == platform.machine())
    assert make_seccomp.compile_filter(profile, architecture, refused) == wire.binary(f"{name}.bpf").read_bytes()


def start_init() -> subprocess.Popen[bytes]:
    return subprocess.Popen([wire.binary("init")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={})


def converse(configuration: wire.Configuration, *files: PlacedFile) -> list[tuple[bytes, bytes]]:
    """Everything that init says, in order."""
    with start_init() as init:
        assert init.stdin and init.stdout
        init.stdin.write(b"".join(wire.opening(configuration, files)))
        init.stdin.flush()
        reader, frames = wire.FrameReader(), list[tuple[bytes, bytes]]()
        while (b"z", b"") not in frames:
            frames += reader.feed(os.read(init.stdout.fileno(), 4096))
        init.stdin.write(wire.QUIT)
    return frames


def test_init_runs_a_program_and_says_everything_in_order(tmp_path: Path) -> None:
    script = PlacedFile(path=f"{tmp_path}/deep/er/hello", data=b"#!/bin/sh\necho $GREETING; exit 3\n", mode=EXECUTABLE)
    configuration = wire.Configuration(argv=[script.path], env=[("GREETING", "hello")], cwd="/")
    letters = converse(configuration, script)
    assert [letter for letter, _ in letters] == [b"r", b"o", b"s", b"z"]
    assert letters[1][1] == b"hello\n"
    assert os.waitstatus_to_exitcode(wire.decode_ended(letters[2][1]).wait_status) == 3


def test_init_says_why_a_program_cannot_start() -> None:
    letters = converse(wire.Configuration(argv=["/no/such/program"], env=[], cwd="/"))
    assert [letter for letter, _ in letters] == [b"X", b"z"]
    assert wire.decode_error(letters[0][1])[1] == "/no/such/program"


def test_init_says_when_a_file_cannot_be_laid() -> None:
    letters = converse(wire.Configuration(argv=["true"], env=[], cwd="/"), PlacedFile(path="/dev/null/x", data=b""))
    assert [letter for letter, _ in letters] == [b"X", b"z"]


def test_init_brings_out_links_and_empty_directories_and_lays_them_again(tmp_path: Path) -> None:
    made, again = tmp_path / "made", tmp_path / "again"
    script = "mkdir -p $1/deep $1/tmp; chmod 700 $1/tmp; echo x >$1/deep/x; ln -s /etc $1/out; ln -s deep/x $1/in"
    configuration = wire.Configuration(
        argv=["sh", "-c", f"{script}; chmod 640 $1/deep/x", "sh", str(made)],
        env=[("PATH", "/bin")],
        cwd="/",
        outputs=[OutputSpec(path=str(made), tree=True, links=True)],
    )
    found = [wire.decode_file(payload) for letter, payload in converse(configuration) if letter == b"F"]
    assert {(file.path.removeprefix(f"{made}/"), file.state, file.data) for file in found} == {
        ("deep/x", FileState.OK, b"x\n"),
        ("tmp", FileState.DIRECTORY, b""),
        ("out", FileState.LINK, b"/etc"),
        ("in", FileState.LINK, b"deep/x"),
    }
    placed = [
        PlacedFile(path=file.path.replace(str(made), str(again)), data=file.data, mode=file.mode, state=file.state)
        for file in found
    ]
    converse(wire.Configuration(argv=["true"], env=[("PATH", "/bin")], cwd="/"), *placed)
    assert ((again / "out").readlink(), (again / "in").read_text()) == (Path("/etc"), "x\n")
    modes = [stat.S_IMODE((again / name).stat().st_mode) for name in ("deep/x", "tmp")]
    assert modes == [0o640, 0o700]


def test_a_tree_has_no_links_unless_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "out").symlink_to("/etc/passwd")
    outputs = [OutputSpec(path=str(tmp_path), tree=True)]
    said = converse(wire.Configuration(argv=["true"], env=[("PATH", "/bin")], cwd="/", outputs=outputs))
    (file,) = [wire.decode_file(payload) for letter, payload in said if letter == b"F"]
    assert (file.state, file.data) == (FileState.NOT_A_FILE, b"")


def test_init_takes_its_program_with_it_when_the_line_breaks() -> None:
    init = start_init()
    assert init.stdin and init.stdout
    configuration = wire.Configuration(argv=["sh", "-c", "echo $$; sleep 1000 & wait"], env=[("PATH", "/bin")], cwd="/")
    init.stdin.write(b"".join(wire.opening(configuration, [])))
    init.stdin.flush()
    reader, program = wire.FrameReader(), 0
    while not program:
        for letter, payload in reader.feed(os.read(init.stdout.fileno(), 4096)):
            program = int(payload) if letter == b"o" else program
    init.stdin.close()
    init.wait(timeout=10)
    init.stdout.close()
    with pytest.raises(ProcessLookupError):
        os.kill(program, 0)
