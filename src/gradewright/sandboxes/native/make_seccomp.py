"""Compile seccomp.toml into the BPF programs that init loads: `python make_seccomp.py`, after editing it.

Needs the kernel headers of the architectures (Debian: linux-libc-dev, linux-libc-dev-arm64-cross).
The call number is found by binary search, so that a frequent call costs a handful of comparisons.
"""

from __future__ import annotations

import re
import struct
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent

LOAD, JUMP, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, AND, RETURN = 0x20, 0x05, 0x15, 0x35, 0x45, 0x54, 0x06
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
ENOSYS = 38
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
X32_CALLS = 0x40000000

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand
Program = list[Instruction]


class Architecture(NamedTuple):
    name: str
    audit: int
    header: Path


ARCHITECTURES = (
    Architecture("x86_64", 0xC000003E, Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")),
    Architecture("aarch64", 0xC00000B7, Path("/usr/aarch64-linux-gnu/include/asm-generic/unistd.h")),
)


def call_numbers(header: Path) -> dict[str, int]:
    """Numbers by name; the generic header spells a few calls with the names of their 64-bit variants."""
    text = header.read_text()
    numbers = {name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)}
    return numbers | ({"newfstatat": numbers["fstatat"]} if "fstatat" in numbers else {})


def answer(value: int) -> Program:
    return [(RETURN, 0, 0, value)]


def checks(rules: Sequence[Mapping[str, Any]]) -> Program:
    """The program for one call whose arguments matter: each rule refuses, or falls through to the next."""
    program: Program = []
    for rule in rules:
        refuse = answer(ERRNO | rule["errno"])
        program.append((LOAD, 0, 0, ARGUMENTS_AT + 8 * rule["argument"]))
        if "bits" in rule:
            program.append((AND, 0, 0, rule["bits"]))
        if "mask" in rule:
            program += [(JUMP_ANY_BIT, 0, 1, rule["mask"]), *refuse]
        elif "equals" in rule:
            values = rule["equals"]
            program += [(JUMP_EQUAL, len(values) - index, 0, value) for index, value in enumerate(values)]
            program += refuse
        else:
            for value in rule["differs"]:
                program += [(JUMP_EQUAL, 0, 1, value), *refuse]
    return program + answer(ALLOW)


def search(pieces: Sequence[tuple[int, Program]]) -> Program:
    """Binary search over pieces of (first call number, program), in order; the accumulator holds the number."""
    if len(pieces) == 1:
        return pieces[0][1]
    middle = len(pieces) // 2
    left, right = search(pieces[:middle]), search(pieces[middle:])
    return [(JUMP_AT_LEAST, 0, 1, pieces[middle][0]), (JUMP, 0, 0, len(left)), *left, *right]


def compile_filter(profile: Mapping[str, Any], architecture: Architecture, refused: frozenset[str]) -> bytes:
    numbers = call_numbers(architecture.header)
    programs: dict[int, Program] = {
        numbers[name]: answer(ALLOW) for name in profile["allow"].split() if name in numbers and name not in refused
    }
    for call in {rule["call"] for rule in profile["rules"]}:
        programs[numbers[call]] = checks([rule for rule in profile["rules"] if rule["call"] == call])
    pieces: list[tuple[int, Program]] = []
    for number in range(max(programs) + 2):
        program = programs.get(number, answer(ERRNO | ENOSYS))
        if not pieces or pieces[-1][1] != program:
            pieces.append((number, program))
    head: Program = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (JUMP_EQUAL, 1, 0, architecture.audit),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER_AT),
        (JUMP_AT_LEAST, 0, 1, X32_CALLS),
        (RETURN, 0, 0, KILL),
    ]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in head + search(pieces))


def main() -> None:
    profile = tomllib.loads((HERE / "seccomp.toml").read_text())
    for architecture in ARCHITECTURES:
        directory = HERE / architecture.name
        directory.mkdir(exist_ok=True)
        for name, refused in (("seccomp", ""), ("seccomp-uncounted", profile["uncounted"])):
            program = compile_filter(profile, architecture, frozenset(refused.split()))
            (directory / f"{name}.bpf").write_bytes(program)


if __name__ == "__main__":
    main()
