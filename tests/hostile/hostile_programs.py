"""Read the programs of `programs/*.toml`; the README.md beside them says what they may hold."""

from __future__ import annotations

import subprocess
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gradewright.model.run import EndingKind, FileState, Limits

PROGRAMS = Path(__file__).with_name("programs")
MIB = 1024 * 1024
LIMITS = {
    "wall_seconds": 10.0,
    "memory_bytes": 128 * MIB,
    "processes": 32,
    "output_bytes": MIB,
    "disk_bytes": 16 * MIB,
    "disk_files": 4096,
}
CIRCUMSTANCES = ("degraded", "namespaces", "bubblewrap", "crun", "docker")


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What must come of a program, and the limits that it gets."""

    limits: Limits
    ending: EndingKind
    exit_code: int | None
    signal: int | None
    prints: tuple[bytes, ...]
    never: tuple[bytes, ...]
    outputs: Mapping[str, frozenset[FileState]]
    trees: Mapping[str, frozenset[int]]


@dataclass(frozen=True, kw_only=True)
class HostileProgram:
    name: str
    table: Mapping[str, Any]

    def expected(self, circumstances: frozenset[str]) -> Expected:
        table = dict(self.table)
        for name in CIRCUMSTANCES:
            if name in circumstances:
                table |= self.table.get(name, {})
        ending = EndingKind(table.get("ending", "exited"))
        exit_code = table.get("exit_code", 0) if ending is EndingKind.EXITED else None
        prints = table.get("prints", ["OK"] if exit_code == 0 else [])
        return Expected(
            limits=Limits(**LIMITS | table.get("limits", {})),
            ending=ending,
            exit_code=exit_code,
            signal=table.get("signal"),
            prints=tuple(text.encode() for text in prints),
            never=tuple(text.encode() for text in ("ESCAPED", *_several(table.get("never", ())))),
            outputs={
                name: frozenset(map(FileState, _several(states))) for name, states in table.get("outputs", {}).items()
            },
            trees={name: frozenset(_several(counts)) for name, counts in table.get("trees", {}).items()},
        )

    def argv(self) -> tuple[str, ...]:
        if "run" in self.table:
            return tuple(self.table["run"])
        if "python" in self.table:
            return ("python3", "-S", "-B", "/box/main.py")
        return ("sh", "/box/main.sh") if "sh" in self.table else ("/box/main",)

    def files(self) -> Mapping[str, bytes]:
        """What is laid into `/box`; `main` is executable."""
        if "python" in self.table:
            return {"main.py": self.table["python"].encode(), "attack.py": (PROGRAMS / "attack.py").read_bytes()}
        if "sh" in self.table:
            return {"main.sh": self.table["sh"].encode()}
        if "c" in self.table:
            return {"main": _compiled(self.table["c"])}
        return {"main": self.table["script"].encode()} if "script" in self.table else {}


def all_programs() -> list[HostileProgram]:
    tables = [item for file in sorted(PROGRAMS.glob("*.toml")) for item in tomllib.loads(file.read_text()).items()]
    return [HostileProgram(name=name, table=table) for name, table in tables]


def _several(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


@cache
def _compiled(source: str) -> bytes:
    with tempfile.NamedTemporaryFile() as program:
        words = ["gcc", "-O1", "-static", "-pthread", "-include", PROGRAMS / "attack.h", "-x", "c", "-"]
        subprocess.run([*words, "-o", program.name], input=source.encode(), check=True)
        return Path(program.name).read_bytes()
