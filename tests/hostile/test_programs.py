"""Every hostile program in every sandbox: the expected ending, nothing escaped, nothing left."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_programs import Expected, HostileProgram, all_programs

from gradewright.interfaces import Sandbox
from gradewright.model.run import (
    EXECUTABLE,
    PLAIN,
    Box,
    FileState,
    Mount,
    OutputSpec,
    PlacedFile,
    Role,
    Root,
    Slot,
    Step,
    StepResult,
)

PROGRAMS = all_programs()
COMPILED = pytest.mark.needs("gcc")
MARK = f"battery-{os.getpid()}"  # in the environment of every process of the battery


@pytest.fixture(autouse=True)
def nothing_is_left(state_directory: Path) -> Iterator[None]:
    yield
    assert survivors() == []
    assert str(state_directory) not in Path("/proc/self/mountinfo").read_text()


def survivors() -> list[int]:
    return [
        int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if MARK.encode() in environment(path)
    ]


def environment(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it ended, or is not ours to look at
        return b""


@pytest.mark.parametrize(
    "program",
    [pytest.param(each, id=each.name, marks=COMPILED if "c" in each.table else ()) for each in PROGRAMS],
)
def test_the_program_ends_as_expected(
    program: HostileProgram,
    sandbox: Sandbox,
    root: Root,
    slot: Slot,
    circumstances: frozenset[str],
    inputs: Path,
    outside: bytes,
) -> None:
    expected = program.expected(circumstances)
    step = Step(
        name=program.name,
        role=Role.STUDENT,
        root=root,
        argv=program.argv(),
        env={"GIVEN": MARK},
        cwd="/box",
        mounts=(Mount(path="/inputs", source=inputs),),
        scratch=("/tmp", "/box"),
        outputs=(
            *(OutputSpec(path=f"/box/{name}") for name in expected.outputs),
            *(OutputSpec(path=f"/box/{name}", tree=True, links=name == "linked") for name in expected.trees),
        ),
        limits=expected.limits,
    )
    files = {**program.files(), "host.json": outside}
    modes = {name: EXECUTABLE if name == "main" else PLAIN for name in files}
    placed = (PlacedFile(path=f"/box/{name}", data=data, mode=modes[name]) for name, data in files.items())
    check(sandbox.run(step, Box(slot=slot, files=tuple(placed), stdin=b"unread\n" * 50_000)), expected)


def check(result: StepResult, expected: Expected) -> None:
    seen = f"{result.ending}\n{result.stdout.decode(errors='replace')}\n{result.stderr.decode(errors='replace')}"
    ending = result.ending
    assert (ending.kind, ending.exit_code, ending.signal) == (expected.ending, expected.exit_code, expected.signal), (
        seen
    )
    assert len(result.stdout) + len(result.stderr) <= expected.limits.output_bytes
    for text in expected.prints:
        assert text in result.stdout, seen
    for text in expected.never:
        assert text not in result.stdout, seen
        assert not any(text in file.data for file in result.outputs)
    for name, states in expected.outputs.items():
        assert result.output(f"/box/{name}").state in states
    for name, counts in expected.trees.items():
        plain = [
            file for file in result.outputs if file.path.startswith(f"/box/{name}/") and file.state is FileState.OK
        ]
        assert len(plain) in counts


def test_the_battery_is_large_enough() -> None:
    assert len(PROGRAMS) >= 60
