"""A batch as one JSON document, in the schema of `docs/reference/report-json.md`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from gradewright.reports.batch import Batch, BatchEntry, Summary, summarise
from gradewright.reports.json import SCHEMA, as_json, number


def batch_as_json(batch: Batch) -> Iterator[str]:
    """The document in pieces, one submission at a time, so that it is never whole in memory."""
    head = {
        "schema": SCHEMA,
        "grader": batch.grader,
        "unfinished": batch.unfinished,
        "summary": _summary(summarise(batch.entries)),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "submissions": ['
    separator = "\n"
    for entry in batch.entries:
        yield separator + json.dumps(_entry(entry), ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def _entry(entry: BatchEntry) -> dict[str, Any]:
    return {
        "submission": entry.submission,
        "outcome": entry.outcome,
        "seconds": round(entry.seconds, 3),
        "fault": entry.fault,
        "report": entry.report and as_json(entry.report),
    }


def _summary(summary: Summary) -> dict[str, Any]:
    return {
        "count": summary.count,
        "outcomes": dict(summary.outcomes),
        "mean_percent": summary.mean,
        "median_percent": summary.median,
        "distribution": summary.bins(),
        "tests": {
            name: {
                "passed": tally.passed,
                "failed": tally.failed,
                "not_judged": tally.not_judged,
                "max_points": number(tally.max_points),
            }
            for name, tally in summary.tests.items()
        },
    }
