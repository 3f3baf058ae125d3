"""Pitfalls in Dockerfiles: the eight of the original tool, and ours (coursera 2)."""

from __future__ import annotations

import pytest

from gradewright.courses.sanity.dockerfile import parse
from gradewright.courses.sanity.dockerfile_checks import check_dockerfile
from gradewright.courses.sanity.findings import DOCKERFILE
from gradewright.model.problem import Problem, Severity

CLEAN = """\
FROM debian:12-slim
COPY grader /grader
RUN chmod -R a+rX /grader && chmod a+x /grader/grade
ENTRYPOINT ["/grader/grade"]
"""


def check(text: str) -> list[Problem]:
    return check_dockerfile(parse(text), "Dockerfile")


def found(text: str) -> set[tuple[str, int | None]]:
    return {(problem.id, problem.line) for problem in check(text)}


def test_a_clean_dockerfile_has_no_problems() -> None:
    assert found(CLEAN) == set()


ALL_EIGHT = """\
FROM ubuntu:24.04
COPY --chmod=755 a b
EXPOSE 80
ENV MODE=fast
VOLUME /data
{entrypoint}
"""
MESSAGES = {  # as the original tool has them
    "Copy destination should always start with a /.",
    "We recommend using debian, or other smaller base images.",
    "EXPOSE commands do not work for graders",
    "ENV-based environment variables are stripped in the production environment for security reasons. "
    "Please set any environment variables you need in your grading script.",
    "VOLUME commands are stripped in the production environment, and will likely not work as expected.",
}


def test_the_eight_rules_of_the_original_with_its_words() -> None:
    twice = check(ALL_EIGHT.format(entrypoint='ENTRYPOINT ["/bin/bash"]\nENTRYPOINT ["/bin/bash", "/g.sh"]'))
    assert {(problem.message, problem.line) for problem in twice} >= {
        ("Re-defining entrypoint of container.", 7),
        ("Please mark your grading script or binary as the ENTRYPOINT, and not bash", 6),
        ("Please mark your grading script or binary as the ENTRYPOINT, and not bash", 7),
    }
    none = check(ALL_EIGHT.format(entrypoint=""))
    assert {problem.message for problem in none} == {*MESSAGES, "Your Dockerfile must define an ENTRYPOINT."}
    severities = {problem.id: problem.severity for problem in none}
    assert severities.pop("base-ubuntu") is Severity.INFO
    assert set(severities.values()) == {Severity.WARNING}
    assert none[-1].line is None


CASES = [  # what is added to the clean Dockerfile as line 2, the checks that find something
    ("COPY --chmod=755 /a b", {"copy-destination"}),
    ("COPY --chmod=755 a /b", set()),
    ("COPY --chmod=755 a $HOME/b", set()),
    ('COPY --chmod=755 ["a b", "c"]', {"copy-destination"}),
    ("COPY --chmod=755 <<EOF /x\nCOPY y z\nEOF", set()),
    ("ADD --chmod=755 https://example.org/a.tgz /a", {"add-url"}),
    ("ADD --chmod=755 --checksum=sha256:00 https://example.org/a.tgz /a", set()),
    ("EXPOSE 80", {"expose"}),
    ("ENV A=1", {"env"}),
    ("VOLUME /data", {"volume"}),
    ("USER grader", {"user"}),
    ("HEALTHCHECK NONE", {"healthcheck"}),
    ("ONBUILD RUN x", {"onbuild"}),
    ("COPPY a /b", {"unknown-instruction"}),
    ("expose 80", {"expose"}),
]


@pytest.mark.parametrize(("added", "ids"), CASES)
def test_each_instruction_is_looked_at(added: str, ids: set[str]) -> None:
    first, *rest = CLEAN.splitlines()
    assert found("\n".join([first, added, *rest])) == {(check, 2) for check in ids}


@pytest.mark.parametrize(
    ("entrypoint", "ids"),
    [
        ('["/g/run.bash"]', set()),
        ('["/bin/bash", "/g/run.sh"]', {"entrypoint-bash"}),
        ("/bin/bash /g/run.sh", {"entrypoint-bash", "entrypoint-shell-form"}),
        ("/g/run.sh", {"entrypoint-shell-form"}),
        ('["./grader/run.sh"]', {"entrypoint-relative"}),
        ('["python3", "/g/run.py"]', set()),
        ("[]", {"entrypoint-missing"}),
    ],
)
def test_each_entrypoint_is_looked_at(entrypoint: str, ids: set[str]) -> None:
    assert {problem.id for problem in check(f"FROM debian:12\nENTRYPOINT {entrypoint}")} == ids


@pytest.mark.parametrize(
    ("base", "ids"),
    [
        ("debian:12-slim", set()),
        ("debian", {"base-unpinned"}),
        ("debian:latest", {"base-unpinned"}),
        ("registry.example.org:5000/course/base", {"base-unpinned"}),
        ("registry.example.org:5000/course/base:3", set()),
        ("debian@sha256:0000", set()),
        ("scratch", set()),
        ("$BASE", set()),
        ("debian:10.3-slim", {"base-ended"}),
        ("debian:100", set()),
        ("python:3.8-slim", {"base-ended"}),
        ("python:3.12", set()),
        ("centos:7", {"base-ended"}),
        ("ubuntu:14.04", {"base-ended", "base-ubuntu"}),
        ("--platform=linux/arm64 debian:12", {"foreign-platform"}),
        ("--platform=linux/amd64 debian:12", set()),
        ("--platform=$TARGETPLATFORM debian:12", set()),
    ],
)
def test_each_base_is_looked_at(base: str, ids: set[str]) -> None:
    assert {problem.id for problem in check(f'FROM {base}\nENTRYPOINT ["/g"]')} == ids


def test_only_the_stages_that_make_the_image_matter() -> None:
    build = 'FROM debian:12 AS build\nEXPOSE 80\nENTRYPOINT ["/bin/bash"]\n'
    assert found(build + "FROM debian:12\n") == {("entrypoint-missing", None)}
    assert found(build + "FROM build\n") == {("expose", 2), ("entrypoint-bash", 3)}


def test_a_later_stage_may_have_an_entrypoint_of_its_own() -> None:
    assert found('FROM debian:12 AS base\nENTRYPOINT ["/a"]\nFROM base\nENTRYPOINT ["/b"]\n') == set()


@pytest.mark.parametrize("text", ["", "# nothing", "RUN x"])
def test_a_file_without_from_is_no_dockerfile(text: str) -> None:
    assert found(text) == {("from-missing", None)}


def test_what_stands_before_from_is_told() -> None:
    assert found("ARG V=1\nRUN x\n" + CLEAN) == {("before-from", 2)}


def test_copied_files_that_nobody_makes_readable_are_told() -> None:
    assert found('FROM debian:12\nCOPY a /b\nENTRYPOINT ["/b"]') == {("copied-without-modes", 2)}


def test_every_check_is_found_by_one_of_these_tests() -> None:
    texts = [
        ALL_EIGHT.format(entrypoint=""),
        'FROM debian\nCOPY a /b\nENTRYPOINT ["bash"]\nENTRYPOINT ["./x"]',
        "RUN x\nFROM --platform=linux/arm64 debian:9\nENTRYPOINT x",
        "",
        *(f"FROM debian:12\n{added}" for added, _ in CASES),
    ]
    assert {problem.id for text in texts for problem in check(text)} == {check.id for check in DOCKERFILE}
