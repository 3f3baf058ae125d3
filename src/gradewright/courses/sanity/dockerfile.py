"""Read a Dockerfile: enough of its grammar to say what each instruction does, and on which line.

Parser directives, comments, continuation lines (also across comments and empty lines), heredocs, flags, the JSON and
the shell form, several stages. Reading never fails; what makes no sense is left to `dockerfile_checks`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DIRECTIVE = re.compile(r"#\s*([A-Za-z]+)\s*=\s*(\S+)\s*")
WORD = re.compile(r"""(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+""")
HEREDOC = re.compile(r"""\d*<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_.]*)\2""")
FLAG = re.compile(r"--([a-z][a-z-]*)(?:=(\S*))?\s*")
TAKES_HEREDOCS = frozenset({"RUN", "COPY", "ADD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One instruction as Docker sees it."""

    keyword: str  # in capitals, "COPY"
    value: str  # what follows, with continuation lines joined and comments and flags taken out
    line: int  # on which it begins, counted from 1
    stage: int  # counted from 0; -1 before the first FROM
    flags: tuple[tuple[str, str], ...] = ()  # ("from", "build") for --from=build
    heredocs: tuple[str, ...] = ()  # their bodies

    @property
    def listed(self) -> tuple[str, ...] | None:
        """The words of the JSON form, or None if this is the shell form."""
        if not self.value.startswith("["):
            return None
        try:
            words = json.loads(self.value)
        except (ValueError, RecursionError):
            return None
        return tuple(words) if isinstance(words, list) and all(isinstance(word, str) for word in words) else None

    @property
    def words(self) -> tuple[str, ...]:
        """The words of either form."""
        return self.listed if self.listed is not None else tuple(self.value.split())

    def flag(self, name: str) -> str | None:
        return dict(self.flags).get(name)


def parse(text: str) -> tuple[Instruction, ...]:
    """The instructions of a Dockerfile in order."""
    lines = re.split(r"\r?\n", text.removeprefix("\ufeff"))
    instructions: list[Instruction] = []
    stage = -1
    for line, source, heredocs in _logical_lines(lines, _escape(lines)):
        keyword, value = _split(source)
        stage += keyword == "FROM"
        flags, value = _flags(value)
        instructions.append(
            Instruction(keyword=keyword, value=value, line=line, stage=stage, flags=flags, heredocs=heredocs)
        )
    return tuple(instructions)


def _escape(lines: Sequence[str]) -> str:
    """The character that continues a line: a directive at the very top may name another than the backslash."""
    for line in lines:
        directive = DIRECTIVE.fullmatch(line.strip())
        if directive is None:
            break
        if directive[1].lower() == "escape" and directive[2] in ("\\", "`"):
            return directive[2]
    return "\\"


def _logical_lines(lines: Sequence[str], escape: str) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Each instruction's first line, counted from 1, its joined text and its heredocs."""
    at = 0
    while at < len(lines):
        if _is_void(lines[at]):
            at += 1
            continue
        first = at
        at, source = _joined(lines, at, escape)
        at, heredocs = _heredocs(lines, at, source)
        yield first + 1, source, heredocs


def _joined(lines: Sequence[str], at: int, escape: str) -> tuple[int, str]:
    """The text of the instruction that begins at `at`, and where the next line is."""
    continued = re.compile(rf"(?<!{re.escape(escape)}){re.escape(escape)}[ \t]*$")
    parts: list[str] = []
    while at < len(lines):
        line, at = lines[at], at + 1
        if parts and _is_void(line):
            continue
        parts.append(continued.sub("", line))
        if not continued.search(line):
            break
    return at, "".join(parts).strip()


def _heredocs(lines: Sequence[str], at: int, source: str) -> tuple[int, tuple[str, ...]]:
    keyword, value = _split(source)
    if keyword == "ONBUILD":
        keyword, value = _split(value)
    bodies = []
    if keyword in TAKES_HEREDOCS:
        for start in filter(None, map(HEREDOC.fullmatch, WORD.findall(value))):
            at, body = _heredoc(lines, at, start[3], tabs=bool(start[1]))
            bodies.append(body)
    return at, tuple(bodies)


def _heredoc(lines: Sequence[str], at: int, end: str, *, tabs: bool) -> tuple[int, str]:
    body = []
    while at < len(lines):
        line, at = lines[at].lstrip("\t") if tabs else lines[at], at + 1
        if line == end:
            break
        body.append(line)
    return at, "".join(f"{line}\n" for line in body)


def _is_void(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _split(source: str) -> tuple[str, str]:
    keyword, value = (*source.split(maxsplit=1), "", "")[:2]
    return keyword.upper(), value


def _flags(value: str) -> tuple[tuple[tuple[str, str], ...], str]:
    flags = []
    while found := FLAG.match(value):
        flags.append((found[1], found[2] or ""))
        value = value[found.end() :]
    return tuple(flags), value
