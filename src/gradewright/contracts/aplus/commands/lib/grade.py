"""grade [POINTS/MAX]: post the result to where it is awaited (A+ spec 4.3).

The points are those given here, or in /feedback/points, or in lines of the feedback such as `TotalPoints: 5` and
`MaxPoints: 10`, or of the tests that `testcase` left. Anybody who can print into the feedback can print such lines, so
where they decide, staff are told.
"""

import http.client
import json
import os
import re
import sys
import time
import uuid
from typing import Dict, List, Mapping, Optional, Tuple
from urllib.parse import urlsplit

from feedback import FEEDBACK, natural, pre, text
from merge_tests import merge, tests

LINE = re.compile(r"^[ \t]*(TotalPoints|MaxPoints|SubmissionTags):[ \t]*(.*?)[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
MAX_FEEDBACK = 9 * 1024 * 1024  # bytes
MAX_LOG = 64 * 1024  # characters
TRIES = 10
PAUSE_SECONDS = 3
TIMEOUT_SECONDS = 60
PRINTED = (
    "The points are those of lines TotalPoints: and MaxPoints: in the feedback, which a submission may print, too."
)


def main(words: List[str]) -> None:
    if len(words) > 1:
        sys.exit("usage: grade [points/max]")
    out, printed = without_lines(text("out"))
    points, most, notes = find_points(words[0] if words else "", printed)
    if points is None:  # of tests, which add to the feedback
        merge()
        out, _ = without_lines(text("out"))
        points, most = read_points(text("points"))
    post_until_taken(result(out, printed, points or 0, most, notes))


def without_lines(out: str) -> Tuple[str, Dict[str, str]]:
    """The feedback without the lines that are for us, and what they say; the last of each counts."""
    return LINE.sub("", out), dict(LINE.findall(out))


def find_points(word: str, printed: Mapping[str, str]) -> Tuple[Optional[int], int, str]:
    """(points, most, notes for staff); without points, if only tests can tell."""
    if word:
        return (*read_points(word), "")
    if text("points"):
        return (*read_points(text("points")), "")
    if "TotalPoints" in printed:
        return (*read_points("{}/{}".format(printed["TotalPoints"], printed.get("MaxPoints", ""))), PRINTED)
    return (None, 0, "") if tests() else (0, natural(printed.get("MaxPoints", "")) or 0, "")


def read_points(words: str) -> Tuple[int, int]:
    """Of "5/10". What is no number of points is 0; what is no maximum is as much as there is (A+ spec 4.3)."""
    first, _, second = words.strip().partition("/")
    points = natural(first) or 0
    most = natural(second)
    return points, max(points, points if most is None else most)


def result(out: str, printed: Mapping[str, str], points: int, most: int, notes: str) -> Dict[str, str]:
    """The fields of the form."""
    appendix = text("appendix")
    page = out + pre(text("err"), "alert alert-danger") + (appendix and f"<div>\n{appendix}</div>\n")
    page = page.replace("\0", "\\0")
    too_large = len(page.encode("utf-8", "replace")) > MAX_FEEDBACK
    data = {
        "submission_tags": (text("submission_tags") or printed.get("SubmissionTags", "")).strip(),
        "errors": (text("errors") + text("grading-script-errors"))[-MAX_LOG:].replace("\0", "\\0"),
    }
    fields = {
        "points": str(points),
        "max_points": str(most),
        "feedback": "" if too_large else page,
        "grading_data": json.dumps({key: value for key, value in data.items() if value}),
        "staff_notes": notes,
    }
    if too_large:
        fields["feedback_size_error"] = "true"
    if "true" in text("submission-set-error"):
        fields["error"] = "true"
    return fields


def post_until_taken(fields: Mapping[str, str]) -> None:
    for turn in range(TRIES):
        answer, final = post(fields)
        if answer is None:
            (FEEDBACK / ".posted").touch()
            return
        print(f"The result was not taken: {answer}", file=sys.stderr)
        if final:
            break
        if turn < TRIES - 1:
            time.sleep(PAUSE_SECONDS)
    sys.exit(1)


def post(fields: Mapping[str, str]) -> Tuple[Optional[str], bool]:
    """(why the result was not taken, whether trying again is no use), or None and nothing."""
    address = urlsplit(os.environ.get("REC", ""))
    if not address.netloc or "SID" not in os.environ:
        return "REC and SID are not set here", True
    boundary = uuid.uuid4().hex
    connection = http.client.HTTPConnection(address.netloc, timeout=TIMEOUT_SECONDS)
    try:
        headers = {"Content-Type": "multipart/form-data; boundary=" + boundary}
        body = form(dict(fields, sid=os.environ["SID"]), boundary)
        connection.request("POST", address.path.rstrip("/") + "/container-post", body, headers)
        answer = connection.getresponse()
        reason = "{} {}".format(answer.status, answer.read(1000).decode("utf-8", "replace"))
    except OSError as error:
        return str(error), False
    finally:
        connection.close()
    return (None if answer.status == 200 else reason), answer.status < 500


def form(fields: Mapping[str, str], boundary: str) -> bytes:
    parts = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return ("".join(parts) + f"--{boundary}--\r\n").encode("utf-8", "replace")


if __name__ == "__main__":
    main(sys.argv[1:])
