#!/usr/bin/python3
"""A grader of the second generation: writes its verdict to a file. It gives the share of lines that are right."""

import json
import os
from pathlib import Path

RIGHT = ["4", "8", "15", "16", "23", "42"]

(submission,) = Path("/shared/submission").iterdir()
lines = submission.read_text().split()
right = sum(line == wanted for line, wanted in zip(lines, RIGHT, strict=False))
part = os.environ.get("partId", "unknown")  # noqa: SIM112
feedback = f"Part {part}: {right} of {len(RIGHT)} lines are right."
print("looked at", submission.name)
verdict = {"fractionalScore": right / len(RIGHT), "feedback": feedback, "feedbackType": "HTML"}
Path("/shared/htmlFeedback.html").write_text(f"<p>{feedback}</p>\n")
Path("/shared/feedback.json").write_text(json.dumps(verdict))
