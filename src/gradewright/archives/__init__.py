"""What students and their programs leave, read without trusting a byte of it.

`open_submission` takes in a directory, a file, a zip or a tar; `read_regular` brings out a file that a program left.
"""

from gradewright.archives.entries import ArchiveLimits, Entry, Kind, quoted
from gradewright.archives.regular import read_regular
from gradewright.archives.submission import open_submission

__all__ = ["ArchiveLimits", "Entry", "Kind", "open_submission", "quoted", "read_regular"]
