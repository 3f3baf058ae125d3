"""Numbers that options take."""

from __future__ import annotations

import click

from gradewright.model.bounds import MOST_AT_ONCE

AT_ONCE = click.IntRange(min=1, max=MOST_AT_ONCE)
AT_ONCE_OR_NONE = click.IntRange(min=0, max=MOST_AT_ONCE)
