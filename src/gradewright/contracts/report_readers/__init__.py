"""Readers of what test frameworks report: JUnit XML in its dialects, googletest, TestNG (coursemology 3)."""

from gradewright.contracts.report_readers.reader import MAX_BYTES, read_report
from gradewright.contracts.report_readers.records import ReadReport, ReportedCase, Status

__all__ = ["MAX_BYTES", "ReadReport", "ReportedCase", "Status", "read_report"]
