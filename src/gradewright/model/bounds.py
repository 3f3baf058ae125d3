"""Bounds that hold wherever a number is given, in a file or on the command line.

Not in `settings`, which the command line does not import to show help.
"""

from __future__ import annotations

MOST_AT_ONCE = 1000  # processes, threads or graders: more is a slip of the hand that takes a machine down
