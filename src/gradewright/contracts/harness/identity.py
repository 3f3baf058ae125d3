"""What parts and students may be called: make cannot handle blanks, `#`, `$` and `:` in paths (queues 1.2)."""

from __future__ import annotations

import re

ACCEPTED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}")
_REFUSED = re.compile(r"^[^A-Za-z0-9]+|[^A-Za-z0-9._@+-]")
RULE = "letters, digits and . _ @ + -, beginning with a letter or digit, at most 128"


def acceptable(name: str) -> bool:
    """Whether a part or student of this name can be graded."""
    return ACCEPTED.fullmatch(name) is not None


def in_paths(name: str) -> str:
    """An acceptable name as it is; of another, one that can stand for it in the paths of a sandbox."""
    return name if acceptable(name) else _REFUSED.sub("_", name.strip("/").rpartition("/")[2])[:128].lstrip("_") or "it"
