"""What a student sees and sends: the kinds of exercises, by what authors write as `view_type` (A+ spec 2).

Our names and the dotted ones of the original mean the same: "accept-files" is any `access.types.*.acceptFiles`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Protocol, cast

from gradewright import plugins
from gradewright.errors import AuthorError
from gradewright.exercises import personal
from gradewright.exercises.judged import JudgedForm
from gradewright.exercises.records import Answer, Context, Received, Visit
from gradewright.exercises.scalars import open_table, text
from gradewright.model.problem import Problem
from gradewright.tables import closest, suggest

ORIGINALS = "access.types."
BY_ORIGINAL_NAME = {  # the last part of a dotted name: our name
    "acceptFiles": "accept-files",
    "acceptPost": "accept-post",
    "acceptGitAddress": "accept-git-address",
    "acceptGitUser": "accept-git-user",
    "acceptGeneralForm": "accept-general-form",
    "createForm": "create-form",
    "comparePostValues": "compare-post-values",
    "noGrading": "no-grading",
    "noSubmission": "no-submission",
    "md5Authentication": "md5-authentication",
    "storeSubmission": "ajax",
}


class Kind(Protocol):
    """A kind of exercise. Pure: no disk, no network, no clock. `config` is that of one language."""

    name: ClassVar[str]
    template: ClassVar[str]  # that shows it unless the author names another; empty: the author must

    def in_background(self, config: Mapping[str, Any]) -> bool:
        """Whether what is sent is graded later, by a grader."""

    def varies(self, config: Mapping[str, Any]) -> bool:
        """Whether the page differs between students or attempts, so that nobody may cache it."""

    def check(self, config: Mapping[str, Any]) -> Sequence[Problem]:
        """What its author must mend."""

    def show(self, config: Mapping[str, Any], visit: Visit, context: Context) -> Answer:
        """What templates see before anything was sent."""

    def receive(self, config: Mapping[str, Any], visit: Visit, received: Received, context: Context) -> Answer:
        """What is said to a POST. Called only if `check` finds no error."""

    def model(self, config: Mapping[str, Any]) -> JudgedForm | None:
        """The model answer as a form; None: this kind has none of its own."""


def name_of(view_type: str) -> str:
    """Our name of a kind."""
    module, _, last = view_type.rpartition(".")
    return BY_ORIGINAL_NAME.get(last, view_type) if f"{module}.".startswith(ORIGINALS) else view_type


def is_of_course(view_type: str) -> bool:
    """Whether the course itself has a Python function for this: see `course_views`."""
    return view_type.startswith(".")


@cache
def kind(view_type: str) -> Kind:
    """The kind that authors call so. Raises `AuthorError` if there is none."""
    name, known = name_of(view_type), plugins.names("exercise_kinds")
    if name not in known:
        raise AuthorError(f"There is no kind of exercise named {view_type!r}.", remedy=_suggest(view_type, known))
    return cast("Kind", plugins.exercise_kind(name))


def _suggest(view_type: str, known: Sequence[str]) -> str:
    """Those who wrote a dotted name meant one."""
    module, dot, last = view_type.rpartition(".")
    meant = closest(last, BY_ORIGINAL_NAME) if dot else ""
    if not meant:
        return suggest(view_type, known)
    return f"Did you mean {ORIGINALS}{module.rpartition('.')[2]}.{meant}?"


def check(config: Mapping[str, Any]) -> Sequence[Problem]:
    """What the author of an exercise must mend, as far as its kind can tell; a function of a course tells nothing."""
    table = open_table(config)
    table.require("view_type", f"Known: {', '.join(plugins.names('exercise_kinds'))}.")
    view_type = table.read("view_type", text, "")
    found = [*table.problems, *personal.check(config)]
    if table.problems or is_of_course(view_type):
        return found
    try:
        return [*kind(view_type).check(config), *found]
    except AuthorError as error:
        return [Problem(id="unknown-kind", message=error.message, remedy=error.remedy, key="view_type"), *found]
