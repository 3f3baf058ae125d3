"""Our own contract: cases of input and expected output, which no submission can forge.

How a grading goes: `settings` read what the author wrote; `planning` makes the steps, `arrival` lays out what the
student sent; `reading` makes the report, for which `finding` decides on each case, with `comparers` or a program
(`judging`). `endings` and `showing` find the words.
"""

from __future__ import annotations

from gradewright.contracts.cases.contract import Cases

__all__ = ["Cases"]
