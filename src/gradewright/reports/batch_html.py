"""A batch as one self-contained page: needs no network and no script, safe whatever students or graders wrote."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from importlib.resources import files

from gradewright.model.report import Feedback, Outcome, Report, Separation, StepSummary, TestResult
from gradewright.reports.batch import NOT_GRADED, Batch, BatchEntry, Summary, TestTally, summarise
from gradewright.reports.batch_text import WORDS, overview
from gradewright.reports.chart import distribution
from gradewright.reports.numbers import percent, points, seconds, size
from gradewright.reports.table import harmless
from gradewright.reports.words import failures, result, seen, verdict

TEXT_LENGTH = 20_000  # characters of any one text on the page; the JSON report has them whole
SANDBOXED_HEAD = """<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">"""
CASE_HEADS = ("Case", "Verdict", "#Points", "#Time", "#Memory", "Students see")
TEST_CLASSES = {True: "good", False: "bad", None: "dim"}
SEPARATION = {
    Separation.SEPARATED: "The student's program ran apart from what judged it.",
    Separation.SHARED: "The student's program ran together with what judged it, so a determined student can forge it.",
}
OUTCOME_CLASSES = {Outcome.REJECTED.value: "warn", Outcome.GRADER_BROKEN.value: "bad", NOT_GRADED: "bad"}


def batch_as_html(batch: Batch) -> Iterator[str]:
    """The page in pieces, one submission at a time, so that it is never whole in memory."""
    summary = summarise(batch.entries)
    yield from _head(batch)
    yield from _overview(batch, summary)
    yield from _tests(summary)
    yield from _submissions(batch)
    yield '<section aria-labelledby="details"><h2 id="details">Each submission</h2>\n'
    for number, entry in enumerate(batch.entries, start=1):
        yield from _details(number, entry)
    yield "</section>\n</main>\n"
    yield f"<script>{_asset('page.js')}</script>\n</body>\n</html>\n"


