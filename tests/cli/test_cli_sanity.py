"""`gradewright sanity` (coursera 2, 8)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from support.image_files import directory, docker_archive, file, layer, recipe

Run = Callable[..., Any]

CLEAN = 'FROM debian:12-slim\nENTRYPOINT ["/grader/grade"]\n'
ALL_EIGHT = """\
FROM ubuntu:24.04
COPY --chmod=755 a b
EXPOSE 80
ENV MODE=fast
VOLUME /data
ENTRYPOINT ["/bin/bash"]
ENTRYPOINT ["/grader/grade"]
FROM ubuntu:24.04
"""
MESSAGES = """\
INFO:root:Line 1: We recommend using debian, or other smaller base images.
WARNING:root:Line 2: Copy destination should always start with a /.
INFO:root:Line 8: We recommend using debian, or other smaller base images.
WARNING:root:Your Dockerfile must define an ENTRYPOINT.
"""


@pytest.mark.needs("docker")
def test_sanity_prints_the_version_of_docker_whatever_it_is(gradewright: Run, engine: str) -> None:
    said = gradewright("--docker-url", engine, "sanity")
    assert said.code == 0
    assert "INFO:root:Checking local docker demon...\nINFO:root:Docker version: " in said.err
    assert "INFO:root:No Dockerfile provided... skipping file checks." in said.err


@pytest.mark.parametrize("program", ["gradewright", "courseraprogramming"])
def test_sanity_fails_if_no_engine_is_where_it_should_be(gradewright: Run, program: str) -> None:
    said = gradewright("--docker-url", "tcp://127.0.0.1:1", "sanity", program=program)
    assert said.code == 1
    assert "ERROR:root:No container engine answers at tcp://127.0.0.1:1" in said.err


def test_sanity_tries_each_sandbox(gradewright: Run) -> None:
    said = gradewright("--docker-url", "tcp://127.0.0.1:1", "sanity")
    assert "INFO:root:Sandbox bubblewrap: works here.\n" in said.err
    assert "INFO:root:Sandbox crun: " in said.err
    assert "unconfined" not in said.err


def test_sanity_has_the_eight_rules_and_exits_with_0(gradewright: Run) -> None:
    Path("Dockerfile").write_text(ALL_EIGHT)
    said = gradewright("sanity", "--skip-environment", "-f", "Dockerfile", program="courseraprogramming")
    assert said.code == 0
    lines = [line for line in said.err.splitlines(keepends=True) if line in MESSAGES]
    assert "".join(lines) == MESSAGES


@pytest.mark.parametrize("place", [".", "Dockerfile", "./Dockerfile", "other.dockerfile"])
def test_the_dockerfile_may_be_named_by_its_directory(gradewright: Run, place: str) -> None:
    Path("Dockerfile").write_text(CLEAN + "EXPOSE 1\n")
    Path("other.dockerfile").write_text(CLEAN + "EXPOSE 1\n")
    said = gradewright("sanity", "--skip-environment", "-f", place)
    assert "WARNING:root:Line 3: EXPOSE commands do not work for graders\n" in said.err


@pytest.mark.parametrize("place", ["nowhere", "directory"])
def test_a_dockerfile_that_cannot_be_read_is_said_so(gradewright: Run, place: str) -> None:
    Path("directory").mkdir()
    assert gradewright("sanity", "-f", place, "--skip-environment").code == 69
    said = gradewright("sanity", "-f", place, "--skip-environment", program="courseraprogramming")
    assert said.code == 1
    assert said.err.startswith(f"Error: Could not parse Dockerfile at: {place}")


@pytest.mark.parametrize(
    ("line", "code", "strictly"),
    [("", 0, 0), ("EXPOSE 1", 0, 1), ("COPPY a /b", 1, 1)],
)
def test_errors_fail_and_warnings_only_if_strict(gradewright: Run, line: str, code: int, strictly: int) -> None:
    Path("Dockerfile").write_text(CLEAN + line)
    assert gradewright("sanity", "--skip-environment", "-f", ".").code == code
    assert gradewright("sanity", "--skip-environment", "-f", ".", "--strict").code == strictly


def test_findings_can_be_had_as_json(gradewright: Run) -> None:
    Path("Dockerfile").write_text(CLEAN + "EXPOSE 1\n")
    said = gradewright("sanity", "--skip-environment", "-f", ".", "--json")
    [finding] = json.loads(said.out)["findings"]
    assert (finding["id"], finding["severity"], finding["line"]) == ("expose", "warning", 3)
    assert "EXPOSE" not in said.err


IMAGES = [  # configuration, files of the image, the findings
    ({"Entrypoint": ["/grader/grade"]}, [file("grader/grade", b"#!/bin/sh\n", mode=0o755)], []),
    ({"Entrypoint": ["/grader/grade"]}, [], ["program-missing"]),
    ({"Entrypoint": ["/grader/grade"]}, [file("grader/grade", b"#!/bin/sh\r\n", mode=0o755)], ["program-crlf"]),
    (
        {"Entrypoint": ["/grader/grade"]},
        [file("grader/grade", b"#!/bin/sh\n", mode=0o744)],
        ["program-not-executable"],
    ),
    ({"Entrypoint": ["/grader/grade"]}, [file("grader/grade", b"#!/bin/zsh\n", mode=0o755)], ["interpreter-missing"]),
    ({"Entrypoint": ["/bin/sh", "-c", "exit 0"], "User": "grader"}, [], ["image-shell-entrypoint", "image-user"]),
    ({"Cmd": ["/bin/sh"], "Env": ["MODE=fast"]}, [], ["image-without-entrypoint", "image-env"]),
    ({}, [], ["nothing-to-run"]),
]


@pytest.mark.parametrize(("config", "files", "ids"), IMAGES)
def test_pitfalls_of_an_image_are_found_without_running_it(
    gradewright: Run, tmp_path: Path, config: dict[str, Any], files: list[Any], ids: list[str]
) -> None:
    shell = [directory("bin"), file("bin/sh", Path("/bin/true").read_bytes(), mode=0o755)]
    loader = [directory("lib64"), file("lib64/ld-linux-x86-64.so.2"), file("lib/ld-linux-aarch64.so.1")]
    image = docker_archive(tmp_path / "image.tar", recipe(layer(*shell, *loader, *files), config=config))
    said = gradewright("sanity", "--skip-environment", "--image", image, "--json")
    assert [finding["id"] for finding in json.loads(said.out)["findings"]] == ids


def test_an_image_for_another_architecture_is_told(gradewright: Run, tmp_path: Path) -> None:
    image = docker_archive(tmp_path / "image.tar", recipe(layer(), architecture="s390x", config={"Entrypoint": ["/x"]}))
    said = gradewright("sanity", "--skip-environment", image)
    assert said.code == 1
    assert "The image is for s390x, and this machine is " in said.err
    assert "ERROR:root:The grader runs /x, which is not there." in said.err


def test_the_graders_of_these_tests_have_no_problems(gradewright: Run, grader_v1: str, grader_v2: str) -> None:
    for grader in (grader_v1, grader_v2):
        said = gradewright("sanity", "--skip-environment", "--strict", grader)
        assert (said.code, said.err.splitlines()[-1]) == (0, "INFO:root:Errors: 0. Warnings: 0.")


def test_a_directory_with_a_grader_is_checked_with_all_that_belongs_to_it(gradewright: Run) -> None:
    Path("sum").mkdir(mode=0o755)
    Path("sum/grader.toml").write_text('contract = "coursera"\ncommand = ["/grader/grade.sh"]\n')
    Path("sum/Dockerfile").write_text(CLEAN + "EXPOSE 1\n")
    Path("sum/grade.sh").write_text("#!/bin/sh\nsudo true\n")
    Path("sum/grade.sh").chmod(0o755)
    said = gradewright("sanity", "--skip-environment", "sum", "--json")
    assert [finding["id"] for finding in json.loads(said.out)["findings"]] == ["expose", "script-privileged"]


def test_mistakes_in_a_grader_file_are_findings_with_their_lines(gradewright: Run) -> None:
    Path("sum").mkdir()
    Path("sum/grader.toml").write_text('contract = "coursera"\ngeneration = "v3"\ncomand = ["x"]\n')
    said = gradewright("sanity", "--skip-environment", "sum")
    assert said.code == 1
    assert "ERROR:root:grader.toml:2:generation: " in said.err
    assert "ERROR:root:grader.toml:3:comand: " in said.err


def test_a_build_context_needs_no_grader_file(gradewright: Run) -> None:
    Path("sum").mkdir()
    Path("sum/Dockerfile").write_text(CLEAN)
    assert gradewright("sanity", "--skip-environment", "--strict", "sum").code == 0


def test_a_zip_for_upload_is_checked(gradewright: Run) -> None:
    with ZipFile("sum.zip", "w") as archive:
        archive.writestr("sum/Dockerfile", CLEAN)
    said = gradewright("sanity", "--skip-environment", "sum.zip")
    assert said.code == 1
    assert "ERROR:root:sum.zip: The archive has its Dockerfile at sum/Dockerfile" in said.err


@pytest.mark.parametrize("folder", ["", "vowels/"])
def test_a_zip_of_a_package_is_checked_as_one(gradewright: Run, folder: str) -> None:
    with ZipFile("vowels.zip", "w") as archive:
        archive.writestr(f"{folder}Makefile", "prepare:\ncompile:\npublic private:\n")
        archive.writestr(f"{folder}submission/vowels.py", "")
        archive.writestr(f"{folder}tests/autograde.py", "")
    said = gradewright("sanity", "--skip-environment", "vowels.zip", "--json")
    ids = {finding["id"]: finding["line"] for finding in json.loads(said.out)["findings"]}
    expected = {"hidden-target": 3, "missing-type": None, "implied-folder": None}
    assert (said.code, ids) == ((1, {"wrapping-folder": None}) if folder else (0, expected))


def test_a_grader_that_is_not_there_is_missing(gradewright: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    assert gradewright("sanity", "--skip-environment", "no-such-grader:1").code == 69
    assert gradewright("sanity", "--skip-environment", "docker-archive:nowhere.tar").code == 69
