"""What the kinds have in common whose submissions a grader judges later (A+ spec 2.2-2.6, 4, 6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gradewright.exercises.names import check_path
from gradewright.exercises.records import Answer, Received, Status, Upload
from gradewright.exercises.scalars import count, entries, flag, open_table, text
from gradewright.model.problem import Problem, Severity
from gradewright.tables import Table

Files = Mapping[str, "Upload | bytes"]

LTI_FILE = "lti.json"
LTI_KEYS = (
    "user_id",
    "custom_student_id",
    "lis_person_name_full",
    "lis_person_name_given",
    "lis_person_name_family",
    "lis_person_contact_email_primary",
)


def queued(config: Mapping[str, Any], received: Received, files: Files) -> Answer:
    """Accepted: these files shall be graded, beside what an LTI launch says of the student."""
    return Answer(status=Status.ACCEPTED, queued=True, files={**files, **_lti_file(config, received)})


def _lti_file(config: Mapping[str, Any], received: Received) -> Files:
    if not config.get("lti"):
        return {}
    values = {key: received.value(key) for key in LTI_KEYS}
    return {LTI_FILE: json.dumps(values).encode()}


def check_grader(table: Table) -> None:
    """Make it a problem if nothing says what grades the submissions."""
    if not (table.values.get("container") or table.values.get("grader")):
        remedy = "Name the image that grades below container, or a grader below grader."
        table.refuse("container", "is missing.", remedy, id="missing-key")


def check_files(table: Table) -> None:
    """The entries of `files`: each needs a field and a safe name of its own."""
    table.require("files", "List the files to send below files, each with field and name.")
    _check_entries(table, "files", ("field", "name"))
    wanted, there = table.read("required_number_of_files", count, 0), len(entries(table, "files"))
    if wanted > there:
        what = f"is {wanted}, but there are {there} files."
        table.refuse("required_number_of_files", what, "Lower it, or add files.", id="wrong-value")
    _warn_of_shared_fields(table)


def _warn_of_shared_fields(table: Table) -> None:
    """Entries of one field get the same upload, whatever students chose for each."""
    taken: set[str] = set()
    for entry in entries(open_table(table.values), "files"):  # what is wrong otherwise is told already
        field = entry.read("field", text, "")
        if field and field in taken:
            message = f"field is {field!r}, as of another file, so both get the same upload."
            remedy, key = "Give each file a field of its own.", entry.path("field")
            table.problems.append(
                Problem(id="taken", severity=Severity.WARNING, message=message, remedy=remedy, key=key)
            )
        taken.add(field)


def check_fields(table: Table) -> None:
    """The entries of `fields`: each needs a name that is safe as a file's."""
    table.require("fields", "List the texts to send below fields, each with a name.")
    _check_entries(table, "fields", ("name",))
    for entry in entries(table, "fields"):
        entry.read("rows", count, 0)


def check_names_of_files(table: Table) -> None:
    """No two of the files that are written may have one name."""
    taken = [LTI_FILE] if table.values.get("lti") else []
    for entry in [*entries(table, "files"), *entries(table, "fields")]:
        name = entry.read("name", text, "")
        for other in taken:
            if f"{name}/".startswith(f"{other}/") or f"{other}/".startswith(f"{name}/"):
                entry.refuse("name", f"is {name!r}, but {other!r} is taken.", "Give each its own.", id="taken")
        taken.append(name)


def _check_entries(table: Table, key: str, needed: tuple[str, ...]) -> None:
    for entry in entries(table, key):
        for each in needed:
            entry.require(each, "Add it.")
        if "name" in entry:
            check_path(entry, "name", entry.read("name", text, ""))
        entry.read("required", flag, False)
