"""Who is asked what: draw by lot, the same again for the same students and attempt (A+ spec 2.8).

The lot is CPython's `random.Random`, seeded as the original does, so that its samples and ours are the same:
a text gives a whole number below 10^10, to which the attempt's number is added unless the sample shall stay, and that
is the seed of the draw itself.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import md5
from random import Random

from gradewright.exercises.questions import Correctness, Draw, Option, Structure
from gradewright.exercises.records import Visit

SAMPLE, CHECKSUM = "_sample", "_checksum"
_SEEDS = 10**10
_ANYBODY = "1"  # the uid of nobody known


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """All that a draw depends on, beside what is drawn from."""

    exercise: str  # its key
    visit: Visit
    secret: str  # that checksums are made with

    def random(self, key: str, draw: Draw) -> Random:
        """The generator for a question or group of this key."""
        first = Random(f"{self.exercise}{key}{self.visit.uid or _ANYBODY}").randrange(_SEEDS)  # noqa: S311 - no secret
        return Random(first + self.visit.ordinal if draw.resample else first)  # noqa: S311

    def questions(self, key: str, draw: Draw, number: int) -> list[int]:
        """Indexes of the questions of a group that are shown, in that order."""
        return self.random(key, draw).sample(range(number), draw.count)

    def options(self, key: str, draw: Draw, options: Sequence[Option]) -> list[int]:
        """Indexes of the options of a question that are shown, in that order."""
        random = self.random(key, draw)
        if draw.structure is not None:
            places = {option.value: index for index, option in enumerate(options)}
            return [places[value] for value in _structured(random, draw.structure)]
        if draw.correct_count is None:
            return random.sample(range(len(options)), draw.count)
        right = [index for index, option in enumerate(options) if option.correctness is Correctness.CORRECT]
        wrong = [index for index, option in enumerate(options) if option.correctness is not Correctness.CORRECT]
        drawn = random.sample(right, draw.correct_count) + random.sample(wrong, draw.count - draw.correct_count)
        random.shuffle(drawn)
        return drawn

    def hidden(self, prefix: str, sample: str) -> dict[str, str]:
        """The fields by which a page says what it showed, and that it comes from us."""
        return {f"{prefix}{SAMPLE}": sample, f"{prefix}{CHECKSUM}": checksum(self.secret, sample)}


def _structured(random: Random, structure: Structure) -> list[str]:
    count, members = structure
    drawn: list[str] = []
    for member in random.sample(members, count):
        drawn += [member] if isinstance(member, str) else _structured(random, member)
    return drawn


def joined(indexes: Sequence[int]) -> str:
    return "-".join(map(str, indexes))


def checksum(secret: str, text: str) -> str:
    """What the original makes of a secret and a sample; others can make it only with the secret."""
    data = f"{secret}{text}".encode("ascii", "ignore")
    return md5(data, usedforsecurity=False).hexdigest()


def is_genuine(secret: str, text: str | None, given: str | None) -> bool:
    """Whether a checksum belongs to a text; not if one of them is missing."""
    if text is None or given is None:
        return False
    return hmac.compare_digest(checksum(secret, text).encode(), given.encode("utf-8", "replace"))
