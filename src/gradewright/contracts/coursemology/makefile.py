"""A Makefile, read as far as one must to know its targets without running it (coursemology 1.2).

The original takes a target for present if a line begins with its name and a colon. GNU make is more generous, and so
are we: blanks before the colon, several targets in one rule, and included files are understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NAME = "Makefile"
FIRST = ("prepare", "compile")  # stop everything if they fail
TYPES = ("public", "private", "evaluation")
LEGACY = "test"

_RULE = re.compile(r"(?P<targets>[^\t#:=][^#:=]*?)\s*::?(?![:=])(?P<rest>.*)")
_INCLUDE = re.compile(r"[-s]?include\s+(?P<names>.+)")
_CONTINUED = re.compile(r"\\\r?\n[ \t]*")
_HARMLESS = re.compile(r"[@\-+\s]*(?:(?:echo|printf)\b[^`$|;&<>*?]*|true|:)?\s*(?:#.*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    targets: tuple[str, ...]
    prerequisites: tuple[str, ...] = ()
    recipe: tuple[str, ...] = ()
    line: int = 1
    strict: bool = True  # the original finds it, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Makefile:
    rules: tuple[Rule, ...] = ()

    def rule(self, target: str) -> Rule | None:
        """The first rule for a target that has a recipe, or else the first."""
        found = [rule for rule in self.rules if target in rule.targets]
        return next((rule for rule in found if rule.recipe), found[0] if found else None)

    def has(self, target: str) -> bool:
        return self.rule(target) is not None

    @property
    def tests(self) -> tuple[str, ...]:
        """The targets that test, in the order in which they are run."""
        return tuple(target for target in (*TYPES, LEGACY) if self.has(target))

    @property
    def builds_files(self) -> bool:
        """Whether make will compare the ages of files."""
        return any(rule.prerequisites for rule in self.rules if not rule.targets[0].startswith("."))

    @property
    def prepares_nothing(self) -> bool:
        """Whether `prepare` cannot depend on anything: it has no recipe, or one that only talks."""
        rule = self.rule("prepare")
        return rule is not None and not rule.prerequisites and all(map(_HARMLESS.fullmatch, rule.recipe))


def read_makefile(files: Mapping[str, bytes]) -> Makefile:
    """The rules of the Makefile among these files and of those that it includes by name."""
    return Makefile(rules=tuple(_rules(files, NAME, set())))


def _rules(files: Mapping[str, bytes], name: str, seen: set[str]) -> Iterator[Rule]:
    if name in seen or name not in files:
        return
    seen.add(name)
    lines = list(_lines(files[name].decode(errors="replace")))
    for index, (number, line) in enumerate(lines):
        if included := _INCLUDE.fullmatch(line):
            for other in included["names"].split():
                yield from _rules(files, other, seen)
        elif found := _RULE.fullmatch(line):
            yield from _rule(found, number, [text for _, text in lines[index + 1 :]])


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines, each with the number of its first physical one."""
    number = 1
    for line in _CONTINUED.sub(" \0", text).split("\n"):
        yield number, line.replace("\0", "").rstrip()
        number += 1 + line.count("\0")


def _rule(found: re.Match[str], number: int, following: list[str]) -> Iterator[Rule]:
    prerequisites, semicolon, command = found["rest"].partition(";")
    if "=" in prerequisites:  # a variable of this target only
        return
    recipe = [command.strip()] if semicolon else []
    for line in following:
        if line.startswith("\t"):
            recipe.append(line.strip())
        elif line.strip() and not line.lstrip().startswith("#"):
            break
    targets = tuple(found["targets"].split())
    yield Rule(
        targets=targets,
        prerequisites=tuple(word for word in prerequisites.partition("#")[0].split() if word != "|"),
        recipe=tuple(recipe),
        line=number,
        strict=len(targets) == 1 and found[0].startswith(f"{targets[0]}:"),
    )
