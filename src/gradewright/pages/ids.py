"""Ids of elements, which must differ on a page of a front end with several exercises (A+ spec 2.8)."""

from __future__ import annotations

import re
from secrets import choice
from string import ascii_lowercase

LENGTH = 8
_SPACE = re.compile(r"\s")


def new_id() -> str:
    """What the ids of one page have in common."""
    return "".join(choice(ascii_lowercase) for _ in range(LENGTH))


def element_id(unique_id: str, name: str) -> str:
    """The id of the element of a field; without spaces, which would make several ids of it."""
    return f"exercise-{unique_id}-{_SPACE.sub('-', name)}"
