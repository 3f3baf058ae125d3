"""Regular expressions in time linear in the text, because the pattern is the author's but the text is the student's.

Python's `re` tries alternatives one after the other, and a student who prints the right forty characters can keep it
busy for years. Here a pattern becomes a nondeterministic automaton whose states are followed all at once; sets of them
are remembered, so that most characters cost one look-up. What cannot be done this way (references to groups, looking
ahead or behind, word boundaries) is refused when the grader is loaded. `re` still decides what a pattern means: it
checks the whole, and each single-character part of it is matched by `re` against one character.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field

MAX_WORK = 1000  # states of an automaton
MAX_REMEMBERED = 20_000  # transitions
REPEAT = re.compile(r"\{(\d*)(,?)(\d*)\}")
FLAGS = re.compile(r"\(\?([a-zA-Z]+)\)")
GROUP = re.compile(r"\((\?:|\?P<\w+>)?(?!\?)")
CHARACTER_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)
ESCAPE = re.compile(r"\\(?:x..|u....|U........|N\{[^}]*\}|[^0-9bBAZzGxuUN])", re.DOTALL)


class UnfitPattern(ValueError):
    """The pattern is wrong or cannot be matched in linear time; the text says why."""


@dataclass(frozen=True, slots=True)
class Character:
    """Exactly one character that `pattern` matches."""

    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    part: Node
    least: int
    most: int | None  # None: without end


Node = Character | Sequence | Choice | Repeat


class _Parser:
    """Reads a pattern that `re` has already accepted, so that only its structure has to be found."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.flags = 0
        if found := FLAGS.match(pattern):
            self.flags = self._flags(found[1])
            self.at = found.end()

    def whole(self) -> Node:
        return self._choice(depth=0)

    def _flags(self, letters: str) -> int:
        known = {"i": re.IGNORECASE, "s": re.DOTALL}
        if unknown := set(letters) - set(known):
            raise UnfitPattern(f"the flag {min(unknown)!r} is not supported; the flags i and s are")
        return sum(known[letter] for letter in set(letters))

    def _choice(self, depth: int) -> Node:
        options = [self._sequence(depth)]
        while self._take("|"):
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        if depth == 0:
            _ = self._take("^") or self._take(r"\A")
        while not (self.at == len(self.pattern) or self._sees("|") or self._sees(")")):
            if depth == 0 and self._takes_end():
                break
            parts.append(self._repeated(self._part(depth)))
        return Sequence(tuple(parts))

    def _takes_end(self) -> bool:
        """An anchor where the whole text ends says nothing new, because the whole text must match anyway."""
        for anchor in ("$", r"\Z"):
            end = self.at + len(anchor)
            if self._sees(anchor) and (end == len(self.pattern) or self.pattern[end] == "|"):
                self.at = end
                return True
        return False

    def _part(self, depth: int) -> Node:
        if found := GROUP.match(self.pattern, self.at):
            self.at = found.end()
            inside = self._choice(depth + 1)
            self._take(")")
            return inside
        return self._character()

    def _character(self) -> Character:
        here = self.pattern[self.at]
        if here in "(^$":
            raise self._unfit(self.pattern[self.at : self.at + 3] if here == "(" else here)
        if here == "[":
            found = CHARACTER_CLASS.match(self.pattern, self.at)
        elif here == "\\":
            found = ESCAPE.match(self.pattern, self.at)
        else:
            self.at += 1
            return Character(re.compile(here if here == "." else re.escape(here), self.flags))
        if found is None:
            raise self._unfit(self.pattern[self.at : self.at + 2])
        self.at = found.end()
        return Character(re.compile(found[0], self.flags))

    def _repeated(self, part: Node) -> Node:
        found = REPEAT.match(self.pattern, self.at)
        if self._take("*"):
            least, most = 0, None
        elif self._take("+"):
            least, most = 1, None
        elif self._take("?"):
            least, most = 0, 1
        elif found and found[0] != "{}":
            self.at = found.end()
            least = int(found[1] or 0)
            most = int(found[3]) if found[3] else None if found[2] else least
        else:
            return part
        if self._sees("+"):
            raise self._unfit("+ after a repetition")
        self._take("?")  # lazy or greedy makes no difference to whether the whole text matches
        return Repeat(part, least, most)

    def _sees(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def _take(self, text: str) -> bool:
        seen = self._sees(text)
        self.at += len(text) * seen
        return seen

    def _unfit(self, what: str) -> UnfitPattern:
        return UnfitPattern(f"{what} at character {self.at + 1} is not supported in patterns for students' output")


States = frozenset[int]


@dataclass(slots=True)
class Automaton:
    """`characters[i]` leads to `after[i]`; a fork leads on without a character. State 0 is the end."""

    characters: dict[int, re.Pattern[str]] = field(default_factory=dict)
    after: dict[int, tuple[int, ...]] = field(default_factory=dict)
    start: States = frozenset()
    work: int = 0
    remembered: dict[tuple[States, str], States] = field(default_factory=dict)

    def fullmatch(self, text: str) -> bool:
        states = self.start
        for character in text:
            known = self.remembered.get((states, character))
            states = self._step(states, character) if known is None else known
            if not states:
                return False
        return 0 in states

    def _step(self, states: States, character: str) -> States:
        following = [
            self.after[state][0]
            for state in states
            if state in self.characters and self.characters[state].fullmatch(character)
        ]
        if len(self.remembered) >= MAX_REMEMBERED:
            self.remembered.clear()
        result = self.remembered[states, character] = self.closure(following)
        return result

    def closure(self, states: list[int]) -> States:
        """The states and all that forks lead to from them; of these, only the ends and those that read a character."""
        seen: set[int] = set()
        waiting = list(states)
        while waiting:
            state = waiting.pop()
            if state not in seen:
                seen.add(state)
                if state not in self.characters:
                    waiting.extend(self.after.get(state, ()))
        return frozenset(state for state in seen if state == 0 or state in self.characters)

    def build(self, node: Node, after: int) -> int:
        """Add a node that leads to the state `after`; returns the state that begins it."""
        self.work += 1
        if self.work > MAX_WORK:
            raise UnfitPattern("it is too large; use fewer or smaller repetitions")
        match node:
            case Character(pattern):
                self.characters[self.work] = pattern
                self.after[self.work] = (after,)
                return self.work
            case Sequence(parts):
                for part in reversed(parts):
                    after = self.build(part, after)
                return after
            case Choice(options):
                fork = self.work
                self.after[fork] = tuple(self.build(option, after) for option in options)
                return fork
            case Repeat(part, least, most):
                return self._repeat(part, least, most, after)

    def _repeat(self, part: Node, least: int, most: int | None, after: int) -> int:
        loop = self.work
        first = after
        if most is None:
            self.after[loop] = (self.build(part, loop), after)
            first = loop
        else:
            for _ in range(most - least):
                body = self.build(part, first)
                self.work += 1
                self.after[self.work] = (body, after)
                first = self.work
        for _ in range(least):
            first = self.build(part, first)
        return first


def compiled(pattern: str) -> Automaton:
    """The automaton of a pattern. Raises `UnfitPattern`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `re` warns of patterns that may mean something else one day
            re.compile(pattern)
        automaton = Automaton()
        automaton.start = automaton.closure([automaton.build(_Parser(pattern).whole(), 0)])
    except re.error as error:
        raise UnfitPattern(f"it is not a regular expression: {error}") from None
    except (RecursionError, OverflowError):
        raise UnfitPattern("it is too large") from None
    return automaton
