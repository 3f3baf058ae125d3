"""A report as text that a teacher understands: a table of the cases, then what went wrong in each that failed."""

from __future__ import annotations

from collections.abc import Iterator

from gradewright.model.report import Feedback, Outcome, Report, TestResult
from gradewright.model.run import Usage
from gradewright.reports.audience import shown_to
from gradewright.reports.numbers import points, seconds, size
from gradewright.reports.paint import Paint, plain
from gradewright.reports.table import harmless, table
from gradewright.reports.words import OUTCOMES, result, verdict

HEADS = ("case", "verdict", "points", "time", "memory")
TONES = {True: "good", False: "bad", None: "dim"}
DIFF_TONES = {"+": "added", "-": "removed"}
DETAIL_LINES = 40  # of each expected, actual, diff or stderr; the JSON report has them whole


def as_text(report: Report, *, staff: bool = True, paint: Paint = plain) -> str:
    """The report as text; with `staff=False`, only what a student may see. Ends with a newline."""
    report = shown_to(report, staff=staff)
    sections = [
        [paint("heading", f"{OUTCOMES[report.outcome]}: {result(report)}"), *_bullets(report.messages)],
        list(_cases(report, paint)),
        *(list(_failure(test, paint)) for test in report.tests if not test.passed),
        list(_feedback(report.feedback)),
        list(_notes(report, paint)),
        list(_trouble(report, paint)),
    ]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _cases(report: Report, paint: Paint) -> Iterator[str]:
    if not report.tests:
        return
    rows = [_row(test) for test in report.tests]
    yield from table(
        HEADS, rows, right=frozenset({2, 3, 4}), tones=[TONES[test.passed] for test in report.tests], paint=paint
    )


def _row(test: TestResult) -> tuple[str, ...]:
    return (
        test.name,
        verdict(test),
        f"{points(test.points)}/{points(test.max_points)}",
        seconds(test.usage.wall_seconds) if test.usage else "",
        size(test.usage.memory_bytes) if test.usage else "",
    )


def _failure(test: TestResult, paint: Paint) -> Iterator[str]:
    texts = [test.message, test.hint, test.diff, test.expected, test.actual]
    if not any(texts):
        return
    yield paint("heading", harmless(f"{test.name}: {verdict(test)}"))
    yield from _indented(test.message)
    if test.hint:
        yield from _indented(f"Hint: {test.hint}")
    if test.diff:
        yield "  Difference (- expected, + actual):"
        yield from (paint(DIFF_TONES.get(line.strip()[:1], ""), line) for line in _indented(test.diff, "    "))
        return
    for label, text in (("Expected:", test.expected), ("Actual:", test.actual)):
        if text:
            yield f"  {label}"
            yield from _indented(text, "    ")


def _feedback(feedback: Feedback) -> Iterator[str]:
    if not feedback.body.strip():
        return
    body = _without_tags(feedback.body) if feedback.html else feedback.body
    yield "Feedback of the grader:"
    yield from _indented(body.strip("\n"), limit=None)


def _notes(report: Report, paint: Paint) -> Iterator[str]:
    if report.staff_notes:
        yield paint("heading", "Notes for staff:")
        yield from _bullets(report.staff_notes)


def _trouble(report: Report, paint: Paint) -> Iterator[str]:
    """How the steps went, for staff, where there are no cases that tell and the points are not full."""
    if report.tests or (report.outcome is Outcome.GRADED and report.points == report.max_points):
        return
    for step in report.steps:
        yield paint("heading", harmless(f"Step {step.name} ({step.role}): {step.ending}{_cost(step.usage)}"))
        if step.stderr.strip():
            yield "  It wrote to stderr:"
            yield from _indented(step.stderr.strip("\n"), "    ")


def _cost(usage: Usage) -> str:
    spent = ", ".join(filter(None, [seconds(usage.wall_seconds), size(usage.memory_bytes)]))
    return f" [{spent}]"


def _bullets(texts: tuple[str, ...]) -> Iterator[str]:
    for text in texts:
        first, *rest = harmless(text).splitlines() or [""]
        yield f"- {first}"
        yield from (f"  {line}" for line in rest)


def _indented(text: str, indent: str = "  ", limit: int | None = DETAIL_LINES) -> Iterator[str]:
    lines = harmless(text).splitlines()
    yield from (f"{indent}{line}" for line in lines[:limit])
    if limit is not None and len(lines) > limit:
        yield f"{indent}... and {len(lines) - limit} more lines"


def _without_tags(html: str) -> str:
    from gradewright.reports.untagged import untagged

    return untagged(html)
