"""Whatever the bytes are, there is an answer, and it is well-formed."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gradewright.contracts.report_readers import ReadReport, read_report

SEEDS = [file.read_bytes() for file in sorted((Path(__file__).parent / "reports").glob("*.xml"))]
STATUSES = {"passed", "failed", "error", "skipped"}
PIECES = [
    b"<",
    b">",
    b'"',
    b"&",
    b"<![CDATA[",
    b"]]>",
    b"<testcase name='public'>",
    b"</testcase>",
    b"<meta/>",
    b"\xff",
]


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A good or bad report with pieces cut out, doubled, and put in."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        begin, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        piece = draw(st.sampled_from([b"", data[begin:end] * 2, *PIECES]) | st.binary(max_size=4))
        data = data[:begin] + piece + data[end:]
    return data


def insist(report: ReadReport) -> None:
    for case in report.cases:
        assert case.status in STATUSES
        assert case.name
        assert 0 < len(case.identifier) <= 255
        case.message.encode()  # no halves of surrogate pairs
    assert all(problem.endswith(".") for problem in report.problems)


@given(st.binary())
def test_any_bytes_have_an_answer(data: bytes) -> None:
    insist(read_report(data))


@given(mutations())
def test_damaged_reports_have_an_answer(data: bytes) -> None:
    insist(read_report(data))


@given(st.data())
def test_a_cut_leaves_the_cases_before_it(data: st.DataObject) -> None:
    whole = next(seed for seed in SEEDS if b"FactorialPublic" in seed)
    cut = data.draw(st.integers(0, len(whole)))
    kept = read_report(whole[:cut]).cases
    assert kept == read_report(whole).cases[: len(kept)]
    assert len(kept) == whole[:cut].count(b"</testcase>") + whole[:cut].count(b'expression="factorial(9)" />')
