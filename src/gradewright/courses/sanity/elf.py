"""The two facts of an ELF program that decide whether it can be started: its architecture and its loader."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MACHINES = {3: "386", 40: "arm", 62: "amd64", 183: "arm64", 243: "riscv64"}  # as images name them
LOADER = 3  # PT_INTERP


@dataclass(frozen=True, slots=True, kw_only=True)
class Elf:
    machine: str  # as images name architectures; "" if it is none that they use
    interpreter: str  # the loader that the kernel starts; "" for a static program


def read_elf(head: bytes) -> Elf | None:
    """What the first few kilobytes of a file say, or None if it is no ELF program."""
    if len(head) < 64 or not head.startswith(b"\x7fELF"):
        return None
    wide, order = head[4] == 2, "<" if head[5] == 1 else ">"
    (machine,) = struct.unpack_from(f"{order}H", head, 18)
    return Elf(machine=MACHINES.get(machine, ""), interpreter=_interpreter(head, wide, order))


def _interpreter(head: bytes, wide: bool, order: str) -> str:
    (table,) = struct.unpack_from(f"{order}Q", head, 32) if wide else struct.unpack_from(f"{order}I", head, 28)
    size, count = struct.unpack_from(f"{order}HH", head, 54 if wide else 42)
    if size < (56 if wide else 32):
        return ""
    for start in range(table, min(table + size * count, len(head) - size), size):
        kind, offset, length = _segment(head, start, wide, order)
        if kind == LOADER:
            return head[offset : offset + length].rstrip(b"\0").decode(errors="replace")
    return ""


def _segment(head: bytes, start: int, wide: bool, order: str) -> tuple[int, int, int]:
    """Kind, offset in the file and length of a segment."""
    if wide:
        kind, _, offset, _, _, length = struct.unpack_from(f"{order}IIQQQQ", head, start)
    else:
        kind, offset, _, _, length = struct.unpack_from(f"{order}IIIII", head, start)
    return kind, offset, length
