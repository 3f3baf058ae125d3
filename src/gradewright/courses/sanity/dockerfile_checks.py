"""Pitfalls in the Dockerfile of a grader (coursera 2). Each check is a row of the catalogue and a few lines here.

The first eight are those of `courseraprogramming sanity`, in its words; where its rule was wrong, ours is not: the
destination of COPY is the last word, lines count from 1, a script may have "bash" in its name, and only the stage that
becomes the image is asked for an ENTRYPOINT.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gradewright.courses.sanity.findings import finding
from gradewright.model.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradewright.courses.sanity.dockerfile import Instruction

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
        return [finding("from-missing", file=file)]
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
        yield finding("unknown-instruction", line=line, value=keyword)
    elif instruction.stage < 0 and keyword != "ARG":
        yield finding("before-from", line=line, value=keyword)
    if keyword in ("COPY", "ADD") and words and not words[-1].strip("\"'").startswith(("/", "$")):
        yield finding("copy-destination", line=line, value=words[-1])
    if keyword == "ADD" and not instruction.flag("checksum"):
        for word in words[:-1]:
            if word.startswith(("http://", "https://")):
                yield finding("add-url", line=line, value=word)
    if keyword == "ONBUILD":
        yield finding("onbuild", line=line)


def _in_the_image(instruction: Instruction) -> Iterator[Problem]:
    check = {"EXPOSE": "expose", "ENV": "env", "VOLUME": "volume", "USER": "user", "HEALTHCHECK": "healthcheck"}
    if instruction.keyword in check:
        yield finding(check[instruction.keyword], line=instruction.line)


def _bases(instructions: Sequence[Instruction]) -> Iterator[Problem]:
    stages = _stages(instructions)
    for each in instructions:
        if each.keyword != "FROM" or not each.words:
            continue
        base, platform = each.words[0], each.flag("platform")
        if "ubuntu" in base.lower():
            yield finding("base-ubuntu", line=each.line)
        if platform and not platform.startswith("$") and platform != "linux/amd64":
            yield finding("foreign-platform", line=each.line, value=platform)
        if base.lower() not in stages and base != "scratch" and not base.startswith("$"):
            yield from _versions(each.line, base)


def _versions(line: int, base: str) -> Iterator[Problem]:
    name, _, tag = base.rpartition("/")[2].partition(":")
    if "@" not in base and tag in ("", "latest"):
        yield finding("base-unpinned", line=line, value=base)
    elif any(_is_release(tag, ended) for ended in ENDED.get(name, ())):
        yield finding("base-ended", line=line, value=base)


def _is_release(tag: str, release: str) -> bool:
    """Whether a tag belongs to a release: "10.3-slim" to "10", but "100" does not."""
    return tag.startswith(release) and (not release or not tag.removeprefix(release)[:1].isalnum())


def _entrypoints(final: Sequence[Instruction]) -> Iterator[Problem]:
    entrypoints = [each for each in final if each.keyword == "ENTRYPOINT" and each.words]
    if not entrypoints:
        yield finding("entrypoint-missing")
    for earlier, later in itertools.pairwise(entrypoints):
        if earlier.stage == later.stage:
            yield finding("entrypoint-redefined", line=later.line)
    workdir = next((each.value for each in reversed(final) if each.keyword == "WORKDIR"), "/")
    for each in entrypoints:
        yield from _entrypoint(each, workdir)


def _entrypoint(entrypoint: Instruction, workdir: str) -> Iterator[Problem]:
    program = PurePosixPath(entrypoint.words[0])
    if program.name == "bash":
        yield finding("entrypoint-bash", line=entrypoint.line)
    if entrypoint.listed is None:
        yield finding("entrypoint-shell-form", line=entrypoint.line)
    elif "/" in entrypoint.words[0] and not program.is_absolute():
        yield finding("entrypoint-relative", line=entrypoint.line, value=entrypoint.words[0], workdir=f" {workdir}")


def _modes(final: Sequence[Instruction]) -> Iterator[Problem]:
    copies = [each for each in final if each.keyword in ("COPY", "ADD") and not each.flag("chmod")]
    if copies and not any(each.keyword == "RUN" and "chmod" in each.value + "".join(each.heredocs) for each in final):
        yield finding("copied-without-modes", line=copies[-1].line)
