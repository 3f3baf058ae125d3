"""Numbers that options take."""

from __future__ import annotations

import click

MOST_AT_ONCE = 1000  # as in the settings, which are not imported to show help
AT_ONCE = click.IntRange(min=1, max=MOST_AT_ONCE)
AT_ONCE_OR_NONE = click.IntRange(min=0, max=MOST_AT_ONCE)
