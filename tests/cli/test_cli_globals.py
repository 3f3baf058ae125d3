"""The options before the subcommand, exit codes and the names of the originals (coursera 1.1, 1.4, 8)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradewright import __version__
from gradewright.cli.common import settings
from gradewright.cli.main import COMMANDS, cli

Run = Callable[..., Any]
UBUNTU = 'FROM ubuntu:24.04\nEXPOSE 1\nENTRYPOINT ["/g"]\n'
INFO = "INFO:root:Line 1: We recommend using debian, or other smaller base images.\n"
WARNING = "WARNING:root:Line 2: EXPOSE commands do not work for graders\n"


@pytest.mark.parametrize(
    ("flags", "shown"),
    [
        ([], [INFO, WARNING]),
        (["-v"], [INFO, WARNING]),
        (["-vv"], [INFO, WARNING]),
        (["--verbose", "--verbose", "--silence-urllib3"], [INFO, WARNING]),
        (["-q"], [WARNING]),
        (["-qq"], []),
        (["--quiet", "--quiet", "--quiet"], []),
    ],
)
def test_talk_goes_to_stderr_in_the_format_and_at_the_levels_of_the_original(
    gradewright: Run, tmp_path: Path, flags: list[str], shown: list[str]
) -> None:
    (tmp_path / "Dockerfile").write_text(UBUNTU)
    said = gradewright(*flags, "sanity", "--skip-environment", "-f", "Dockerfile")
    assert (said.code, said.out) == (0, "")
    assert [line for line in (INFO, WARNING) if line in said.err] == shown


def test_errors_are_said_however_quiet(gradewright: Run) -> None:
    said = gradewright("-qq", "sanity", "--skip-environment", "-f", "nowhere/Dockerfile")
    assert said.code == 69
    assert said.err == "Error: Could not parse Dockerfile at: nowhere/Dockerfile: No such file or directory.\n"


@pytest.mark.parametrize(
    ("program", "code"), [("gradewright", 64), ("courseraprogramming", 2), ("coursera_autograder", 2)]
)
@pytest.mark.parametrize(
    "words",
    [["-v", "-q", "version"], ["nothing-like-it"], ["ls"], ["--timeout", "0", "version"], ["grade", "local", "x"]],
)
def test_usage_errors_exit_with_64_and_under_the_names_of_the_originals_with_2(
    gradewright: Run, program: str, code: int, words: list[str]
) -> None:
    said = gradewright(*words, program=program)
    assert said.code == code
    assert said.err.startswith(f"Usage: {program}")


@pytest.mark.parametrize("program", ["gradewright", "courseraprogramming"])
def test_version_is_bare_when_quiet(gradewright: Run, program: str) -> None:
    assert gradewright("version", program=program).out == f"Your {program}'s version is:\n\t{__version__}\n"
    assert gradewright("-q", "version", program=program).out == f"{__version__}\n"
    assert gradewright("--version", program=program).out == f"{__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(gradewright: Run, shell: str) -> None:
    said = gradewright("completion", shell)
    assert said.code == 0
    assert f"_GRADEWRIGHT_COMPLETE={shell}_complete" in said.out


def test_help_is_shown_without_loading_any_subcommand() -> None:
    program = "import sys; from gradewright.cli.main import run; run(['--help']); print(*sorted(sys.modules))"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert all(line in out for _, line in COMMANDS.values())
    loaded = out.splitlines()[-1].split()
    ours = {name for name in loaded if name.startswith("gradewright.")}
    needed = {"gradewright.cli", *(f"gradewright.cli.{name}" for name in ("lazy", "main", "streams"))}
    assert ours == needed | {"gradewright.errors"}
    assert not {"rich", "docker", "logging", "tomllib", "json", "zipfile"} & set(loaded)


def in_context(gradewright: Run, monkeypatch: pytest.MonkeyPatch, *words: str, program: str = "gradewright") -> Any:
    """The settings that a subcommand sees after these words."""
    seen = []
    monkeypatch.setattr(cli.get_command(None, "version"), "callback", lambda: seen.append(settings()))  # type: ignore[arg-type]
    assert gradewright(*words, "version", program=program).code == 0
    return seen[0]


def test_options_before_the_subcommand_are_settings(gradewright: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = in_context(gradewright, monkeypatch, "--docker-url", "tcp://x:1", "--timeout", "7", "--strict-docker-tls")
    assert (seen.docker_url, seen.docker_timeout) == ("tcp://x:1", 7)


def test_a_file_of_settings_wins_over_the_one_of_the_directory(
    gradewright: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("gradewright.toml").write_text('oci_runtime = "runc"\nsandbox = "crun"\n')
    Path("mine.toml").write_text('oci_runtime = "runsc"\n')
    seen = in_context(gradewright, monkeypatch, "--config", "mine.toml")
    assert (seen.oci_runtime, seen.sandbox) == ("runsc", "crun")


def test_the_originals_take_a_file_of_another_form_and_never_look_into_it(
    gradewright: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("courseraprogramming.cfg").write_text("[oauth2]\nport = 9876\n")
    in_context(gradewright, monkeypatch, "-c", "courseraprogramming.cfg", program="courseraprogramming")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["grde", "local"], "No such command 'grde'. Did you mean grade?"),
        (["grade", "loca"], "No such command 'loca'. Did you mean local?"),
        (["zzz"], "No such command 'zzz'."),
    ],
)
def test_a_mistyped_command_is_guessed(gradewright: Run, words: list[str], said: str) -> None:
    found = gradewright(*words)
    assert (found.code, found.err.splitlines()[-1]) == (64, f"Error: {said}")


def test_a_failure_of_the_machine_is_said_without_a_traceback(gradewright: Run) -> None:
    name = "a" * 300
    said = gradewright("grade", "local", name, ".")
    assert (said.code, said.err) == (2, f"Error: {name}: File name too long.\n")


@pytest.mark.parametrize(
    "command",
    ["grade local", "grade batch", "harness", "package check", "package new", "new", "sanity", "ls", "cat", "inspect"],
)
def test_help_of_what_teachers_use_gives_an_example(gradewright: Run, command: str) -> None:
    said = gradewright(*command.split(), "--help")
    assert f"\n  gradewright {command} " in said.out
    assert all(len(line) <= 80 for line in said.out.splitlines())
