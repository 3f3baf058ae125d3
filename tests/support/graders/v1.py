#!/usr/bin/python3
"""A grader of the first generation: prints its verdict. It gives the share of lines that are right."""

import json
import sys
from pathlib import Path

RIGHT = ["4", "8", "15", "16", "23", "42"]

words = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=False))
(submission,) = Path("/shared/submission").iterdir()
lines = submission.read_text().split()
right = sum(line == wanted for line, wanted in zip(lines, RIGHT, strict=False))
feedback = f"Part {words.get('partId', 'unknown')}: {right} of {len(RIGHT)} lines are right."
print("looked at", submission.name, file=sys.stderr)
print(json.dumps({"fractionalScore": right / len(RIGHT), "feedback": feedback}))
