"""Colour for terminals, kept apart from what is said."""

from __future__ import annotations

from collections.abc import Callable

Paint = Callable[
    [str, str], str
]  # (tone, text) -> text; tones: heading, good, bad, dim, added, removed, or "" for none

ANSI = {"heading": "1", "good": "32", "bad": "31", "dim": "2", "added": "32", "removed": "31"}


def plain(tone: str, text: str) -> str:
    """No colour at all."""
    return text


def coloured(tone: str, text: str) -> str:
    """Colour by ANSI escape sequences."""
    return f"\x1b[{ANSI[tone]}m{text}\x1b[0m" if tone in ANSI and text else text
