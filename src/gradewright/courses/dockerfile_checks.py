"""Pitfalls in the Dockerfile of a grader (coursera 2). Each check is a row of CHECKS and a function of a few lines.

The first eight are those of `courseraprogramming sanity`, in its words; where its rule was wrong, ours is not: the
destination of COPY is the last word, lines count from 1, a script may have "bash" in its name, and only the stage that
becomes the image is asked for an ENTRYPOINT.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gradewright.model.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradewright.courses.dockerfile import Instruction

INFO, WARNING, ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR
CHECKS = {
    check.id: check
    for check in (
        Problem(
            id="copy-destination",
            severity=WARNING,
            message="Copy destination should always start with a /.",
            remedy="{value!r} depends on WORKDIR.",
        ),
        Problem(
            id="base-ubuntu",
            severity=INFO,
            message="We recommend using debian, or other smaller base images.",
        ),
        Problem(
            id="entrypoint-redefined",
            severity=WARNING,
            message="Re-defining entrypoint of container.",
            remedy="Only the last one counts.",
        ),
        Problem(
            id="entrypoint-bash",
            severity=WARNING,
            message="Please mark your grading script or binary as the ENTRYPOINT, and not bash",
        ),
        Problem(
            id="expose",
            severity=WARNING,
            message="EXPOSE commands do not work for graders",
        ),
        Problem(
            id="env",
            severity=WARNING,
            message="ENV-based environment variables are stripped in the production environment for security reasons. "
            "Please set any environment variables you need in your grading script.",
        ),
        Problem(
            id="volume",
            severity=WARNING,
            message="VOLUME commands are stripped in the production environment, and will likely not work as expected.",
        ),
        Problem(
            id="entrypoint-missing",
            severity=WARNING,
            message="Your Dockerfile must define an ENTRYPOINT.",
            remedy='Add ENTRYPOINT ["/grader/grade"]: only then can a grader be told by arguments which part to grade.',
        ),
        Problem(
            id="entrypoint-shell-form",
            severity=WARNING,
            message="ENTRYPOINT is in shell form, so arguments such as partId are lost without a word.",
            remedy='Write it as a list: ENTRYPOINT ["/grader/grade"].',
        ),
        Problem(
            id="entrypoint-relative",
            severity=WARNING,
            message="ENTRYPOINT names {value!r}, which is looked for in WORKDIR{workdir}.",
            remedy="Write a path that starts with a /.",
        ),
        Problem(
            id="user",
            severity=WARNING,
            message="USER is overridden: graders run as user 1000, whatever the image says.",
            remedy="Let everybody read what the grader needs.",
        ),
        Problem(
            id="healthcheck",
            severity=WARNING,
            message="HEALTHCHECK has no effect on graders.",
        ),
        Problem(
            id="onbuild",
            severity=WARNING,
            message="ONBUILD does nothing in this image, only in images made from it.",
        ),
        Problem(
            id="add-url",
            severity=WARNING,
            message="ADD downloads {value} anew at each build, so two builds may differ.",
            remedy="Copy the file into the build context, or pin it with --checksum.",
        ),
        Problem(
            id="base-unpinned",
            severity=WARNING,
            message="The base image {value} has no fixed version, so the grader may change at any build.",
            remedy="Name a version, such as debian:12-slim.",
        ),
        Problem(
            id="base-ended",
            severity=WARNING,
            message="The base image {value} is no longer maintained; its packages may no longer be had.",
            remedy="Move to a newer release.",
        ),
        Problem(
            id="foreign-platform",
            severity=WARNING,
            message="The image is built for {value}; production runs linux/amd64.",
            remedy="Build with --platform=linux/amd64.",
        ),
        Problem(
            id="copied-without-modes",
            severity=INFO,
            message="Nothing sees to it that everybody may read the copied files, and graders do not run as root.",
            remedy="Add RUN chmod -R a+rX /grader, and chmod a+x for its programs.",
        ),
        Problem(id="unknown-instruction", severity=ERROR, message="{value} is no instruction of a Dockerfile."),
        Problem(id="before-from", severity=ERROR, message="{value} stands before the first FROM."),
        Problem(
            id="from-missing",
            severity=ERROR,
            message="Your Dockerfile has no FROM.",
            remedy="Begin with FROM debian:12-slim.",
        ),
    )
}
LAST = float("inf")
KNOWN = {
    "FROM", "RUN", "CMD", "LABEL", "MAINTAINER", "EXPOSE", "ENV", "ADD", "COPY",
    "ENTRYPOINT", "VOLUME", "USER", "WORKDIR", "ARG", "ONBUILD", "STOPSIGNAL", "HEALTHCHECK", "SHELL",
}  # fmt: skip
ENDED = {  # releases without maintenance at the end of 2026; centos and openjdk have none with it
    "centos": ("",),
    "debian": ["7", "8", "9", "10", "11", "wheezy", "jessie", "stretch", "buster", "bullseye"],
    "node": ["10", "12", "14", "16", "18"],
    "openjdk": ("",),
    "python": ["2", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10"],
    "ubuntu": ["12.04", "14.04", "16.04", "18.04", "20.04", "trusty", "xenial", "bionic", "focal"],
}


def check_dockerfile(instructions: Sequence[Instruction], file: str) -> list[Problem]:
    """Everything found, in the order of lines; what belongs to the whole file comes last."""
    if not any(instruction.keyword == "FROM" for instruction in instructions):
        return [replace(CHECKS["from-missing"], file=file)]
    final = _final(instructions)
    found = [
        *(problem for instruction in instructions for problem in _anywhere(instruction)),
        *(problem for instruction in final for problem in _in_the_image(instruction)),
        *_bases(instructions),
        *_entrypoints(final),
        *_modes(final),
    ]
    ordered = sorted(found, key=lambda problem: problem.line or LAST)
    return [replace(problem, file=file) for problem in ordered]


def _problem(check: str, line: int | None, **values: str) -> Problem:
    template = CHECKS[check]
    return replace(
        template, line=line, message=template.message.format(**values), remedy=template.remedy.format(**values)
    )


def _final(instructions: Sequence[Instruction]) -> list[Instruction]:
    """The instructions that make the image: those of the last stage and of the stages that it stands upon."""
    stages = _stages(instructions)
    wanted: set[int] = set()
    stage: int | None = instructions[-1].stage
    while stage is not None and stage not in wanted:
        wanted.add(stage)
        base = next(each for each in instructions if each.stage == stage and each.keyword == "FROM")
        stage = stages.get(base.words[0].lower()) if base.words else None
    return [instruction for instruction in instructions if instruction.stage in wanted]


def _stages(instructions: Sequence[Instruction]) -> dict[str, int]:
    """The numbers of the stages by their names."""
    named = [each for each in instructions if each.keyword == "FROM" and len(each.words) == 3]
    return {each.words[2].lower(): each.stage for each in named if each.words[1].lower() == "as"}


def _anywhere(instruction: Instruction) -> Iterator[Problem]:
    keyword, line, words = instruction.keyword, instruction.line, instruction.words
    if keyword not in KNOWN:
        yield _problem("unknown-instruction", line, value=keyword)
    elif instruction.stage < 0 and keyword != "ARG":
        yield _problem("before-from", line, value=keyword)
    if keyword in ("COPY", "ADD") and words and not words[-1].strip("\"'").startswith(("/", "$")):
        yield _problem("copy-destination", line, value=words[-1])
    if keyword == "ADD" and not instruction.flag("checksum"):
        for word in words[:-1]:
            if word.startswith(("http://", "https://")):
                yield _problem("add-url", line, value=word)
    if keyword == "ONBUILD":
        yield _problem("onbuild", line)


def _in_the_image(instruction: Instruction) -> Iterator[Problem]:
    check = {"EXPOSE": "expose", "ENV": "env", "VOLUME": "volume", "USER": "user", "HEALTHCHECK": "healthcheck"}
    if instruction.keyword in check:
        yield _problem(check[instruction.keyword], instruction.line)


def _bases(instructions: Sequence[Instruction]) -> Iterator[Problem]:
    stages = _stages(instructions)
    for each in instructions:
        if each.keyword != "FROM" or not each.words:
            continue
        base, platform = each.words[0], each.flag("platform")
        if "ubuntu" in base.lower():
            yield _problem("base-ubuntu", each.line)
        if platform and not platform.startswith("$") and platform != "linux/amd64":
            yield _problem("foreign-platform", each.line, value=platform)
        if base.lower() not in stages and base != "scratch" and not base.startswith("$"):
            yield from _versions(each.line, base)


def _versions(line: int, base: str) -> Iterator[Problem]:
    name, _, tag = base.rpartition("/")[2].partition(":")
    if "@" not in base and tag in ("", "latest"):
        yield _problem("base-unpinned", line, value=base)
    elif any(_is_release(tag, ended) for ended in ENDED.get(name, ())):
        yield _problem("base-ended", line, value=base)


def _is_release(tag: str, release: str) -> bool:
    """Whether a tag belongs to a release: "10.3-slim" to "10", but "100" does not."""
    return tag.startswith(release) and (not release or not tag.removeprefix(release)[:1].isalnum())


def _entrypoints(final: Sequence[Instruction]) -> Iterator[Problem]:
    entrypoints = [each for each in final if each.keyword == "ENTRYPOINT" and each.words]
    if not entrypoints:
        yield _problem("entrypoint-missing", None)
    for earlier, later in itertools.pairwise(entrypoints):
        if earlier.stage == later.stage:
            yield _problem("entrypoint-redefined", later.line)
    workdir = next((each.value for each in reversed(final) if each.keyword == "WORKDIR"), "/")
    for each in entrypoints:
        yield from _entrypoint(each, workdir)


def _entrypoint(entrypoint: Instruction, workdir: str) -> Iterator[Problem]:
    program = PurePosixPath(entrypoint.words[0])
    if program.name == "bash":
        yield _problem("entrypoint-bash", entrypoint.line)
    if entrypoint.listed is None:
        yield _problem("entrypoint-shell-form", entrypoint.line)
    elif "/" in entrypoint.words[0] and not program.is_absolute():
        yield _problem("entrypoint-relative", entrypoint.line, value=entrypoint.words[0], workdir=f" {workdir}")


def _modes(final: Sequence[Instruction]) -> Iterator[Problem]:
    copies = [each for each in final if each.keyword in ("COPY", "ADD") and not each.flag("chmod")]
    if copies and not any(each.keyword == "RUN" and "chmod" in each.value + "".join(each.heredocs) for each in final):
        yield _problem("copied-without-modes", copies[-1].line)
