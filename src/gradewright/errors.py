"""The exceptions of Gradewright, drawn once.

    GradewrightError                 exit 1   something is wrong and somebody can mend it
    ├── UsageError                   exit 64  the command line does not make sense
    ├── MissingError                 exit 69  a program, image, file or right that is needed is not there
    ├── AuthorError                  exit 1   the grader's author made a mistake; carries every problem found
    ├── SubmissionRejected           exit 1   the submission cannot be graded as sent (a report, not a crash)
    └── InfrastructureError          exit 2   ours, retryable; never a grade, never a used-up attempt
        ├── SandboxError                      the sandbox itself failed
        ├── Cancelled                         somebody asked us to stop before there was a verdict
        ├── StoreError                        the record of submissions failed
        └── ChannelError                      the other side of a protocol failed

Outcomes of grading (a time limit hit, a wrong answer, a broken grader) are values in the report, not exceptions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from gradewright.model.problem import Problem


class GradewrightError(Exception):
    """Something is wrong, and the message says what; `remedy` says what to do about it."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class UsageError(GradewrightError):
    """The command line does not make sense."""

    exit_code = 64


class MissingError(GradewrightError):
    """A program, image, file or right that is needed is not there."""

    exit_code = 69


class AuthorError(GradewrightError):
    """The author of a grader made a mistake; `problems` lists all that were found."""

    def __init__(self, message: str, problems: Sequence[Problem] = (), *, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {problem}" for problem in self.problems)])


class SubmissionRejected(GradewrightError):
    """The submission cannot be graded as it was sent."""


class InfrastructureError(GradewrightError):
    """Our own machinery failed; trying again may help."""

    exit_code = 2


class SandboxError(InfrastructureError):
    """The sandbox itself failed; nothing can be said about the submission."""


class Cancelled(InfrastructureError):
    """Grading was stopped before there was a verdict."""


class StoreError(InfrastructureError):
    """The record of submissions could not be read or written."""


class ChannelError(InfrastructureError):
    """The other side of a protocol failed."""
