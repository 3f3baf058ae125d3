"""What became of one test, and how it travels from the process of the tests to the one that writes the report."""

MAX_TEXT = 20000  # characters of each text, so that no test can fill the report

TYPE_CHECKING = False  # importing `typing` costs time at each start
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Type

PASSED, FAILURE, ERROR, SKIPPED = "passed", "failure", "error", "skipped"


class Outcome:
    __slots__ = ("message", "meta", "seconds", "status", "text", "type")

    def __init__(
        self,
        status: str,
        type: str = "",
        message: str = "",
        text: str = "",
        meta: "Optional[Dict[str, str]]" = None,
        seconds: float = 0.0,
    ) -> None:
        self.status = status
        self.type = type
        self.message = message
        self.text = text
        self.meta = meta
        self.seconds = seconds

    def as_json(self) -> "Dict[str, Any]":
        return {name: getattr(self, name) for name in self.__slots__}


def from_json(value: "Any") -> Outcome:
    """Raises `ValueError`, `TypeError` or `KeyError` if that is no outcome."""
    if value["status"] not in (PASSED, FAILURE, ERROR, SKIPPED):
        raise ValueError(value["status"])
    texts = {name: str(value[name]) for name in ("status", "type", "message", "text")}
    meta = None if value["meta"] is None else texts_of(value["meta"])
    return Outcome(meta=meta, seconds=float(value["seconds"]), **texts)


def texts_of(value: "Any") -> "Dict[str, str]":
    return {str(key): str(text) for key, text in value.items()}


def timed_out(text: str = "", meta: "Optional[Dict[str, str]]" = None, seconds: float = 0.0) -> Outcome:
    """As `timeout_decorator` lets a late test fail, quotes included (coursemology 5.2)."""
    return Outcome(FAILURE, "TimeoutError", "'Timed Out'", text, meta, seconds)


def in_words(value: object) -> str:
    """`str(value)`, whatever the student's `__str__` does, and not endless."""
    try:
        text = str(value)
    except Exception as problem:
        return f"<{type(value).__name__} without a text: its __str__ raises {type(problem).__name__}>"
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "... (cut)"


def name_of(problem: "Type[BaseException]") -> str:
    return str(getattr(problem, "__name__", problem))
