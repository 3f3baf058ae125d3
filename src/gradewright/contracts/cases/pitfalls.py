"""What the author of a grader should mend before students meet it, beyond what makes it unusable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradewright.contracts.cases.comparers.numbers import as_number
from gradewright.model.problem import Problem, Severity
from gradewright.model.report import Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gradewright.contracts.cases.records import Case, Settings

FILE = "grader.toml"


def pitfalls(settings: Settings) -> Sequence[Problem]:
    return [*_of_all(settings), *(problem for case in settings.cases for problem in _of_case(case))]


def _of_all(settings: Settings) -> Iterator[Problem]:
    if settings.max_points == 0:
        yield Problem(
            id="no-points",
            severity=Severity.WARNING,
            message="All cases together give 0 points, so every submission gets 0.",
            remedy="Give at least one case points.",
            file=FILE,
        )
    for name in sorted({*settings.files} & {*settings.support}):
        yield Problem(
            id="support-hides-submission",
            severity=Severity.WARNING,
            message=f"{name} is expected of students and also lies in support, which always wins: theirs is never run.",
            remedy="Remove it from one of them.",
            file=FILE,
            key="support",
        )
    if all(case.seen_by is Visibility.EVERYBODY for case in settings.cases):
        yield Problem(
            id="all-visible",
            severity=Severity.INFO,
            message="Students see what is expected in every case, so a program that only prints it gets all points.",
            remedy='Give some cases group = "private".',
            file=FILE,
        )


def _of_case(case: Case) -> Iterator[Problem]:
    for id, applies, message, remedy in CASE_PITFALLS:
        if applies(case):
            yield Problem(
                id=id,
                severity=Severity.WARNING,
                message=f"Case {case.name} {message}",
                remedy=remedy,
                file=FILE,
                key="cases",
            )


def _checks_nothing(case: Case) -> bool:
    asks_for_an_error = 0 not in case.exit_codes
    return case.expected is None and not (case.expected_files or case.judge or asks_for_an_error)


def _lacks_newline(case: Case) -> bool:
    return case.method == "exact" and bool(case.expected) and not (case.expected or b"").endswith(b"\n")


def _lacks_numbers(case: Case) -> bool:
    wanted = [data for data in (case.expected, *case.expected_files.values()) if data]
    return case.method == "numbers" and bool(wanted) and not any(map(_holds_number, wanted))


def _holds_number(data: bytes) -> bool:
    return any(as_number(word) is not None for word in data.split())


CASE_PITFALLS: Sequence[tuple[str, Callable[[Case], bool], str, str]] = (
    (
        "checks-nothing",
        _checks_nothing,
        "passes whatever the program prints.",
        "Say what is expected.",
    ),
    (
        "no-final-newline",
        _lacks_newline,
        "compares exactly, and what it expects does not end with a newline, although most programs print one.",
        'Add it, or compare by "lines".',
    ),
    (
        "no-numbers",
        _lacks_numbers,
        "compares numbers, but expects none.",
        'Compare by "tokens" or "lines", or look at what is expected.',
    ),
)
