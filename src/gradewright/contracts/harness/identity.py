"""What parts and students may be called: make cannot handle blanks, `#`, `$` and `:` in paths (queues 1.2)."""

from __future__ import annotations

import re

ACCEPTED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}")
RULE = "letters, digits and . _ @ + -, beginning with a letter or digit, at most 128"


def acceptable(name: str) -> bool:
    """Whether a part or student of this name can be graded."""
    return ACCEPTED.fullmatch(name) is not None
