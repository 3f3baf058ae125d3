"""Keep what a run left, for an author who wants to look at it."""

from __future__ import annotations

import json
import logging
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp

from gradewright.errors import GradewrightError
from gradewright.model.report import Report
from gradewright.model.run import FileState, FinishedRun, OutputFile
from gradewright.reports import as_json


def keep_feedback(run: FinishedRun | None, directory: Path) -> None:
    """Put the feedback files that the grader left into a directory, each whole, and say so.

    A file of that name from an earlier run is left alone if this run left none, but never without a word.
    """
    for step in run.plan.steps if run else ():
        for output in step.outputs:
            file = directory / PurePosixPath(output.path).name
            left = run.result(step.name).output(output.path) if run else OutputFile(path=output.path)
            if left.state is FileState.OK:
                _write(file, left.data)
                logging.info("Feedback of the grader: %s", file)
            elif file.exists():
                logging.warning("%s is from an earlier run; this one left no such file.", file)


def keep_run(report: Report, run: FinishedRun | None) -> Path:
    """Put what each step printed and left, and the report, into a new directory, and return where it is."""
    directory = Path(mkdtemp(prefix="gradewright-run-"))
    _write(directory / "report.json", json.dumps(as_json(report), indent=2).encode())
    for result in run.results if run else ():
        below = directory / result.step.replace("/", "_")
        _write(below / "stdout", result.stdout)
        _write(below / "stderr", result.stderr)
        for output in result.outputs:
            if output.state is FileState.OK:
                _write(below / "files" / output.path.lstrip("/"), output.data)
    return directory


def _write(file: Path, data: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except OSError as error:
        raise GradewrightError(f"{file} cannot be written: {error.strerror}.") from error
