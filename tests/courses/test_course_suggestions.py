"""What authors mean when they mistype: suggestions that can be pasted."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradewright.courses.catalog import Catalog
from support.live_courses import one, write, write_course


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("view_type: access.types.stdsync.createForms", "Did you mean access.types.stdsync.createForm?"),
        ("view_type: acces.types.stdasync.acceptFile", "Did you mean access.types.stdasync.acceptFiles?"),
        ("view_type: accept-file", "Did you mean accept-files?"),
        ("view_type: access.types.stdsync.somethingElse", "Known: accept-files, "),
        (
            "view_type: access.types.stdsync.noSubmission\nmax_points: 1\ninstructions|i18n|rst: {en: A}",
            "Write a text, or languages and |rst|i18n: the last tag is worked off first.",
        ),
    ],
)
def test_what_is_mistyped_is_told_as_it_should_be(tmp_path: Path, text: str, remedy: str) -> None:
    write_course(tmp_path / "a")
    write(tmp_path / "a/one.yaml", f"title: One\n{text}\n")
    [problem] = one(Catalog(tmp_path)).problems
    assert problem.remedy.startswith(remedy)
