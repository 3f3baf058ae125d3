#!/usr/bin/env python3
"""A grader of the second generation: it writes its verdict to a file, and a page of feedback beside it.

It looks at an essay as an editor would at first sight: a title, enough words, paragraphs, no endless sentences.
"""

import html
import json
import re
from pathlib import Path

SUBMISSION = Path("/shared/submission")
VERDICT = Path("/shared/feedback.json")
PAGE = Path("/shared/htmlFeedback.html")

ENOUGH_WORDS = 60
LONGEST_SENTENCE = 30  # words


def main():
    texts = sorted(SUBMISSION.glob("*.txt"))
    essay = texts[0].read_text(errors="replace") if texts else ""
    findings = [check(essay) for check in (title, length, paragraphs, sentences)]
    score = sum(good for good, _ in findings) / len(findings)
    print(f"looked at {[path.name for path in texts]}")  # a log, which only staff see
    PAGE.write_text(page(essay, findings))
    VERDICT.write_text(json.dumps({"fractionalScore": score, "feedback": "See the page.", "feedbackType": "HTML"}))


def title(essay):
    first, _, rest = essay.strip().partition("\n")
    good = bool(first) and len(first.split()) <= 12 and rest.startswith("\n")
    return good, "It has a title." if good else "Begin with a short title and an empty line."


def length(essay):
    words = len(essay.split())
    good = words >= ENOUGH_WORDS
    return good, f"It has {words} words." if good else f"It has {words} words; write at least {ENOUGH_WORDS}."


def paragraphs(essay):
    count = len([part for part in essay.split("\n\n") if part.strip()])
    good = count >= 3
    return good, "It has paragraphs." if good else "Divide it into paragraphs, with empty lines between them."


def sentences(essay):
    longest = max((len(sentence.split()) for sentence in re.split(r"[.!?]", essay)), default=0)
    good = 0 < longest <= LONGEST_SENTENCE
    return good, "No sentence is too long." if good else f"Keep sentences below {LONGEST_SENTENCE} words."


def page(essay, findings):
    """What the student wrote is shown as text, whatever it holds."""
    items = "".join(f"<li>{'Good' if good else 'To do'}: {html.escape(text)}</li>" for good, text in findings)
    heading = html.escape(essay.strip().partition("\n")[0][:80]) or "Your essay"
    return f"<h1>{heading}</h1>\n<ul>{items}</ul>\n"


main()
