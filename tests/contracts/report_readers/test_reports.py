"""Reports of every dialect and of every kind of damage, each beside what is read from it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from gradewright.contracts.report_readers import ReadReport, read_report

REPORTS = sorted((Path(__file__).parent / "reports").glob("*.xml"))


def as_data(report: ReadReport) -> dict[str, object]:
    """Without what is empty, so that the files show what matters."""
    cases = [{key: value for key, value in asdict(case).items() if value} for case in report.cases]
    return {"cases": cases, "problems": list(report.problems)}


@pytest.mark.parametrize("file", REPORTS, ids=lambda file: file.stem)
def test_a_report_is_read_as_expected(file: Path) -> None:
    assert as_data(read_report(file.read_bytes())) == json.loads(file.with_suffix(".json").read_text())


def test_of_a_report_that_is_too_long_the_beginning_counts() -> None:
    case = b'<testcase name="test_public_01"/>'
    report = read_report(b'<testsuite name="S">' + 1000 * case, max_bytes=20 + 10 * len(case) + 5)
    assert len(report.cases) == 10
    assert "33020 bytes" in report.problems[0]
    assert "355" in report.problems[0]


def test_no_report_is_read_for_ever() -> None:
    report = read_report(b"<testsuites>" + 200_001 * b"<testcase/>")
    assert "200000 elements" in report.problems[0]


@pytest.mark.parametrize(
    "part", [b"<![CDATA[", b'<a "', b"<!-- ", b"<a b='", b'"', b"&#", b"&#x", b"<", b"<?xml ", b"\n\t", b"&amp;"]
)
def test_repetition_does_not_slow_it_down(part: bytes) -> None:
    """A pattern that tries again at each place would need hours for any of these."""
    assert read_report(b"<testsuites a='" + part * (4_000_000 // len(part))).cases == ()
    assert read_report(b"<testsuites>" + part * (4_000_000 // len(part))).cases == ()
