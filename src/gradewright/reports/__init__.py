"""Reports for readers: pure functions of the report, one renderer a file."""

from gradewright.reports.audience import for_student
from gradewright.reports.json import as_json, from_json
from gradewright.reports.paint import coloured, plain
from gradewright.reports.text import as_text

__all__ = ["as_json", "as_text", "coloured", "for_student", "from_json", "plain"]
