"""Where the report goes: a file that is written as the tests end, any other stream at the end, or a directory."""

import io
import os
import re
import time

from xmlrunner.report import Report

TYPE_CHECKING = False  # importing `typing` costs time at each start
if TYPE_CHECKING:
    from typing import Any, Dict, Optional

    from xmlrunner.outcome import Outcome


class OneFile:
    """The stream that a package opened. Only a file can be written test by test."""

    def __init__(self, stream: "Any") -> None:
        self.stream = stream
        self.file = unbuffered(stream)
        self.memory = io.BytesIO()
        self.report = Report(self.file or self.memory)

    def add(self, suite: str, name: str, outcome: "Outcome") -> None:
        self.report.add(suite, name, outcome)

    def hide(self) -> None:
        if self.file:
            lead_nowhere(self.file, self.stream)

    def close(self) -> None:
        if self.file:
            self.file.close()
            self.stream.seek(0, io.SEEK_END)
        elif isinstance(self.stream, io.TextIOBase):
            self.stream.write(self.memory.getvalue().decode())
        else:
            self.stream.write(self.memory.getvalue())


class Directory:
    """A file for each class: TEST-<class>-<outsuffix>.xml."""

    def __init__(self, path: str, outsuffix: "Optional[str]") -> None:
        self.path = path
        self.suffix = time.strftime("%Y%m%d%H%M%S") if outsuffix is None else outsuffix
        self.reports: Dict[str, Report] = {}
        os.makedirs(path, exist_ok=True)

    def add(self, suite: str, name: str, outcome: "Outcome") -> None:
        if suite not in self.reports:
            file_name = "-".join(part for part in ("TEST", re.sub(r"[^\w.<>-]", "_", suite), self.suffix) if part)
            path = os.path.join(self.path, file_name + ".xml")
            self.reports[suite] = Report(open(path, "wb"))  # noqa: SIM115 - closed by `close`
        self.reports[suite].add(suite, name, outcome)

    def hide(self) -> None:
        lead_nowhere(*(report.file for report in self.reports.values()))

    def close(self) -> None:
        for report in self.reports.values():
            report.file.close()


def lead_nowhere(*files: "Any") -> None:
    """In a worker: its copies of open reports are not for the code under test to write to, even by accident."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for file in files:
        os.dup2(nowhere, file.fileno())
    os.close(nowhere)


def unbuffered(stream: "Any") -> "Optional[io.FileIO]":
    """The file below a stream, at the same place; None for what is no file of its own, or cannot go back."""
    raw = stream
    for layer in ("buffer", "raw"):
        raw = getattr(raw, layer, raw)
    if not isinstance(raw, io.FileIO) or raw.fileno() <= 2 or "a" in raw.mode or not raw.seekable():
        return None
    stream.flush()
    return io.FileIO(os.dup(raw.fileno()), "wb")
