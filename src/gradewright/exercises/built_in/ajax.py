"""Points that a page of the course has worked out by itself, in the browser (A+ spec 3.3).

Whoever has the page's key can send any points: it is the course's choice to trust its page. Authors name this kind by
`ajax_type`, beside the kind that shows the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus

from gradewright.exercises.built_in.plain import Plain
from gradewright.exercises.records import Answer, Context, Received, Status, Visit
from gradewright.exercises.sampling import is_genuine
from gradewright.exercises.scalars import open_table, points_in_all, text
from gradewright.model.problem import Problem

FIELDS = ("submission_url", "answer", "points", "max_points", "checksum")


class Ajax(Plain):
    name = "ajax"
    template = "access/ajax.html"

    def check(self, config: Mapping[str, Any]) -> Sequence[Problem]:
        return ()

    def receive(self, config: Mapping[str, Any], visit: Visit, received: Received, context: Context) -> Answer:
        values = {name: received.value(name) for name in FIELDS}
        missing = [name for name, value in values.items() if value is None]
        if missing:
            return _refused(422, f"These fields are missing: {', '.join(missing)}.")
        url, answer, points, max_points, checksum = (values[name] or "" for name in FIELDS)
        key = open_table(config).read("ajax_key", text, "") or context.ajax_key
        if not is_genuine(key, f"{url}:{answer}:{points}:{max_points}", checksum):
            return _refused(403, "The checksum is wrong.")
        try:
            earned, possible = points_in_all(points), points_in_all(max_points)
        except ValueError:
            return _refused(422, "points and max_points must be numbers.")
        return Answer(
            status=Status.ACCEPTED,
            points=min(earned, possible),
            max_points=possible,
            result={"submission_url": url, "grading_data": unquote_plus(answer)},
        )


def _refused(status: int, message: str) -> Answer:
    return Answer(status=Status.REJECTED, message=message, http_status=status)
