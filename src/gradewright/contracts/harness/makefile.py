"""What a Makefile defines, in make's own words: the data base that `make -p` prints."""

from __future__ import annotations

import re
from dataclasses import dataclass

NOT_A_TARGET = "# Not a target:"
_DEFAULT_GOAL = re.compile(r"^\.DEFAULT_GOAL :?= (\S+)$", re.MULTILINE)
_RULES = re.compile(r"^# Implicit Rules$(?P<patterns>.*?)^# Files$(?P<files>.*)", re.MULTILINE | re.DOTALL)
_RULE = re.compile(r"(?!#|\t)(?P<targets>[^:=]+?)\s*:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Makefile:
    targets: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()  # of the author's own pattern rules, such as "test-%"
    default_goal: str = ""

    def defines(self, target: str) -> bool:
        return target in self.targets or any(_matches(pattern, target) for pattern in self.patterns)


def read_database(text: str) -> Makefile:
    """The targets in what `make -rp` printed. Never raises; of nonsense it makes a Makefile without targets."""
    goal = _DEFAULT_GOAL.search(text)
    rules = _RULES.search(text)
    if rules is None:
        return Makefile()
    return Makefile(
        targets=frozenset(_heads(rules["files"])),
        patterns=tuple(_heads(rules["patterns"])),
        default_goal=goal[1] if goal else "",
    )


def _heads(section: str) -> list[str]:
    heads: list[str] = []
    previous = ""
    for line in section.splitlines():
        rule = _RULE.match(line)
        if rule and previous != NOT_A_TARGET:
            heads += rule["targets"].split()
        previous = line
    return heads


def _matches(pattern: str, target: str) -> bool:
    before, percent, after = pattern.partition("%")
    return bool(percent) and len(target) > len(before + after) and target.startswith(before) and target.endswith(after)