def _head(batch: Batch) -> Iterator[str]:
    digest = base64.b64encode(hashlib.sha256(_asset("page.js").encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'"
    title = _text(f"Results of {batch.grader}")
    yield f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{_asset("page.css")}</style>
</head>
<body>
<a class="skip" href="#submissions">To the submissions</a>
<header><h1>{title}</h1></header>
<main>
"""


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _overview(batch: Batch, summary: Summary) -> Iterator[str]:
    yield '<section aria-labelledby="overview"><h2 id="overview">Overview</h2>\n'
    yield f"<p>{_text(overview(summary, batch.unfinished))}</p>\n"
    if summary.shares:
        yield f"<figure>{distribution(summary.bins())}"
        yield "<figcaption>Number of submissions by their share of the points, in percent</figcaption></figure>\n"
    yield "</section>\n"


def _tests(summary: Summary) -> Iterator[str]:
    if not summary.tests:
        return
    yield '<section aria-labelledby="tests"><h2 id="tests">Tests</h2>\n<div class="wide"><table class="sortable">\n'
    yield _table_head("Test", "#Pass rate", "#Passed", "#Failed", "#Not judged", "#Points")
    for name, tally in summary.tests.items():
        yield _tally_row(name, tally)
    yield "</tbody></table></div></section>\n"


def _tally_row(name: str, tally: TestTally) -> str:
    rate = tally.passed / tally.count
    meter = f'<meter value="{rate:.4f}">{rate:.0%}</meter>'
    counts = map(_number, map(str, (tally.passed, tally.failed, tally.not_judged)))
    return (
        f'<tr><th scope="row">{_text(name)}</th>{_number(f"{rate:.0%} {meter}", rate)}{"".join(counts)}'
        f"{_number(points(tally.max_points), float(tally.max_points))}</tr>\n"
    )


def _submissions(batch: Batch) -> Iterator[str]:
    yield '<section aria-labelledby="submissions"><h2 id="submissions">Submissions</h2>\n'
    yield '<p class="filter" hidden><label for="filter">Show only rows with</label> <input id="filter" type="search"> '
    yield '<output id="shown" for="filter"></output></p>\n<div class="wide"><table class="sortable" id="table">\n'
    yield _table_head("Submission", "Outcome", "#Points", "#Share", "#Time", "What went wrong")
    for number, entry in enumerate(batch.entries, start=1):
        yield _submission_row(number, entry)
    yield "</tbody></table></div></section>\n"


def _submission_row(number: int, entry: BatchEntry) -> str:
    tone = OUTCOME_CLASSES.get(entry.outcome, "")
    name = f'<th scope="row"><a href="#submission-{number}">{_text(entry.submission)}</a></th>'
    outcome = f'<td><span class="badge {tone}">{WORDS[entry.outcome]}</span></td>'
    time = _number(seconds(entry.seconds), entry.seconds)
    return f"<tr>{name}{outcome}{_score(entry.graded)}{time}<td>{_text(_trouble(entry))}</td></tr>\n"


def _score(report: Report | None) -> str:
    if report is None:
        return _number("", -1) * 2
    share = float(report.points / report.max_points) if report.max_points else 0.0
    achieved = f"{points(report.points)}/{points(report.max_points)}"
    return _number(achieved, float(report.points)) + _number(percent(report.points, report.max_points), share)


def _trouble(entry: BatchEntry) -> str:
    return failures(entry.graded) if entry.graded else entry.reason


def _details(number: int, entry: BatchEntry) -> Iterator[str]:
    said = result(entry.report) if entry.report else "Not graded."
    yield f'<details id="submission-{number}"><summary><h3>{_text(entry.submission)}</h3> '
    yield f"<span>{_text(said)}</span></summary>\n"
    if entry.report is None:
        yield f"<p>{_text(entry.fault)}</p>\n"
    else:
        yield from _report(entry.report)
    yield "</details>\n"


def _report(report: Report) -> Iterator[str]:
    yield from (f'<p class="message">{_text(message)}</p>\n' for message in report.messages)
    if report.tests:
        yield '<div class="wide"><table>\n' + _table_head(*CASE_HEADS)
        yield from map(_case, report.tests)
        yield "</tbody></table></div>\n"
    for test in report.tests:
        if not test.passed:
            yield from _failure(test)
    yield from _feedback(report.feedback)
    yield from _staff(report)


def _case(test: TestResult) -> str:
    time = seconds(test.usage.wall_seconds) if test.usage else ""
    memory = size(test.usage.memory_bytes) if test.usage else ""
    return (
        f'<tr><th scope="row">{_text(test.name)}</th>'
        f'<td><span class="badge {TEST_CLASSES[test.passed]}">{_text(verdict(test))}</span></td>'
        f"{_number(f'{points(test.points)}/{points(test.max_points)}')}{_number(time)}{_number(memory)}"
        f"<td>{_text(seen(test))}</td></tr>\n"
    )


def _failure(test: TestResult) -> Iterator[str]:
    if not any([test.message, test.hint, test.diff, test.expected, test.actual]):
        return
    yield f"<h4>{_text(test.name)}</h4>\n"
    if test.message:
        yield f'<p class="message">{_text(test.message)}</p>\n'
    if test.hint:
        yield f'<p class="message"><strong>Hint:</strong> {_text(test.hint)}</p>\n'
    if test.diff:
        yield f"<p>Difference (- expected, + actual):</p>\n{_pre(test.diff, diff=True)}"
        return
    for label, text in (("Expected", test.expected), ("Actual", test.actual)):
        if text:
            yield f"<p>{label}:</p>\n{_pre(text)}"


def _feedback(feedback: Feedback) -> Iterator[str]:
    if not feedback.body.strip():
        return
    yield "<h4>Feedback of the grader</h4>\n"
    if not feedback.html:
        yield _pre(feedback.body)
        return
    page = f"{SANDBOXED_HEAD}{feedback.body}"
    yield f'<iframe sandbox="" loading="lazy" title="Feedback of the grader" srcdoc="{escape(page)}"></iframe>\n'


def _staff(report: Report) -> Iterator[str]:
    if report.staff_notes:
        notes = "".join(f"<li>{_text(note)}</li>" for note in report.staff_notes)
        yield f"<h4>Notes for staff</h4>\n<ul>{notes}</ul>\n"
    if report.steps:
        yield '<details class="steps"><summary>How it ran</summary>\n'
        yield f"<p>{SEPARATION[report.separation]}</p>\n"
        yield from map(_step, report.steps)
        yield "</details>\n"


def _step(step: StepSummary) -> str:
    limits = ", ".join(f"{limit} by {means}" for limit, means in step.enforcement.items())
    facts = [str(step.ending), seconds(step.usage.wall_seconds), size(step.usage.memory_bytes), step.sandbox]
    known = "; ".join(filter(None, [*facts, limits and f"limits: {limits}"]))
    streams = [("stdout", step.stdout), ("stderr", step.stderr)]
    texts = "".join(f"<p>It wrote to {name}:</p>\n{_pre(text)}" for name, text in streams if text.strip())
    return f"<p><strong>{_text(step.name)}</strong> ({_text(step.role)}): {_text(known)}</p>\n{texts}"


def _table_head(*titles: str) -> str:
    """Titles that begin with # are of columns with numbers."""
    cells = "".join(f'<th scope="col"{_numeric(title)}>{title.removeprefix("#")}</th>' for title in titles)
    return f"<thead><tr>{cells}</tr></thead><tbody>\n"


def _numeric(title: str) -> str:
    return ' class="number"' if title.startswith("#") else ""


def _number(text: str, value: float | None = None) -> str:
    sort = "" if value is None else f' data-value="{value:.6g}"'
    return f'<td class="number"{sort}>{text}</td>'


def _pre(text: str, *, diff: bool = False) -> str:
    cut = text[:TEXT_LENGTH]
    lines = map(_diff_line, cut.splitlines()) if diff else [_text(cut)]
    more = "" if len(cut) == len(text) else f"<p>... and {len(text) - len(cut)} more characters</p>\n"
    return f'<pre tabindex="0">{chr(10).join(lines)}</pre>\n{more}'


def _diff_line(line: str) -> str:
    match line[:1]:
        case "+":
            return f"<ins>{_text(line)}</ins>"
        case "-":
            return f"<del>{_text(line)}</del>"
        case _:
            return _text(line)


def _text(text: str) -> str:
    return escape(harmless(text))
