"""A grader's JSON document judged: the checks of the originals in their order and words, and ours (coursera 4.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradewright.contracts.untrusted_json import NotJson, RefusedJson, loads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EXAMPLE = '{"fractionalScore": 0.5, "feedback": "Half of the tests passed."}'
SHOWN_FEEDBACK = 64 * 1024  # bytes; production cuts the rest off

NOT_JSON = "The output was not a valid JSON document."
NOT_A_DECIMAL = "Field 'fractionalScore' must be a decimal."
ABOVE_ONE = "Field 'fractionalScore' must be <= 1."
BELOW_ZERO = "Field 'fractionalScore' must be >= 0."
NOT_A_BOOLEAN = "Field 'isCorrect' is not a boolean value."
NO_SCORE = "Required field 'fractionalScore' is missing."
NO_FEEDBACK = "Field 'feedback' not present in parsed output."

TRACEBACK = re.compile(r"^Traceback \(most recent call last\):$", re.MULTILINE)
KINDS: Mapping[type, str] = {
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    Fraction: "a number",
    type(None): "null",
    dict: "an object",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a document says. With `errors` it counts for nothing."""

    score: Fraction = Fraction(0)
    feedback: str = ""
    feedback_type: Any = None  # "HTML" or "TXT": a file holds what students see; not yet checked
    errors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_object: bool = False  # the document is one as a verdict must be, whatever it says


def judge(data: bytes, source: str) -> Verdict:
    """The verdict in a document that was found in `source`, as "stdout"; never raises."""
    try:
        document = loads(data)
    except NotJson as reason:
        return Verdict(errors=(NOT_JSON, _explain(data, source, reason)))
    except RefusedJson as reason:
        return Verdict(errors=(f"The verdict in {source} was refused. {reason}",))
    if not isinstance(document, dict):
        error = f"The verdict in {source} must be a JSON object such as {EXAMPLE}, not {KINDS[type(document)]}."
        return Verdict(errors=(error, NO_SCORE, NO_FEEDBACK))
    return Verdict(
        score=_score(document),
        feedback=_text(document.get("feedback")),
        feedback_type=document.get("feedbackType"),
        errors=(*_score_errors(document), *([] if "feedback" in document else [NO_FEEDBACK])),
        notes=tuple(_notes(document)),
        is_object=True,
    )


def _score(document: Mapping[str, Any]) -> Fraction:
    """Exact, and 0 where the document is in error."""
    score = document.get("fractionalScore", document.get("isCorrect"))
    return Fraction(score) if isinstance(score, int | Fraction) else Fraction(0)


def _score_errors(document: Mapping[str, Any]) -> Iterator[str]:
    if "fractionalScore" in document:
        score = document["fractionalScore"]
        if isinstance(score, bool) or not isinstance(score, int | Fraction):
            yield NOT_A_DECIMAL
        elif score > 1:
            yield ABOVE_ONE
        elif score < 0:
            yield BELOW_ZERO
    elif "isCorrect" in document:
        if not isinstance(document["isCorrect"], bool):
            yield NOT_A_BOOLEAN
    else:
        yield NO_SCORE


def _notes(document: Mapping[str, Any]) -> Iterator[str]:
    feedback = document.get("feedback", "")
    if not isinstance(feedback, str):
        yield f"Field 'feedback' should be a text; it is {KINDS[type(feedback)]}."
    elif (size := len(feedback.encode())) > SHOWN_FEEDBACK:
        yield f"Field 'feedback' has {size} bytes; production shows students only the first {SHOWN_FEEDBACK}."


def _text(feedback: Any) -> str:
    return feedback if isinstance(feedback, str) else "" if feedback is None else str(feedback)


def _explain(data: bytes, source: str, reason: NotJson) -> str:
    """Why the document is not JSON, in terms of what the author probably did."""
    text = data.decode(errors="replace")
    if not text.strip():
        return f"{_start(source)} is empty. The grader must write one JSON object there, such as {EXAMPLE}."
    if TRACEBACK.search(text):
        return (
            f"{_start(source)} holds a Python traceback that ends in {_last_line(text)!r}. "
            "The grader must catch errors of the submission, and its own go to stderr."
        )
    if _verdict_follows(text):
        return (
            f"{_start(source)} holds something else before the verdict; it starts with {_first_line(text)!r}. "
            "Nothing but the JSON object may be there: send logs, and what the submission prints, to stderr."
        )
    return f"{reason} ({_start(source)} must hold one JSON object such as {EXAMPLE}, and nothing else.)"


def _verdict_follows(text: str) -> bool:
    """Whether the author's JSON is there after lines of something else."""
    start = text.find("\n{")
    if start == -1:
        return False
    try:
        loads(text[start:].encode(errors="replace"))
    except (NotJson, RefusedJson):
        return False
    return True


def _start(source: str) -> str:
    return source[0].upper() + source[1:]


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:80]


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1][:200]
