"""What the name of a test case tells: its identifier and its kind (coursemology 1.5, 3.1)."""

from __future__ import annotations

import re

KINDS = ("public", "evaluation", "private")  # the first that the name contains decides
MAX_IDENTIFIER = 255  # characters

WORD_START = re.compile("(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])")


def identifier(suite: str, class_name: str, name: str) -> str:
    return "/".join(part for part in (suite, class_name, underscored(name)) if part)


def underscored(name: str) -> str:
    """As Rails writes it: "Sums::testPublic-01" is "sums/test_public_01"."""
    return WORD_START.sub("_", name.replace("::", "/")).replace("-", "_").lower()


def kind_of(name: str) -> str:
    """One of `KINDS`, or "" if the name contains none of them."""
    lowered = name.lower()
    return next((kind for kind in KINDS if kind in lowered), "")
