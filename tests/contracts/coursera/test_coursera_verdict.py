"""The validation matrix of the original tools (coursera 4.4), and what we refuse beyond it."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.contracts.coursera.verdict import judge
from gradewright.model.report import Outcome, Report

Read = Callable[..., Report]

NOT_JSON = "The output was not a valid JSON document."
NO_SCORE = "Required field 'fractionalScore' is missing."
NO_FEEDBACK = "Field 'feedback' not present in parsed output."

GRADED = [  # what the grader wrote, the points
    (b'{"fractionalScore": 0.5, "feedback": "ok"}', Fraction(1, 2)),
    (b'{"fractionalScore": 0.1, "feedback": "ok"}', Fraction(1, 10)),
    (b'{"fractionalScore": 1, "feedback": "ok"}', Fraction(1)),
    (b'{"fractionalScore": 0, "feedback": "ok"}', Fraction(0)),
    (b'{"fractionalScore": -0.0, "feedback": "ok"}', Fraction(0)),
    (b'{"fractionalScore": 5e-1, "feedback": "ok"}', Fraction(1, 2)),
    (b'{"isCorrect": true, "feedback": "ok"}', Fraction(1)),
    (b'{"isCorrect": false, "feedback": "no"}', Fraction(0)),
    (b'{"fractionalScore": 0.25, "isCorrect": "only the score is looked at", "feedback": ""}', Fraction(1, 4)),
    (b'\n  {"fractionalScore": 1,\n   "feedback": "over\\nseveral lines"}\n\n', Fraction(1)),
    (b'{"fractionalScore": 1, "feedback": "", "somethingElse": [1, {"a": null}]}', Fraction(1)),
    (b'{"fractionalScore": 1, "feedback": "", "feedbackType": null}', Fraction(1)),
]

BROKEN = [  # what the grader wrote, the messages of the original tools in their order
    (b"", [NOT_JSON]),
    (b"hello", [NOT_JSON]),
    (b'{"fractionalScore": 0.5, "feedback": "ok"} done', [NOT_JSON]),
    (b'{"fractionalScore": 0.5, "feedback": "ok"', [NOT_JSON]),
    (b'{"fractionalScore": NaN, "feedback": "ok"}', [NOT_JSON]),
    (b'{"fractionalScore": -Infinity, "feedback": "ok"}', [NOT_JSON]),
    (b'{"fractionalScore": 1.5, "feedback": "ok"}', ["Field 'fractionalScore' must be <= 1."]),
    (b'{"fractionalScore": 1.0000000000000000001, "feedback": ""}', ["Field 'fractionalScore' must be <= 1."]),
    (b'{"fractionalScore": -0.1, "feedback": "ok"}', ["Field 'fractionalScore' must be >= 0."]),
    (b'{"fractionalScore": true, "feedback": "ok"}', ["Field 'fractionalScore' must be a decimal."]),
    (b'{"fractionalScore": "0.5", "feedback": "ok"}', ["Field 'fractionalScore' must be a decimal."]),
    (b'{"fractionalScore": null, "feedback": "ok"}', ["Field 'fractionalScore' must be a decimal."]),
    (b'{"fractionalScore": [0.5], "isCorrect": true, "feedback": ""}', ["Field 'fractionalScore' must be a decimal."]),
    (b'{"isCorrect": "true", "feedback": "ok"}', ["Field 'isCorrect' is not a boolean value."]),
    (b'{"isCorrect": 1, "feedback": "ok"}', ["Field 'isCorrect' is not a boolean value."]),
    (b'{"feedback": "ok"}', [NO_SCORE]),
    (b'{"fractionalScore": 0.5}', [NO_FEEDBACK]),
    (b'{"fractionalScore": 2}', ["Field 'fractionalScore' must be <= 1.", NO_FEEDBACK]),
    (b"{}", [NO_SCORE, NO_FEEDBACK]),
    (b"[]", [NO_SCORE, NO_FEEDBACK]),
    (b"0.5", [NO_SCORE, NO_FEEDBACK]),
    (b'"ok"', [NO_SCORE, NO_FEEDBACK]),
    (b"null", [NO_SCORE, NO_FEEDBACK]),
    (b"true", [NO_SCORE, NO_FEEDBACK]),
]

REFUSED = [  # what the grader wrote, a part of the message that says what to mend
    (b"", "is empty"),
    (b" \n", "is empty"),
    (b"loading...\n" + GRADED[0][0], "something else before the verdict; it starts with 'loading...'"),
    (b'Traceback (most recent call last):\n  File "g.py"\nKeyError: 7\n', "traceback that ends in 'KeyError: 7'"),
    (b'{"fractionalScore": 0.5 "feedback": ""}', "line 1, column 25"),
    (b'{"fractionalScore": NaN, "feedback": ""}', "NaN, which JSON does not know"),
    (b'{"fractionalScore": Infinity, "feedback": ""}', "Infinity, which JSON does not know"),
    (b'{"fractionalScore": 1e999, "feedback": ""}', "1e999 is out of any sensible range"),
    (b'{"fractionalScore": 0.' + b"3" * 200 + b', "feedback": ""}', "is out of any sensible range"),
    (b'{"fractionalScore": 1e' + b"9" * 5000 + b', "feedback": ""}', "is out of any sensible range"),
    (b'{"fractionalScore": 1234567890123456, "feedback": ""}', "more than 15 digits"),
    (b'{"fractionalScore": ' + b"1" * 5000 + b', "feedback": ""}', "more than 15 digits"),
    (b'{"fractionalScore": 0, "fractionalScore": 1, "feedback": ""}', '"fractionalScore" appears twice'),
    (b'{"fractionalScore": 1, "feedback": "", "x": ' + b"[" * 64 + b"]" * 64 + b"}", "more than 64 levels deep"),
    (b"[" * 500_000, "more than 64 levels deep"),
    (b'{"x":' * 100_000, "more than 64 levels deep"),
    (b'{"fractionalScore": 1, "feedback": "' + b"x" * 1024 * 1024 + b'"}', "at most 1048576 are read"),
    (b'\xef\xbb\xbf{"fractionalScore": 1, "feedback": ""}', "byte order mark"),
    (b'{"fractionalScore": 1, "feedback": "\xff"}', "(0xff) is not UTF-8"),
    ('{"fractionalScore": 1, "feedback": ""}'.encode("utf-16"), "is not UTF-8"),
    (b'{"fractionalScore": 1, "feedback": "a\0b"}', "Invalid control character"),
    (b'{"fractionalScore": 1, "feedback": "a\\u0000b"}', "NUL character"),
    (b'{"fractionalScore": 1, "feedback": "\\ud800"}', "half of a surrogate pair"),
    (b'{"fractionalScore": 1, "feedback": "", "\\udfff": 1}', "half of a surrogate pair"),
    (b"[]", "must be a JSON object such as"),
    (b'{"fractionalScore": 1, "feedback": "", "feedbackType": "WRONG"}', "'feedbackType' must be HTML or TXT"),
    (b'{"fractionalScore": 1, "feedback": "", "feedbackType": ["HTML"]}', "'feedbackType' must be HTML or TXT"),
]


def name(document: object) -> str | None:
    return repr(document[:50]) if isinstance(document, bytes) else None


@pytest.mark.parametrize(("document", "points"), GRADED, ids=name)
def test_a_good_verdict_is_graded_exactly(read: Read, document: bytes, points: Fraction) -> None:
    report = read(stdout=document)
    assert (report.outcome, report.points, report.max_points) == (Outcome.GRADED, points, 1)
    assert report.messages == ()


@pytest.mark.parametrize(("document", "messages"), BROKEN, ids=name)
@pytest.mark.parametrize("generation", ["v1", "v2", "auto"])
def test_a_bad_verdict_is_the_graders_fault_in_the_words_of_the_originals(
    read: Read, document: bytes, messages: list[str], generation: str
) -> None:
    left = {"stdout": document} if generation == "v1" else {"files": {"/shared/feedback.json": document}}
    report = read(**left, generation=generation)
    assert report.outcome is Outcome.GRADER_BROKEN
    assert [message for message in report.messages if message in ALL_ORIGINAL_MESSAGES] == messages


ALL_ORIGINAL_MESSAGES = {message for _, messages in BROKEN for message in messages}


@pytest.mark.parametrize(("document", "part"), REFUSED, ids=name)
def test_what_to_mend_is_said(read: Read, document: bytes, part: str) -> None:
    report = read(stdout=document)
    assert report.outcome is Outcome.GRADER_BROKEN
    assert part in "\n".join(report.messages)


@pytest.mark.parametrize("feedback", ["null", "7", "[1]", '{"a": 1}', "true"])
def test_feedback_of_another_type_is_taken_as_the_originals_take_it_but_noted(read: Read, feedback: str) -> None:
    report = read(stdout=b'{"fractionalScore": 1, "feedback": %s}' % feedback.encode())
    assert (report.outcome, report.points) == (Outcome.GRADED, 1)
    assert "Field 'feedback' should be a text" in report.staff_notes[0]


def test_feedback_longer_than_students_are_shown_is_noted(read: Read) -> None:
    at_the_limit, above = ({"fractionalScore": 1, "feedback": "ä" * count} for count in (32 * 1024, 32 * 1024 + 1))
    assert read(stdout=json.dumps(at_the_limit).encode()).staff_notes == ()
    assert "65538 bytes" in read(stdout=json.dumps(above).encode()).staff_notes[0]


@pytest.mark.parametrize(
    "document",
    [b"\n" * 1_000_000, b'"' * 1_000_000, b'\\"' * 500_000, b"{" * 1_000_000, b"[{}," * 250_000, b"1e5 " * 250_000],
    ids=name,
)
def test_a_hostile_document_of_the_full_size_is_judged(document: bytes) -> None:
    assert judge(document, "stdout").errors


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_anything_at_all_gets_a_verdict_or_errors(data: bytes) -> None:
    verdict = judge(data, "stdout")
    assert verdict.errors or 0 <= verdict.score <= 1


@given(st.decimals(0, 1, places=6), st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_what_an_author_writes_with_a_json_library_comes_through_unchanged(score: object, feedback: str) -> None:
    document = json.dumps({"feedback": feedback})[:-1] + f', "fractionalScore": {score}}}'
    verdict = judge(document.encode(), "stdout")
    assert (verdict.errors, verdict.score, verdict.feedback) == ((), Fraction(str(score)), feedback)
