"""`./dev` itself: what it says, which exit codes it gives, when it sets up anew. Nothing is installed here."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "dev"
COMMANDS = ["setup", "demo", "test", "serve", "bench", "lint", "docs", "clean"]


def call(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *words], capture_output=True, text=True, check=False)


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, at home in an empty directory with a requirement file and an environment."""
    module = ModuleType("dev")
    module.__file__ = str(SCRIPT)
    exec(compile(SCRIPT.read_text(), str(SCRIPT), "exec"), module.__dict__)
    places = {
        "ROOT": tmp_path,
        "CACHE": tmp_path / ".cache",
        "LOG": tmp_path / ".cache/log/setup.log",
        "REQUIREMENTS": tmp_path / "requirements",
        "VENV": tmp_path / ".venv",
        "PYTHON": tmp_path / ".venv/bin/python",
        "UNFINISHED": tmp_path / ".venv/unfinished",
    }
    for name, place in places.items():
        assert hasattr(module, name)
        monkeypatch.setattr(module, name, place)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/base.txt").write_text("click==8.1\n")
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").touch()
    (tmp_path / ".venv/pyvenv.cfg").write_text("version = 3.11.2\n")
    return module


def installed(dev: ModuleType) -> None:
    """As an installation that went through leaves it."""
    for name in ("base", dev.ITSELF):
        dev.stamp_of(name).write_text(dev.fingerprint(name))


def test_an_old_python_can_at_least_read_it() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 8))


def test_help_tells_of_every_command() -> None:
    shown = call("--help")
    assert shown.returncode == 0
    assert [name for name in COMMANDS if f"\n    {name} " not in shown.stdout] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    shown = call(name, "--help")
    assert shown.returncode == 0
    assert f"usage: ./dev {name}" in shown.stdout


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "Which command?"),
        (("frobnicate",), "frobnicate"),
        (("lint", "--frobnicate"), "--frobnicate"),
    ],
    ids=["nothing", "unknown command", "unknown option"],
)
def test_a_command_line_without_sense_ends_with_64(words: tuple[str, ...], complaint: str) -> None:
    ended = call(*words)
    assert ended.returncode == 64
    assert complaint in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_python_that_is_too_old_is_explained(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(dev, "find_python", lambda: None)
    assert dev.main(["demo"]) == 69
    said = capsys.readouterr().err
    assert "needs Python 3.11 or newer" in said
    assert "apt-get install python3" in said


def test_a_newer_python_takes_over(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(dev.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(dev.sys, "argv", ["dev", "serve"])
    monkeypatch.setattr(dev, "find_python", lambda: "/usr/bin/python3.12")
    monkeypatch.setattr(dev.os, "execv", lambda program, words: started.append(words))
    dev.main(["serve"])
    assert started == [["/usr/bin/python3.12", str(SCRIPT), "serve"]]


def test_a_program_called_python_must_prove_its_age(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "python3.13"
    fake.write_text("#!/bin/sh\nexit 1\n")  # as a version manager's stand-in for what is not installed
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert dev.find_python() != str(fake)


def test_nothing_is_set_up_twice(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    installed(dev)
    dev.provide("base", {})
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("changed", ["requirements/base.txt", "pyproject.toml", ".venv/pyvenv.cfg"])
def test_a_change_of_what_is_needed_is_noticed(dev: ModuleType, changed: str) -> None:
    installed(dev)
    assert dev.is_current("base")
    (dev.ROOT / changed).write_text("something else\n")
    assert not dev.is_current("base")


def test_an_interrupted_installation_is_begun_anew(dev: ModuleType) -> None:
    installed(dev)
    assert dev.usable(dev.VENV)
    dev.UNFINISHED.touch()
    assert not dev.is_current("base")
    assert not dev.usable(dev.VENV)


def test_an_environment_that_was_moved_is_made_anew(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(dev)
    monkeypatch.setattr(dev, "ROOT", tmp_path / "elsewhere")
    assert not dev.is_current("base")
    assert not dev.usable(dev.VENV)


def test_a_failing_step_is_explained(dev: ModuleType) -> None:
    command = ["sh", "-c", "echo the network is down; exit 3"]
    with pytest.raises(dev.Failure) as failure:
        dev.quietly("Fetching a thing", command, "Plug the cable in.")
    said = str(failure.value)
    for part in (
        "Fetching a thing",
        "code 3",
        "sh -c",
        "the network is down",
        ".cache/log/setup.log",
        "Plug the cable in.",
    ):
        assert part in said
    assert failure.value.code == 69


def test_a_step_that_may_fail_only_reports_its_code(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.quietly("Trying", ["sh", "-c", "echo noise; exit 3"]) == 3
    said = capsys.readouterr().err
    assert "Trying" in said
    assert "noise" not in said


def test_a_program_that_is_not_there_is_explained(dev: ModuleType) -> None:
    with pytest.raises(dev.Failure, match="cannot start no-such-program"):
        dev.quietly("Fetching a thing", ["no-such-program"], "Install it.")


def test_a_second_setup_waits_for_the_first(dev: ModuleType) -> None:
    code = "import fcntl, sys; fcntl.flock(open(sys.argv[1], 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    with dev.only_one_at_a_time():
        other = subprocess.run([sys.executable, "-c", code, str(dev.CACHE / "lock")], capture_output=True, check=False)
    assert b"BlockingIOError" in other.stderr


@pytest.mark.parametrize(
    "words", [["-k", "fibonacci"], ["tests/test_dev.py", "-x", "-k", "old or new"]], ids=["option", "file and options"]
)
def test_what_is_not_ours_goes_to_pytest_in_its_order(dev: ModuleType, words: list[str]) -> None:
    assert dev.parse(["test", *words]).rest == words


def test_tests_that_are_killed_have_not_passed(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "provide", lambda *needed: None)
    monkeypatch.setattr(dev.subprocess, "call", lambda words, cwd: -9 if "pytest" in words else 0)
    assert dev.main(["test"]) == 137


def test_a_failing_check_fails_the_tests(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "provide", lambda *needed: None)
    monkeypatch.setattr(dev.subprocess, "call", lambda words, cwd: int("ruff" in words))
    assert dev.main(["test"]) == 1


def test_clean_removes_what_was_made_and_nothing_else(dev: ModuleType) -> None:
    kept = dev.ROOT / "src" / "module.py"
    made = [dev.ROOT / ".cache" / "x", dev.ROOT / "docs" / "_build" / "x", dev.ROOT / "src" / "__pycache__" / "x"]
    for file in (kept, *made):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert dev.main(["clean"]) == 0
    assert kept.exists()
    assert not any(file.exists() for file in (*made, dev.VENV))


@pytest.mark.parametrize("ours", [0, 1000], ids=["root", "an ordinary user"])
def test_only_root_installs_debian_packages(dev: ModuleType, monkeypatch: pytest.MonkeyPatch, ours: int) -> None:
    asked: list[list[str]] = []
    installed(dev)
    monkeypatch.setattr(os, "geteuid", lambda: ours)
    monkeypatch.setattr(dev, "install_debian_packages", asked.append)
    dev.provide("base", {"no-such-program": "its-package", "sh": "dash"})
    assert asked == ([["its-package"]] if ours == 0 else [])
